"""Stop, and what is left to do where a run does not obey it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from core.model.plan import PROCESS
from core.text.plural import plural
from gui.actions import action
from gui.running.engine_chooser import EngineChooser
from gui.running.run_controller import Activity, RunController
from gui.state.app_state import AppState
from gui.widgets.question import ask

_SOFT = (
    "Stop the run after the present batch, and let those behind it wait; Esc asks.\n"
    "What was measured so far is kept."
)
_ASK = (
    "Ask, then stop the run. In a field, Esc leaves the field first; where steps are selected in "
    "the plots, it ends the selection first"
)
_NOW = "End the run's process at once, without waiting for its batch; what was recorded stays"
_NO_MEANS = (
    "The run ends after the present batch; in this window it cannot be cut off. Press to see why"
)
_WHY = (
    "It trains on a thread of this window, which ends once the present batch is there. An "
    "isolated run has a process of its own and can be ended at any time."
)


class StopActions(QObject):
    """The first press asks the run to stop after its batch, a second one ends its process.

    Attributes:
        stop: Stops the run under way.
        ask_stop: Asks first.
    """

    def __init__(
        self,
        window: QWidget,
        app_state: AppState,
        controller: RunController,
        chooser: EngineChooser,
        end_now: Callable[[], None],
    ) -> None:
        """Make the actions.

        Args:
            window: Has them, and questions open above it.
            app_state: Knows how many runs wait.
            controller: Carries out runs.
            chooser: Told where the person wants runs that can be ended.
            end_now: Ends the process of the isolated run under way.
        """
        super().__init__(window)
        self._window, self._app_state, self._controller = window, app_state, controller
        self._chooser, self._end_now = chooser, end_now
        self._ending = False
        self.stop = action(window, "Stop", "", self.press, _SOFT)
        self.ask_stop = action(window, "Ask to stop", "Esc", self.ask, _ASK)
        controller.activity_changed.connect(self._show)
        controller.beginning.connect(self._begin)
        self._show()

    def press(self) -> None:
        """Stop; where that was asked for already, end the process or say why nobody can."""
        if self._controller.activity is not Activity.STOPPING:
            self._controller.stop()
        elif self._controller.isolated:
            self.end()
        else:
            self._explain()

    def end(self) -> None:
        """End the process of the run under way; asked for once."""
        if self._controller.isolated and not self._ending:
            self._ending = True
            self._show()
            self._end_now()

    def ask(self) -> QMessageBox | None:
        """Ask before the run is stopped, and once more before its process is ended.

        Where steps are selected in the plots, that comes to an end first.
        """
        if self._app_state.selected_range is not None:
            self._app_state.select_range(None)
            return None
        if self._controller.activity is Activity.RUNNING:
            more, no = self._behind(), "Keep it running"
            stop = self._controller.stop
            return ask(self._window, "Stop the run?", "Stop", stop, more=more, no=no)
        stopping = self._controller.activity is Activity.STOPPING
        if stopping and self._controller.isolated and not self._ending:
            more = "Its batch is lost; what was recorded so far is kept."
            no = "Keep waiting"
            return ask(self._window, "End its process now?", "End now", self.end, more=more, no=no)
        return None

    def _behind(self) -> str:
        count = len(self._app_state.session.queue)
        kept = "What was measured so far is kept."
        if not count:
            return kept
        behind = f"Behind it in the queue: {plural(count, 'run')}"
        return f"{kept} {behind}, until the queue goes on (Ctrl+Shift+P)."

    def _explain(self) -> None:
        ask(
            self._window,
            "This run cannot be cut off.",
            "Isolate runs from now on",
            lambda: self._chooser.want(PROCESS),
            more=_WHY,
            no="Keep waiting",
        )

    def _begin(self) -> None:
        self._ending = False
        self._show()

    def _show(self) -> None:
        activity, isolated = self._controller.activity, self._controller.isolated
        self.stop.setEnabled(activity is not Activity.IDLE and not self._ending)
        text, tip = "Stop", _SOFT
        if activity is Activity.STOPPING:
            text, tip = ("End now", _NOW) if isolated else ("Stopping", _NO_MEANS)
        self.stop.setText(text)
        self.stop.setIconText(text)
        self.stop.setToolTip(tip)
