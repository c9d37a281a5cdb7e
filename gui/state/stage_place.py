"""Where a stage of someone's own code stands, and how deep it is nested."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.model.chain import Chain
from core.model.environment import far_name
from core.model.stage import Stage
from core.pipeline.recorded_chain.chain import ADDED_NAMES, Recorded


@dataclass(frozen=True)
class StagePlace:
    """Of one call.

    Attributes:
        text: File and line, without the folder: ``train.py:12``.
        file: The file; of another machine ``HOST:/path``, which nothing here opens.
        line: The line.
        count: How often the call is made.
        depth: How many calls it is nested in.
        inside: The stage whose function makes it; empty for none.
        library: The call itself is an installed package's; the place is the person's line.
    """

    text: str
    file: Path
    line: int
    count: int = 1
    depth: int = 0
    inside: str = ""
    library: bool = False

    @property
    def more(self) -> str:
        """How often it is made and where within, in a few words; often empty."""
        often = f"\N{MULTIPLICATION SIGN} {self.count}" if self.count > 1 else ""
        inside = f"in {self.inside}" if self.inside else ""
        library = "within a library" if self.library else ""
        return " · ".join(part for part in (often, inside, library) if part)


def place_of(stage: Stage, chain: Chain, machine: str = "") -> StagePlace | None:
    """Where a stage stands; None where it is in no code.

    Args:
        stage: Which one.
        chain: Its chain.
        machine: Where the code is; empty for this machine.
    """
    if not isinstance(stage, Recorded):
        return None
    call = stage.call
    theirs = [site for site in call.path if not site.library]
    site = theirs[-1] if theirs else call.site
    depth, at = 0, call.inside
    while at and depth < len(chain.stages):
        outer = chain.stage(at)
        depth, at = depth + 1, outer.call.inside if isinstance(outer, Recorded) else ""
    file = Path(far_name(machine, site.file))
    text = f"{file.name}:{site.line}"
    return StagePlace(
        text, file, site.line, call.count, depth, call.inside, bool(theirs) and call.site.library
    )


def title_of(stage: Stage) -> str:
    """A stage's title in the form, with its own name where the title does not say it already."""
    if not stage.name or stage.name in ADDED_NAMES or stage.name in stage.title:
        return stage.title
    return f"{stage.title} [{stage.name}]"
