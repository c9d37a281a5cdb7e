"""Starts what the pipeline at the left asks for: a run of it, or its ceilings."""

from __future__ import annotations

from PySide6.QtCore import QObject

from core.model.plan import Part, RunPlan
from gui.models.draft import Draft
from gui.notifier import Notifier
from gui.run_controller import Activity, RunController


class RunStarter(QObject):
    """Makes plans of the draft and hands them to the controller."""

    def __init__(
        self,
        draft: Draft,
        notifier: Notifier,
        controller: RunController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._draft, self._notifier, self._controller = draft, notifier, controller
        self._measuring: RunPlan | None = None
        controller.activity_changed.connect(self._tell_ceilings)

    def run(self) -> None:
        """Run the draft."""
        self._controller.start(self._plan(Part.WHOLE))

    def measure_ceilings(self) -> None:
        """Measure both parts of the draft by themselves; at the end say what came of it."""
        self._measuring = self._plan(Part.PIPELINE)
        self._controller.start(self._measuring, self._plan(Part.MODEL))

    def _plan(self, part: Part) -> RunPlan:
        return self._notifier.session.plan(self._draft.workload, self._draft.settings, part)

    def _tell_ceilings(self) -> None:
        if self._controller.activity is not Activity.IDLE:
            return
        plan, self._measuring = self._measuring, None
        found = self._notifier.session.ceilings(plan) if plan is not None else None
        if found is not None:
            self._notifier.message.emit(found.sentences()[0])
