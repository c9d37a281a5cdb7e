"""What a column of the table of runs is."""

from __future__ import annotations

from dataclasses import dataclass

from core.model.run import Run
from gui.state.run_facts import RunFacts

SortKey = float | str | None


@dataclass(frozen=True)
class RunColumn:
    """One column. A subclass says what stands in it.

    Attributes:
        header: Its heading, with the unit in brackets.
        help: What it means, for the tooltip of the heading.
        sample: As wide a text as it usually has to show.
        number: It holds numbers: right-aligned, figures of equal width.
    """

    header: str = ""
    help: str = ""
    sample: str = ""
    number: bool = False

    def text(self, run: Run, facts: RunFacts) -> str:
        """What stands in the cell."""
        return ""

    def tooltip(self, run: Run, facts: RunFacts) -> str:
        """What the cell says when asked."""
        return self.text(run, facts)

    def sort_key(self, run: Run, facts: RunFacts) -> SortKey:
        """What it is sorted by; None comes last either way."""
        return self.text(run, facts).lower()

    def copied(self, run: Run, facts: RunFacts) -> str:
        """What is copied: numbers as other programs read them."""
        return self.text(run, facts)

    def muted(self, run: Run, facts: RunFacts) -> bool:
        """Whether the text has less weight."""
        return run.label.hidden
