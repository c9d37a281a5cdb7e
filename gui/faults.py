"""What nobody caught, on whatever thread: told in the window, kept in a file."""

from __future__ import annotations

import contextlib
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qFormatLogMessage, qInstallMessageHandler

from core.session.crash_reports import WindowFile
from core.session.fault_log import FaultLog

Tell = Callable[[str, str], None]
"""Takes what to say and the technical details; may be called from any thread."""


class FaultHooks:
    """Installed while the window is open; ``remove`` brings back what was there before."""

    def __init__(self, tell: Tell, log: FaultLog, presence: WindowFile) -> None:
        """Install them.

        Args:
            tell: Shows a message in the window.
            log: Keeps the tracebacks.
            presence: Keeps Qt's last words, before it ends the process.
        """
        self._tell, self._log, self._presence = tell, log, presence
        self._before = sys.excepthook, threading.excepthook
        self._telling = False
        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook
        qInstallMessageHandler(self._qt_said)

    def remove(self) -> None:
        """Bring back what was there before."""
        sys.excepthook, threading.excepthook = self._before
        qInstallMessageHandler(None)

    def _hook(
        self, kind: type[BaseException], error: BaseException, where: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError, ValueError):  # stderr may be closed
            sys.__excepthook__(kind, error, where)
        if not issubclass(kind, Exception):
            return
        kept = self._log.add(kind, error, where)
        place = f" and in {self._log.path}" if kept else ""
        if self._telling:
            return  # the telling itself went wrong
        self._telling = True
        with contextlib.suppress(Exception):
            self._say(kind, error, where, place)
        self._telling = False

    def _say(
        self,
        kind: type[BaseException],
        error: BaseException,
        where: TracebackType | None,
        place: str,
    ) -> None:
        self._tell(
            f"Something in the program went wrong ({kind.__name__}: {_short(error)}). Recorded "
            "runs are kept. Try again; if it comes again, close the window and open it anew, and "
            f"report it with what stands in the details{place}.",
            "".join(traceback.format_exception(kind, error, where)),
        )

    def _thread_hook(self, hook: threading.ExceptHookArgs) -> None:
        if not issubclass(hook.exc_type, SystemExit):
            error = hook.exc_value or hook.exc_type()
            self._hook(hook.exc_type, error, hook.exc_traceback)

    def _qt_said(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        """As Qt itself does, on stderr; its last words are kept too."""
        line = qFormatLogMessage(kind, context, text)
        if sys.__stderr__ is not None and line:
            with contextlib.suppress(OSError, ValueError):
                print(line, file=sys.__stderr__, flush=True)
        if kind == QtMsgType.QtFatalMsg:
            self._presence.note(f"Qt: {text}")


def _short(error: BaseException) -> str:
    """The first line of what it says."""
    lines = str(error).strip().splitlines() or [""]
    return lines[0][:200]
