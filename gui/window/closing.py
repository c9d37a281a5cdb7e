"""Closing the window: asks first, and waits for what cannot be cut off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from core.session import Session
from core.session.queue import RunQueue
from gui.running.interpreter_chooser import InterpreterChooser
from gui.running.run_controller import Activity, RunController
from gui.running.tensorflow_loader import TensorFlowLoader
from gui.sharing.sharer import Sharer
from gui.user_code.code_opener import CodeOpener
from gui.widgets.question import ask

Background = TensorFlowLoader | CodeOpener | Sharer | InterpreterChooser


class WindowClosing(QObject):
    """Decides whether the window may go, and closes it once it may."""

    def __init__(
        self,
        window: QWidget,
        controller: RunController,
        session: Session,
        background: Sequence[Background | None],
    ) -> None:
        """Watch over a window.

        Args:
            window: Its ``closeEvent`` asks ``allowed``.
            controller: Carries out runs.
            session: Has the runs that wait, and those that are not on disk yet.
            background: What else may be under way, and must come to its own end.
        """
        super().__init__(window)
        self._window, self._controller = window, controller
        self._session, self._queue = session, session.queue
        self._background = tuple(work for work in background if work is not None)
        self._agreed = self._given_up = False
        controller.activity_changed.connect(self._go_on)
        for work in self._background:
            work.finished.connect(self._go_on)

    def allowed(self) -> bool:
        """Whether the window may close now; else the person is asked, or it hides and waits."""
        busy = self._controller.activity is not Activity.IDLE
        if (busy or len(self._queue)) and not self._agreed:
            self._ask(busy=busy)
            return False
        self._session.retry()
        if self._session.unsaved and not busy and not self._given_up:
            self._ask_to_give_up()
            return False
        if busy or self._loading:
            self._agreed = True
            for work in self._background:
                if not isinstance(work, TensorFlowLoader | InterpreterChooser):
                    work.cancel()
            self._window.hide()
            return False
        return True

    def _ask(self, *, busy: bool) -> None:
        waiting = what_is_lost(self._queue)
        question = "A run is under way. Stop it and close?" if busy else "Close all the same?"
        kept = "What was measured so far is kept."
        ask(
            self._window,
            question,
            "Stop and close" if busy else "Close",
            self._agree,
            more=" ".join(part for part in (waiting, kept) if part),
        )

    def _ask_to_give_up(self) -> None:
        self._window.show()
        self._agreed = False
        ask(
            self._window,
            "Close although a run is not on disk?",
            "Close and lose it",
            self._give_up,
            more=what_is_unsaved(self._session),
            no="Keep it open",
            careful=True,
        )

    def _give_up(self) -> None:
        self._given_up = True
        self._window.close()

    def _agree(self) -> None:
        self._agreed = True
        # Nothing of what waits may begin while the present run ends.
        self._queue.clear()
        self._controller.stop()
        self._window.close()

    @property
    def _loading(self) -> bool:
        return any(work.isRunning() for work in self._background)

    def _go_on(self) -> None:
        if self._agreed and self._controller.activity is Activity.IDLE and not self._loading:
            self._window.close()


def what_is_unsaved(session: Session) -> str:
    """Which runs could not be written, and what helps."""
    names = ", ".join(map(session.experiments.name_of, session.unsaved))
    return (
        f"{names} could not be written to disk as a whole; only what was written by then comes "
        "back. Free some space and wait a few seconds: it is then written by itself."
    )


def what_is_lost(queue: RunQueue) -> str:
    """How many runs wait, and what of them comes back after a restart, in a sentence or two."""
    count = len(queue)
    if not count:
        return ""
    kinds = Counter(plan.turn.kind if plan.turn else "" for plan in queue.plans)
    alone = kinds.pop("", 0)
    runs = "1 run waits" if count == 1 else f"{count} runs wait"
    parts = [
        f"the {number} of a {kind} can be gone on with after a restart"
        for kind, number in sorted(kinds.items())
    ]
    if alone:
        single = "1 single run is" if alone == 1 else f"{alone} single runs are"
        parts.append(f"{single} dropped")
    return f"{runs}: {', '.join(parts)}."
