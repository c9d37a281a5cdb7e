"""Work in pieces, so that the event loop is not held up by all of it at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer


class ChunkedWork(QObject):
    """Does one piece of work after the other, each in an event of its own.

    In between the mouse, the keyboard and paints get their turn.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pieces: deque[Callable[[], object]] = deque()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._next)

    def do(self, pieces: Iterable[Callable[[], object]]) -> None:
        """Do these pieces of work; what is left of earlier ones is dropped."""
        self._pieces = deque(pieces)
        self._timer.start(0)

    def drop(self) -> None:
        """Do no more of it."""
        self._pieces.clear()
        self._timer.stop()

    def _next(self) -> None:
        if self._pieces:
            self._pieces.popleft()()
        if self._pieces:
            self._timer.start(0)
