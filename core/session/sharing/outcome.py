"""What became of each run and experiment of a session that was imported, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.model.experiment import Experiment
from core.model.run import Run
from core.text.plural import plural


class ImportStatus(StrEnum):
    """What was done. The value is how tables say it."""

    ADDED = "added"
    LONGER = "goes on"
    SAME = "here already"
    KEPT = "kept as it is here"
    REFUSED = "not imported"


@dataclass(frozen=True)
class ImportOutcome:
    """One run, comparison or sweep.

    Attributes:
        name: What it is called; its id where it could not be read.
        status: What was done.
        notes: What is to be known about it, sentences: another number, a reason.
        counted: It is listed: a measurement of a part alone is not.
    """

    name: str
    status: ImportStatus
    notes: tuple[str, ...] = ()
    counted: bool = True

    def text(self) -> str:
        """``run 12: added. Its number 3 was taken.``."""
        return " ".join((f"{self.name}: {self.status}.", *self.notes))


@dataclass(frozen=True)
class Imported:
    """What came of an import.

    Attributes:
        runs: Of each run in the file.
        experiments: Of each comparison and sweep.
        new_runs: Runs that are new here or have grown, as they are kept now; ``Session.refresh``
            shows them.
        new_experiments: Comparisons and sweeps that are new here.
        stopped: The person stopped it: what was imported by then stays, the rest is left out.
    """

    runs: tuple[ImportOutcome, ...] = ()
    experiments: tuple[ImportOutcome, ...] = ()
    new_runs: tuple[Run, ...] = ()
    new_experiments: tuple[Experiment, ...] = ()
    stopped: bool = False

    def document(self) -> dict[str, Any]:
        """The same as plain values."""
        parts = {"runs": self.runs, "experiments": self.experiments}
        return {
            "schema": "pipeline-explorer/import/1",
            "text": self.sentence(),
            "stopped": self.stopped,
            **{
                name: [
                    {"name": each.name, "status": each.status.value, "notes": list(each.notes)}
                    for each in outcomes
                ]
                for name, outcomes in parts.items()
            },
        }

    @property
    def refused(self) -> tuple[ImportOutcome, ...]:
        """What could not be imported."""
        every = (*self.runs, *self.experiments)
        return tuple(
            import_outcome
            for import_outcome in every
            if import_outcome.status is ImportStatus.REFUSED
        )

    @property
    def notable(self) -> tuple[ImportOutcome, ...]:
        """What is worth a line: all that is not as in the file."""
        every = (*self.runs, *self.experiments)
        return tuple(
            import_outcome
            for import_outcome in every
            if import_outcome.notes or import_outcome.status is ImportStatus.REFUSED
        )

    def sentence(self) -> str:
        """``2 runs and 1 comparison imported; 3 runs were here already.``."""
        runs = _counts(self.runs)
        added = runs[ImportStatus.ADDED] + runs[ImportStatus.LONGER]
        runs_added = plural(added, "run") if added else ""
        first = " and ".join(filter(None, (runs_added, kinds(self.new_experiments))))
        parts = [f"{first or 'Nothing'} imported"]
        if runs[ImportStatus.SAME]:
            parts.append(_were(runs[ImportStatus.SAME], "here already"))
        if runs[ImportStatus.KEPT]:
            parts.append(
                _were(runs[ImportStatus.KEPT], "kept as here: with other content in the file")
            )
        if self.refused:
            parts.append(f"{len(self.refused)} could not be imported")
        if self.stopped:
            parts.append("stopped, the rest was left out")
        return f"{'; '.join(parts)}."


def kinds(experiments: Iterable[Experiment]) -> str:
    """``1 comparison and 2 sweeps``; empty for none."""
    count = Counter(experiment.kind.value for experiment in experiments)
    return " and ".join(plural(number, kind) for kind, number in sorted(count.items()))


def _counts(outcomes: Iterable[ImportOutcome]) -> Counter[ImportStatus]:
    return Counter(
        import_outcome.status
        for import_outcome in outcomes
        if import_outcome.counted or import_outcome.status is ImportStatus.REFUSED
    )


def _were(count: int, what: str) -> str:
    return f"{plural(count, 'run')} {'was' if count == 1 else 'were'} {what}"
