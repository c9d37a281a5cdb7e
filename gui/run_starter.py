"""Starts what the pipeline at the left asks for: a run of it, or its ceilings."""

from __future__ import annotations

import uuid
from dataclasses import replace

from PySide6.QtCore import QObject

from core.analysis.statistics import interleaved
from core.model.errors import ExplorerError
from core.model.plan import Part, RunPlan, Turn
from gui.models.draft import Draft
from gui.notifier import Notifier
from gui.run_controller import Activity, RunController

REPEATS = 5
"""Runs of each configuration in a comparison."""


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
        self._comparing: tuple[str, str] | None = None
        controller.activity_changed.connect(self._tell_ceilings)
        controller.activity_changed.connect(self._show_comparison)

    def run(self) -> None:
        """Run the draft."""
        self._controller.start(self._plan(Part.WHOLE))

    def measure_ceilings(self) -> None:
        """Measure both parts of the draft by themselves; at the end say what came of it."""
        self._measuring = self._plan(Part.PIPELINE)
        self._controller.start(self._measuring, self._plan(Part.MODEL))

    def compare(self, repeats: int = REPEATS) -> str:
        """Run the baseline's settings and the draft's in balanced turns.

        Returns:
            Why it cannot be done, in a sentence; empty where it was begun.
        """
        session = self._notifier.session
        baseline = session.baseline
        if baseline is None:
            return "Nothing to compare with: select a run and press B, then change a setting."
        try:
            of, settings = session.settings_of(baseline)
        except ExplorerError as error:
            return str(error)
        if of.id != self._draft.workload.id:
            return f"The baseline is one of {of.id}: choose that workload, or another baseline."
        if settings == self._draft.settings:
            return "The settings on the left are the baseline's: change one to compare."
        sides = (settings, self._draft.settings)
        group = uuid.uuid4().hex[:12]
        plans = [
            replace(session.plan(of, sides[which]), tag=Turn(group, repeat, which).tag())
            for repeat, which in interleaved(len(sides), repeats)
        ]
        self._comparing = plans[0].id, plans[1].id
        self._controller.start(*plans)
        return ""

    def _plan(self, part: Part) -> RunPlan:
        return self._notifier.session.plan(self._draft.workload, self._draft.settings, part)

    def _tell_ceilings(self) -> None:
        if self._controller.activity is not Activity.IDLE:
            return
        plan, self._measuring = self._measuring, None
        found = self._notifier.session.ceilings(plan) if plan is not None else None
        if found is not None:
            self._notifier.message.emit(found.sentences()[0])

    def _show_comparison(self) -> None:
        if self._controller.activity is Activity.IDLE and self._comparing is not None:
            # The first of each side by side: the verdict over all of them stands above.
            self._notifier.select(self._comparing)
            self._comparing = None
