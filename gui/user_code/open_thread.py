"""The QThread that waits for the process in which a person's code is opened."""

from __future__ import annotations

from PySide6.QtCore import QObject, QThread, Signal

from core.engines.opening import OpenCode
from core.model.errors import Cancelled
from core.model.to_open import ToOpen
from core.workloads.workload import Workload


class OpenThread(QThread):
    """Opens one thing.

    Attributes:
        wanted: What.
        workload: What came of it; None before that, and where it failed.
        error: What was raised instead.
        cancelled: It is not wanted any more.

    Signals:
        said: What it is at.
    """

    said = Signal(str)

    def __init__(self, wanted: ToOpen, open_code: OpenCode, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("open")
        self.wanted = wanted
        self.workload: Workload | None = None
        self.error: BaseException | None = None
        self.cancelled = False
        self._open = open_code

    def cancel(self) -> None:
        """Have it end soon, whatever the code is doing."""
        self.cancelled = True

    def run(self) -> None:
        """Open; nothing may leave this method, Qt would only print it."""
        try:
            self.workload = self._open(self.wanted, self.said.emit, lambda: self.cancelled)
        except Cancelled:
            self.cancelled = True
        except BaseException as error:
            self.error = error
