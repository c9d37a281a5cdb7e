"""What a session has already, as an import needs to know it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.model.experiment import Experiment
from core.model.plan import Part
from core.model.run import Label, Run
from core.session.session import Session

_LAST_NUMBER = 10**9
RunTarget = tuple[int, Label, tuple[str, ...]]
"""Number, label, and sentences on them."""


@dataclass
class ImportTarget:
    """A list of what is here; each run that gets a place takes one.

    Attributes:
        runs: All runs, the deleted ones included, by id.
        experiments: All comparisons and sweeps, likewise.
    """

    runs: Mapping[str, Run]
    experiments: Mapping[str, Experiment]
    _numbers: set[int] = field(init=False)
    _colours: set[int] = field(init=False)
    _next: int = field(init=False, default=1)

    def __post_init__(self) -> None:
        listed = [run for run in self.runs.values() if run.plan.part is Part.WHOLE]
        self._numbers = {run.number for run in listed}
        self._colours = {run.label.colour for run in listed if not run.label.deleted}

    @staticmethod
    def of(session: Session) -> ImportTarget:
        """What a session knows now."""
        return ImportTarget(session.every_run, session.experiments.every)

    def places(self, new: Sequence[Run]) -> list[RunTarget]:
        """Number and label of runs that are new here, and what is to be said of them.

        Importing does not change the baseline, nor the colour of a run that is here.
        """
        wanted = {run.number for run in new if 0 < run.number < _LAST_NUMBER}
        self._next = 1 + max(self._numbers | wanted, default=0)
        return [self._place(run) for run in new]

    def _place(self, run: Run) -> RunTarget:
        if run.plan.part is not Part.WHOLE:
            return 0, run.label, ()
        label = replace(run.label, baseline=False)
        notes: tuple[str, ...] = ()
        number = run.number
        if number in self._numbers or not 0 < number < _LAST_NUMBER:
            number, self._next = self._next, self._next + 1
            notes = (f"Its number {run.number} is taken here: it is number {number}.",)
        self._numbers.add(number)
        if not label.deleted:
            if label.colour in self._colours or not 0 <= label.colour < _LAST_NUMBER:
                free = range(len(self._colours) + 1)
                label = replace(
                    label, colour=next(colour for colour in free if colour not in self._colours)
                )
            self._colours.add(label.colour)
        return number, label, notes
