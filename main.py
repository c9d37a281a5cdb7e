"""Pipeline Explorer: opens the window, or carries out a command without one."""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import io
import sys
import threading
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from core.cli import main as run_command_line
from core.cli.terminal.encoding import speak_utf8
from core.folders import Folders


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out a command line and return the exit code."""
    _install_error_hooks()
    return run_command_line(sys.argv[1:] if argv is None else argv, open_window=_open_window)


def _open_window(folders: Folders, own: str = "", follow: Path | None = None) -> int:
    # What is made until the window is there stays: to look for garbage among it only takes time.
    gc.disable()
    try:
        # Here and not above: commands work without Qt, and start without waiting for it.
        from gui.app import open_window

        return open_window(folders, own, follow)
    finally:
        gc.enable()


def _install_error_hooks() -> None:
    with contextlib.suppress(io.UnsupportedOperation, RuntimeError, AttributeError):
        faulthandler.enable()  # not where there is no console
    sys.excepthook = _tell
    threading.excepthook = lambda hook: _tell(
        hook.exc_type, hook.exc_value or hook.exc_type(), hook.exc_traceback
    )


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if sys.stderr is None or issubclass(kind, SystemExit):
        return
    traceback.print_exception(kind, error, trace)
    print(
        "pipeline-explorer: that is a fault of the program: recorded runs are kept; please report "
        "it with the lines above.",
        file=sys.stderr,
    )


if __name__ == "__main__":
    speak_utf8()
    sys.exit(main())
