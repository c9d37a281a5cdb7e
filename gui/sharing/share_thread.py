"""The QThread that a session's file is written or read on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

Report = Callable[[float, str], None]
Cancelled = Callable[[], bool]
Work = Callable[[Report, Cancelled], object]
"""What is done: told how to say how far it is, and how to ask whether it is still wanted."""


class ShareThread(QThread):
    """Does one piece of work.

    Attributes:
        result: What came of it; None before that, and where it failed.
        error: What was raised instead.
        cancelled: It is not wanted any more.

    Signals:
        advanced: How far it is, from 0 to 1, and what it is at.
    """

    advanced = Signal(float, str)

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("share")
        self._work = work
        self.result: object = None
        self.error: BaseException | None = None
        self.cancelled = False

    def cancel(self) -> None:
        """Have it end as soon as it can without leaving anything half done."""
        self.cancelled = True

    def run(self) -> None:
        """Do it; nothing may leave this method, Qt would only print it."""
        try:
            self.result = self._work(self.advanced.emit, lambda: self.cancelled)
        except BaseException as error:
            self.error = error
