"""What can be done to the runs that wait: one action each, for table, buttons, menu and palette."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from core.session.queue import Waiting
from gui.actions import panel_action
from gui.running.run_controller import RunController
from gui.state.app_state import AppState
from gui.widgets.question import ask
from gui.widgets.undo_bar import UndoBar


@dataclass(frozen=True)
class _Removed:
    """Runs that stood together, and the one behind them; empty where they were the last."""

    runs: tuple[Waiting, ...]
    follower: str


class QueueActions(QObject):
    """Makes the actions and does what they say.

    The keys work while ``panel`` or a part of it has the keyboard.

    Attributes:
        up, down, front, end, remove, repeat, clear, undo: The actions.
        undo_bar: Says what was removed.

    Signals:
        removed: Runs are gone from the queue: the place of the first of them.
        restored: Removed runs are there again: their ids.
    """

    removed = Signal(int)
    restored = Signal(object)

    def __init__(
        self,
        app_state: AppState,
        controller: RunController,
        panel: QWidget,
        selected: Callable[[], tuple[str, ...]],
    ) -> None:
        """Make the actions.

        Args:
            app_state: Tells what changed.
            controller: Goes on once removed runs are back.
            panel: The queue's panel.
            selected: Gives the ids of the selected runs, in the order of the queue.
        """
        super().__init__(panel)
        self._app_state, self._controller, self._panel = app_state, controller, panel
        self._selected = selected
        self.undo_bar = UndoBar(app_state.edits, panel)
        make, queue = partial(panel_action, panel), app_state.session.queue
        self.up = make(
            "Move up", "\N{UPWARDS ARROW}", "Ctrl+Up", lambda: queue.move(self._selected(), -1),
            "Let the selected runs begin earlier",
        )  # fmt: skip
        self.down = make(
            "Move down", "\N{DOWNWARDS ARROW}", "Ctrl+Down",
            lambda: queue.move(self._selected(), 1), "Let the selected runs begin later",
        )  # fmt: skip
        self.front = make(
            "Move to the front", "First", "Ctrl+Home", lambda: queue.place(self._selected(), 0),
            "Let the selected runs begin before all others",
        )  # fmt: skip
        self.end = make(
            "Move to the end", "Last", "Ctrl+End",
            lambda: queue.place(self._selected(), len(queue)),
            "Let the selected runs begin after all others",
        )  # fmt: skip
        self.repeat = make(
            "Repeat", "Repeat", "R", lambda: queue.repeat(self._selected()),
            "Put another run of the same behind each selected one; it belongs "
            "to no comparison or sweep",
        )  # fmt: skip
        self.remove = make(
            "Remove from the queue", "Remove", "Del", lambda: self._remove(self._selected()),
            "Take the selected runs out of the queue; Ctrl+Z brings them back",
        )  # fmt: skip
        self.clear = make(
            "Clear the queue", "Clear\N{HORIZONTAL ELLIPSIS}", "Ctrl+Shift+Del", self._ask_to_clear,
            "Ask, then take all runs out of the queue",
        )  # fmt: skip
        self.undo = app_state.edits.undo_action
        app_state.queue_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say what can be done now."""
        some = bool(self._selected())
        for action in (self.up, self.down, self.front, self.end, self.repeat, self.remove):
            action.setEnabled(some)
        self.clear.setEnabled(len(self._app_state.session.queue) > 0)

    # -- removing and bringing back -------------------------------------------------------

    def _ask_to_clear(self) -> None:
        count = len(self._app_state.session.queue)
        what = f"all {count} runs" if count > 1 else "the one run"
        ask(
            self._panel.window(),
            f"Remove {what} from the queue?",
            "Remove",
            lambda: self._remove(tuple(plan.id for plan in self._app_state.session.queue.plans)),
            more="Ctrl+Z brings them back.",
            no="Keep",
        )

    def _remove(self, ids: Sequence[str]) -> None:
        queue = self._app_state.session.queue
        before, paused = queue.waiting, queue.paused
        gone = {entry.id for entry in before} & set(ids)
        if not gone:
            return
        what = f"{len(gone)} runs" if len(gone) > 1 else "a run"
        self._app_state.edits.do(
            f"removing {what} from the queue",
            lambda: self._take_out(gone),
            lambda: self._bring_back(_stretches(before, gone), paused),
        )
        kinds = {entry.plan.turn.kind for entry in before if entry.id in gone and entry.plan.turn}
        later = f" What is missing of a {kinds.pop()} can be gone on with later." if kinds else ""
        self.undo_bar.say(f"Took {what} out of the queue.{later}")

    def _take_out(self, gone: set[str]) -> bool:
        queue = self._app_state.session.queue
        before = queue.waiting
        if not queue.remove(tuple(gone)):
            return False  # done again after they began
        self.removed.emit(next(place for place, entry in enumerate(before) if entry.id in gone))
        self.refresh()
        return True

    def _bring_back(self, stretches: Sequence[_Removed], paused: bool) -> bool:
        queue = self._app_state.session.queue
        if not len(queue):
            queue.paused = paused
        # Told of once: runs that lay apart come back in many steps.
        with QSignalBlocker(self._app_state):
            # From behind: those whose follower is under way by now are the next, in their order.
            for removed in reversed(stretches):
                places = {plan.id: place for place, plan in enumerate(queue.plans)}
                queue.restore(
                    removed.runs,
                    places.get(removed.follower, 0) if removed.follower else len(queue),
                )
        self._app_state.queue_changed.emit()
        self.restored.emit(tuple(run.id for stretch in stretches for run in stretch.runs))
        self._controller.go_on()
        self.refresh()
        return True


def _stretches(before: Sequence[Waiting], gone: set[str]) -> tuple[_Removed, ...]:
    stretches: list[_Removed] = []
    together: list[Waiting] = []
    for entry in before:
        if entry.id in gone:
            together.append(entry)
        elif together:
            stretches.append(_Removed(tuple(together), entry.id))
            together = []
    if together:
        stretches.append(_Removed(tuple(together), ""))
    return tuple(stretches)
