"""Ctrl-C once: stop after the present step. Twice: break off."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType, TracebackType

from core.cli.streams import complain, to_stderr


class Interrupts:
    """While it is entered, the first Ctrl-C only sets ``pressed``."""

    def __init__(self) -> None:
        self.pressed = False
        self._before: object = None

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._on_signal)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)  # type: ignore[arg-type]

    def cancelled(self) -> bool:
        """What ``fit`` asks."""
        return self.pressed

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.pressed:
            raise KeyboardInterrupt
        self.pressed = True
        if sys.stderr is not None and sys.stderr.isatty():
            to_stderr("\r")  # over the line of progress, which is shorter
        complain("Stopping after this step; press Ctrl-C again to break off.")
