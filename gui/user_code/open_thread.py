"""The QThread that a person's code is opened on: it loads TensorFlow and runs that code."""

from __future__ import annotations

import contextlib
import ctypes
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

from core.workloads.workload import Workload
from gui.user_code.to_open import ToOpen

Say = Callable[[str], None]
OpenCode = Callable[[ToOpen, Say], Workload]
"""Opens something; says meanwhile what it is at."""

RUNNING = "running its code"
"""Said once TensorFlow is loaded: from then on it can be cut off."""
# macOS gives secondary threads 512 KB, too little for tracing functions.
_STACK_BYTES = 16 * 1024 * 1024


def real_open(wanted: ToOpen, say: Say) -> Workload:
    """Load TensorFlow, then run the person's code under observation."""
    from core.measure.faults import explained
    from core.measure.loading import load_tensorflow
    from core.workloads.own_open import open_own, open_script

    say("loading TensorFlow")
    load_tensorflow()
    say(RUNNING)
    with explained():
        if wanted.arguments is not None:
            return open_script(str(wanted.file), wanted.arguments)
        return open_own(wanted.text)


class OpenCancelled(BaseException):
    """Raised within the person's code; no ``except Exception`` of theirs holds it up."""


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
        self.setStackSize(_STACK_BYTES)
        self.wanted = wanted
        self.workload: Workload | None = None
        self.error: BaseException | None = None
        self.cancelled = False
        self._open = open_code
        self._can_break = threading.Lock()
        self._within = 0

    def cancel(self) -> None:
        """Have it end as soon as it can: between two steps of Python, not within TensorFlow."""
        self.cancelled = True
        with self._can_break:
            if self._within:
                raised = ctypes.py_object(OpenCancelled)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._within), raised)

    def run(self) -> None:
        """Open; nothing may leave this method, Qt would only print it."""
        with contextlib.suppress(OpenCancelled):
            try:
                self.workload = self._open(self.wanted, self._say)
            except BaseException as error:
                self.error = error
            finally:
                self._leave()

    def _say(self, text: str) -> None:
        if self.cancelled:
            raise OpenCancelled
        self.said.emit(text)
        if text == RUNNING:
            # TensorFlow must not be cut off while it is loaded: it cannot be loaded twice.
            with self._can_break:
                self._within = threading.get_ident()

    def _leave(self) -> None:
        with self._can_break:
            self._within = 0
