"""Traces the next steps of the run under way: what a spike in the live plots asks for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from core.model.events import Phase
from core.model.plan import Part
from core.model.run import Run
from core.model.tracing import TRACED_STEPS, TraceOptions, Tracing
from gui.actions import action
from gui.running.run_controller import Activity, RunController
from gui.state.app_state import AppState

_DOES = (
    f"Trace the next {TRACED_STEPS} steps of the run under way, and see on the page Timeline what "
    "each of them waited for; these steps are shaded and in no average"
)


class TraceNext(QObject):
    """Enabled while a run trains that has no trace yet.

    Attributes:
        action: Orders the trace.
    """

    def __init__(
        self,
        window: QWidget,
        app_state: AppState,
        controller: RunController,
        trace: Callable[[TraceOptions], None],
    ) -> None:
        """Make the action.

        Args:
            window: Has it.
            app_state: Tells how far the run is.
            controller: Knows whether one is under way.
            trace: Has the next steps of the run under way traced.
        """
        super().__init__(window)
        self._app_state, self._controller, self._trace = app_state, controller, trace
        self._ordered: tuple[str, Tracing | None] | None = None
        text = f"Trace the next {TRACED_STEPS} steps"
        self.action = action(window, text, "Ctrl+Shift+N", self._order, _DOES)
        for signal in (app_state.run_advanced, controller.activity_changed):
            signal.connect(self._show)
        self._show()

    def _order(self) -> None:
        run = self._traceable()
        if run is None:
            return
        self._ordered = run.id, run.tracing
        self._trace(TraceOptions(folder=str(self._app_state.session.traces.folder)))
        self._app_state.message.emit(f"The next {TRACED_STEPS} steps are being traced.")
        self._show()

    def _show(self) -> None:
        recording = self._app_state.session.recording
        run = None if recording is None else recording.run()
        if self._ordered is not None and (run is None or run.id != self._ordered[0]):
            self._ordered = None
        if run is not None and self._ordered is not None and run.tracing != self._ordered[1]:
            self._ordered = None
            self._tell(run.tracing)
        self.action.setEnabled(self._traceable() is not None)

    def _tell(self, tracing: Tracing | None) -> None:
        if tracing is not None and tracing.failure:
            self._app_state.message.emit(f"There is no trace: {tracing.failure}.")
        elif tracing is not None:
            self._app_state.message.emit(
                f"Steps {tracing.first + 1} to {tracing.stop} were traced: the page Timeline says "
                "what they waited for."
            )

    def _traceable(self) -> Run | None:
        """The run under way, where its next steps can be traced."""
        recording = self._app_state.session.recording
        if (
            recording is None
            or self._ordered is not None
            or self._controller.activity is not Activity.RUNNING
        ):
            return None
        run = recording.run()
        traced = run.tracing is not None and not run.tracing.failure
        trains = run.plan.part is Part.WHOLE and recording.phase is Phase.TRAINING
        return run if trains and not traced else None
