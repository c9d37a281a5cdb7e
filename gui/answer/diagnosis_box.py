"""The list of diagnoses that are kept, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from core.model.run import Run
from core.text.workload_name import workload_name

_MOST_PX, _LEAST_CHARACTERS = 220, 9


class DiagnosisBox(QComboBox):
    """Shows a new diagnosis at once; else what was chosen stays.

    Signals:
        chosen: Another one is wanted.
    """

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("diagnosis")
        self.setToolTip("Earlier diagnoses")
        # The heading beside it names the pipeline: it gets the room.
        self.setMaximumWidth(_MOST_PX)
        self.setMinimumContentsLength(_LEAST_CHARACTERS)
        self._ids: tuple[str, ...] = ()
        self.activated.connect(lambda _: self.chosen.emit())

    def show_runs(self, runs: Sequence[Run]) -> Run | None:
        """List diagnoses, oldest first; the one that is chosen, None where there is none."""
        ids = tuple(run.id for run in runs)
        if ids != self._ids:
            newest_is_new = not self._ids or (bool(ids) and ids[-1] not in self._ids)
            before = None if newest_is_new else self.currentData()
            self._ids = ids
            self.clear()
            for run in reversed(runs):
                self.addItem(_title(run), run.id)
            self.setCurrentIndex(max(self.findData(before), 0))
            self.setVisible(len(ids) > 1)
        wanted = self.currentData()
        return next((run for run in runs if run.id == wanted), None)

    def choose(self, run_id: str) -> None:
        """Choose one; nothing changes where it is not listed."""
        index = self.findData(run_id)
        self.setCurrentIndex(index if index >= 0 else self.currentIndex())


def _title(run: Run) -> str:
    when = datetime.fromisoformat(run.created).astimezone()
    # The time first: it tells them apart where the rest is cut.
    return f"{when:%d %b %H:%M}, {workload_name(run.plan.workload)}"
