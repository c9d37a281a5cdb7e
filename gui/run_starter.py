"""Starts what the person asks for: a run of the draft, its ceilings, a comparison or a sweep."""

from __future__ import annotations

from PySide6.QtCore import QObject

from core.model.errors import ExplorerError
from core.model.experiment import Experiment, ExperimentKind
from core.model.plan import Part, RunPlan
from core.session.queue import Waiting
from gui.models.draft import Draft
from gui.notifier import Notifier
from gui.run_controller import Activity, RunController

REPEATS = 5
"""Runs of each configuration in a comparison."""


class RunStarter(QObject):
    """Makes plans and hands them to the controller, which carries them out or lets them wait."""

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
        self._start(self._plan(Part.WHOLE))

    def measure_ceilings(self) -> None:
        """Measure both parts of the draft by themselves; at the end say what came of it."""
        self._measuring = self._plan(Part.PIPELINE)
        model = self._plan(Part.MODEL)
        self._start(self._measuring, Waiting(model, needs=self._measuring.id))

    def compare_with_baseline(self, repeats: int = REPEATS) -> str:
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
        sides = (dict(settings), dict(self._draft.settings))
        self.begin(Experiment(ExperimentKind.COMPARISON, of.id, sides, repeats))
        return ""

    def begin(self, experiment: Experiment) -> bool:
        """Keep an experiment and put its runs into the queue; says so where it cannot be kept."""
        try:
            self._notifier.session.experiments.add(experiment)
        except ExplorerError as error:
            self._notifier.failed.emit(str(error), error.details)
            return False
        self.go_on_with(experiment)
        return True

    def go_on_with(self, experiment: Experiment) -> int:
        """Put what is missing of an experiment, and does not wait already, into the queue.

        Returns:
            How many runs that are.
        """
        session = self._notifier.session
        waiting = {plan.tag for plan in session.queue.plans}
        plans = [one for one in session.experiments.plans(experiment) if one.tag not in waiting]
        self._start(*plans)
        return len(plans)

    def _start(self, *plans: RunPlan | Waiting) -> None:
        before = len(self._notifier.session.queue)
        busy = self._controller.activity is not Activity.IDLE or self._notifier.session.queue.paused
        self._controller.start(*plans)
        if busy and plans:
            self._notifier.message.emit(
                f"{len(plans)} run{'s' if len(plans) > 1 else ''} put into the queue, behind "
                f"{before} that wait."
            )

    def _plan(self, part: Part) -> RunPlan:
        return self._notifier.session.plan(self._draft.workload, self._draft.settings, part)

    def _tell_ceilings(self) -> None:
        if self._controller.activity is not Activity.IDLE:
            return
        plan, self._measuring = self._measuring, None
        found = self._notifier.session.ceilings(plan) if plan is not None else None
        if found is not None:
            self._notifier.message.emit(found.sentences()[0])
