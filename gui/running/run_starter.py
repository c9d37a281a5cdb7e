"""Starts what the person asks for: a run of the draft, its ceilings, a comparison or a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.measure.loading import check_tensorflow
from core.model.diagnosis import DiagnosisOptions
from core.model.errors import ExplorerError, InputError
from core.model.experiment import Experiment
from core.model.plan import PROCESS, Part, RunPlan
from core.model.run import Run
from core.model.tracing import TraceOptions
from core.session.queue import Waiting
from core.text.plural import plural
from gui.running.engine_chooser import EngineChooser
from gui.running.run_controller import Activity, RunController
from gui.state.app_state import AppState
from gui.state.feasibility import Feasibility
from gui.state.pipeline_form import PipelineForm

if TYPE_CHECKING:
    from gui.user_code.trust_guard import TrustGuard


class RunStarter(QObject):
    """Makes plans and hands them to the controller, which carries them out or lets them wait.

    Signals:
        experiment_begun: A comparison or sweep is kept and its runs wait: its id.
        training_begun: A run by itself begins at once.
        diagnosis_begun: A diagnosis begins, or waits.
        trace_begun: A run that is traced begins, or waits.
    """

    experiment_begun = Signal(str)
    training_begun = Signal()
    diagnosis_begun = Signal()
    trace_begun = Signal()

    def __init__(
        self,
        draft: PipelineForm,
        app_state: AppState,
        controller: RunController,
        guard: TrustGuard | None = None,
        chooser: EngineChooser | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Start runs.

        Args:
            draft: The settings on the left.
            app_state: Told of what happened.
            controller: Carries out runs.
            guard: Asks before a person's own code is run; None for never.
            chooser: Knows the engine that the person wants; None lets the settings decide.
            parent: Owner.
        """
        super().__init__(parent)
        self._draft, self._app_state, self._controller = draft, app_state, controller
        self._guard, self._chooser = guard, chooser
        self._measuring: RunPlan | None = None
        controller.activity_changed.connect(self._tell_ceilings)

    def run(self) -> None:
        """Run the draft; says so where its engine cannot."""
        for plan in self._plans(Part.WHOLE):
            self._start(plan, shows=True)

    def trace(self) -> None:
        """Run the draft and trace some steps of it; says so where its engine cannot."""
        for plan in self._plans(Part.WHOLE):
            self._start(replace(plan, trace=TraceOptions()))
            self.trace_begun.emit()

    def measure_ceilings(self) -> None:
        """Measure both parts of the draft by themselves; at the end say what came of it."""
        plans = self._plans(Part.PIPELINE, Part.MODEL)
        if plans:
            self._measuring, model = plans
            self._start(self._measuring, Waiting(model, needs=self._measuring.id))

    def diagnose(self, options: DiagnosisOptions) -> None:
        """Diagnose the draft.

        Args:
            options: What the diagnosis may do.
        """
        for plan in self._plans(Part.DIAGNOSIS, diagnosis=options):
            if self._begin(Experiment.of_diagnosis(plan)) is not None:
                self.diagnosis_begun.emit()

    def run_again(self, runs: Sequence[Run], trace: TraceOptions | None = None) -> None:
        """Run the settings of runs again, each by itself and by the engine that it had.

        Args:
            runs: What was run before, in whole or in part.
            trace: Trace some steps of each; None: none.
        """
        session, plans = self._app_state.session, []
        feasible = Feasibility(session)
        for run in runs:
            try:
                workload, settings = session.settings_of(run)
                plan = session.plan(workload, settings, engine=run.plan.engine, trace=trace)
                why = "" if workload.code is not None else feasible.why_not(workload, settings)
            except ExplorerError as error:
                why = str(error)
            if why:
                name = session.experiments.name_of(run)
                self._app_state.failed.emit(f"{name} cannot be run again. {why}", "")
            else:
                plans.append(plan)
        self._start(*plans, many=True)
        if plans and trace is not None:
            self.trace_begun.emit()

    def begin(self, experiment: Experiment) -> bool:
        """Keep an experiment and put its runs into the queue; says so where it cannot be kept."""
        interpreter = self._app_state.session.interpreter
        if interpreter != experiment.interpreter:
            engine = PROCESS if interpreter else experiment.engine
            experiment = replace(experiment, interpreter=interpreter, engine=engine)
        kept = self._begin(experiment)
        if kept is not None:
            self.experiment_begun.emit(kept.id)
        return kept is not None

    def _begin(self, experiment: Experiment) -> Experiment | None:
        """Keep an experiment and put its runs into the queue; None where it cannot be kept."""
        try:
            if not experiment.interpreter:
                check_tensorflow()
            kept = self._app_state.session.experiments.add(experiment)
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)
            return None
        self.go_on_with(kept)
        return kept

    def go_on_with(self, experiment: Experiment) -> int:
        """Put what is missing of an experiment, and does not wait already, into the queue.

        Returns:
            How many runs that are.
        """
        session = self._app_state.session
        if not session.experiments.leases.take(experiment.id):
            self._app_state.message.emit(
                "Another window or program carries it out now: wait until it is over."
            )
            return 0
        try:
            session.refresh()
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)
            return 0
        waiting = {plan.turn for plan in session.queue.plans}
        plans = [
            run_plan
            for run_plan in session.experiments.plans(experiment)
            if run_plan.turn not in waiting
        ]
        self._start(*plans, many=True)
        return len(plans)

    def _start(self, *plans: RunPlan | Waiting, many: bool = False, shows: bool = False) -> None:
        """Start runs, once the person agrees to what code they run.

        Args:
            plans: What is to run.
            many: It is told how many wait.
            shows: A run by itself is to be looked at.
        """
        workloads = self._app_state.session.workloads
        ids = dict.fromkeys(
            plan.plan.workload if isinstance(plan, Waiting) else plan.workload for plan in plans
        )
        codes = [code for code in map(workloads.code_of, ids) if code is not None]

        def does() -> None:
            self._enqueue(plans, many=many, shows=shows)

        if self._guard is None:
            does()
        else:
            self._guard.ask_for_codes(codes, does)

    def _enqueue(self, plans: Sequence[RunPlan | Waiting], *, many: bool, shows: bool) -> None:
        queue = self._app_state.session.queue
        before, paused = len(queue), queue.paused
        held = paused or self._controller.held
        busy = self._controller.activity is not Activity.IDLE or held
        if shows and not busy:
            self.training_begun.emit()
        self._controller.start(*plans)
        if plans and (busy or many):
            runs = f"{plural(len(plans), 'run')} put into the queue"
            behind = f", behind {before} that wait" if before else ""
            how = " The queue is paused: Ctrl+Shift+P lets it go on." if paused else ""
            self._app_state.message.emit(f"{runs}{behind}.{how}")

    def _plans(
        self, *parts: Part, diagnosis: DiagnosisOptions | None = None
    ) -> tuple[RunPlan, ...]:
        """Plans of the draft for these parts; none where that cannot be, which is then said."""
        engine = self._chooser.engine if self._chooser is not None else None
        make, draft = self._app_state.session.plan, self._draft
        try:
            return tuple(
                make(draft.workload, draft.settings, part, engine, diagnosis) for part in parts
            )
        except InputError as error:
            self._app_state.failed.emit(str(error), error.details)
            return ()

    def _tell_ceilings(self) -> None:
        if self._controller.activity is not Activity.IDLE:
            return
        plan, self._measuring = self._measuring, None
        ceilings = self._app_state.session.ceilings(plan) if plan is not None else None
        if ceilings is not None:
            self._app_state.message.emit(ceilings.sentences()[0])
