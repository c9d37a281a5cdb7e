"""What the person starts, stops and lets wait: the actions of the window and what they do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from core.model.diagnosis import DiagnosisOptions
from core.model.experiment import Experiment
from gui.actions import action
from gui.running.queue_times import QueueTimes
from gui.running.run_controller import Activity, RunController
from gui.running.run_starter import RunStarter
from gui.running.stop_actions import StopActions
from gui.running.trace_next import TraceNext
from gui.starting.engine_parts import EngineParts
from gui.starting.experiment_dialogs import ExperimentDialogs
from gui.starting.form_check import FormCheck
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm
from gui.state.ui_settings import UiSettings
from gui.user_code.trust_guard import TrustGuard

_RUN = "Run \N{BLACK RIGHT-POINTING SMALL TRIANGLE}"
_QUEUE = "Queue \N{BLACK RIGHT-POINTING SMALL TRIANGLE}"


class Launcher(QObject):
    """Makes the actions of the window that start and stop runs, and does what they say.

    Attributes:
        run, stop, ask_stop, trace, trace_next, diagnose, ceilings, compare, sweep, pause: The
            actions.
        starter: Hands runs to the controller.
        diagnosis_options: Says what a diagnosis may do.

    Signals:
        about_to_start: Something is to be started now; nothing is under way and nothing waits.
        training_begun: A run by itself begins at once.
        experiment_begun: A comparison or sweep is kept and its runs wait: its id.
        diagnosis_begun: A diagnosis begins, or waits.
        trace_begun: A run that is traced begins, or waits.
        refused: Nothing is started from the form: the id of the first knob whose field holds what
            the knob does not take.
    """

    refused = Signal(str)
    about_to_start = Signal()
    training_begun = Signal()
    experiment_begun = Signal(str)
    diagnosis_begun = Signal()
    trace_begun = Signal()

    def __init__(
        self,
        window: QWidget,
        draft: PipelineForm,
        app_state: AppState,
        controller: RunController,
        times: QueueTimes,
        kept: UiSettings,
        guard: TrustGuard,
        engine: EngineParts,
    ) -> None:
        """Make the actions.

        Args:
            window: Has the actions, and dialogs open above it.
            draft: The settings on the left.
            app_state: Tells what changed.
            controller: Carries out runs.
            times: Estimates of how long runs take.
            kept: Remembers the last sweep of each workload.
            guard: Asks before a person's own code is run.
            engine: Where runs train.
        """
        super().__init__(window)
        self._window, self._app_state = window, app_state
        self._controller = controller
        self._check = FormCheck(window, draft, app_state)
        self._dialogs = ExperimentDialogs(window, draft, app_state, times, kept, engine)
        self._dialogs.asked.connect(self._begin)
        self.starter = RunStarter(draft, app_state, controller, guard, engine.chooser, self)
        stops = StopActions(window, app_state, controller, engine.chooser, engine.engines.end_now)
        self.stop, self.ask_stop = stops.stop, stops.ask_stop
        self.trace_next = TraceNext(window, app_state, controller, engine.engines.trace).action
        self.starter.experiment_begun.connect(self.experiment_begun)
        self.starter.training_begun.connect(self.training_begun)
        self.starter.diagnosis_begun.connect(self.diagnosis_begun)
        self.starter.trace_begun.connect(self.trace_begun)
        self.diagnosis_options: Callable[[], DiagnosisOptions] = DiagnosisOptions
        self._make_actions()
        controller.activity_changed.connect(self._show)
        app_state.queue_changed.connect(self._show)
        self._show()

    def _make_actions(self) -> None:
        make = partial(action, self._window)
        self.run = make("Run", ("Ctrl+R", "F5"), self.start_run, "Train")
        self.trace = make(
            "Trace", "Ctrl+Shift+T", self.start_trace,
            "Train, trace 20 steps of it, and say what each of them waited for",
        )  # fmt: skip
        self.ceilings = make(
            "Measure ceilings", "Ctrl+E", self.measure_ceilings,
            "Measure the model alone and the pipeline alone with the settings on the left, a few "
            "seconds each: what a run with them could reach at most",
        )  # fmt: skip
        self.diagnose = make(
            "Diagnose", "Ctrl+D", self.start_diagnosis,
            "Find what limits training, try what may help, and say which change to make",
        )  # fmt: skip
        self.compare = make(
            "Compare\N{HORIZONTAL ELLIPSIS}", "Ctrl+Shift+R", self.ask_compare,
            "Run two or more configurations in balanced turns, several times each: is one faster, "
            "with what confidence?",
        )  # fmt: skip
        self.sweep = make(
            "Sweep\N{HORIZONTAL ELLIPSIS}", "Ctrl+Shift+S", self.ask_sweep,
            "Run many values of one or more knobs: which of them matters, and what is best?",
        )  # fmt: skip
        self.pause = make("Pause the queue", "Ctrl+Shift+P", self.toggle_pause, "Begin no run")

    @property
    def starting(self) -> tuple[QAction, ...]:
        """Those that begin a run."""
        return self.run, self.trace, self.trace_next, self.ceilings

    @property
    def longer(self) -> tuple[QAction, ...]:
        """Those that begin something longer than a run."""
        return self.diagnose, self.compare, self.sweep

    @property
    def stopping(self) -> tuple[QAction, ...]:
        """Those that stop a run or let it wait."""
        return self.stop, self.ask_stop, self.pause

    @property
    def buttons(self) -> tuple[tuple[QAction, str], ...]:
        """Those that begin something longer than a run, with what stands on their buttons."""
        return (
            (self.diagnose, "Diagnose"), (self.compare, "Compare…"), (self.sweep, "Sweep…"),
            (self.ceilings, "Ceilings"),
        )  # fmt: skip

    # -- what the person does -------------------------------------------------------------

    def start_run(self) -> None:
        """Run the draft, or let it wait where another is under way."""
        if self._form_is_valid(data=True):
            self._make_ready()
            self.starter.run()

    def start_trace(self) -> None:
        """Run the draft and trace some steps of it."""
        if self._form_is_valid(data=True):
            self._make_ready()
            self.starter.trace()

    def measure_ceilings(self) -> None:
        """Measure both parts of the draft by themselves."""
        if self._form_is_valid(data=True):
            self._make_ready()
            self.starter.measure_ceilings()

    def start_diagnosis(self) -> None:
        """Diagnose the draft, or let it wait where a run is under way.

        While a file is being opened the draft is that of before: its diagnosis takes minutes.
        """
        if self._controller.held:
            self._app_state.message.emit(
                "A file is being opened: press Diagnose (Ctrl+D) once it is open."
            )
            return
        if self._form_is_valid(data=True):
            self._make_ready()
            self.starter.diagnose(self.diagnosis_options())

    def run_again(self) -> None:
        """Run the settings of the selected runs again."""
        self._make_ready()
        self.starter.run_again(self._app_state.selection)

    def ask_compare(self) -> None:
        """Ask which configurations are to be compared."""
        if self._form_is_valid():
            self._dialogs.compare()

    def ask_sweep(self) -> None:
        """Ask which knobs are to be varied."""
        if self._form_is_valid():
            self._dialogs.sweep()

    def duplicate(self, experiment: Experiment) -> None:
        """Ask again what an experiment asked, so that it can be changed first."""
        self._check.commit()
        self._dialogs.duplicate(experiment)

    def toggle_pause(self) -> None:
        """Begin no further run after the present one, or go on."""
        self._controller.set_paused(not self._app_state.session.queue.paused)

    def _begin(self, experiment: Experiment) -> None:
        self._make_ready()
        self.starter.begin(experiment)

    def _make_ready(self) -> None:
        self._check.commit()
        if self._free:
            self.about_to_start.emit()

    def _form_is_valid(self, *, data: bool = False) -> bool:
        """Whether every field holds what its knob takes; the first that does not gets the focus."""
        key = self._check.first_refused(data=data)
        if key:
            self.refused.emit(key)
        return not key

    # -- showing --------------------------------------------------------------------------

    @property
    def _free(self) -> bool:
        """Whether a run begins as soon as it is asked for."""
        return (
            self._controller.activity is Activity.IDLE
            and not self._controller.held
            and not self._app_state.session.queue.paused
        )

    def _show(self) -> None:
        queue = self._app_state.session.queue
        self.run.setIconText(_RUN if self._free else _QUEUE)
        why = "The queue is paused" if queue.paused else "A run is under way"
        why = "A file is being opened" if self._controller.held else why
        does = (
            "Train with the settings on the left"
            if self._free
            else f"{why}: put the settings on the left into the queue, behind those that wait"
        )
        self.run.setToolTip(f"{does} (Ctrl+R)")
        self.pause.setEnabled(len(queue) > 0 or queue.paused)
        self.pause.setText("Go on with the queue" if queue.paused else "Pause the queue")
        self.pause.setIconText("Go on" if queue.paused else "Pause")
        self.pause.setToolTip(
            "Begin the first run that waits (Ctrl+Shift+P)"
            if queue.paused
            else "Let the present run end and begin no further one (Ctrl+Shift+P)"
        )
