"""Ctrl-C once: stop after the present step. Twice: break off."""

from __future__ import annotations

import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType

from core.cli.terminal.streams import complain, to_stderr


class Interrupts:
    """While it is entered, the first Ctrl-C only sets ``pressed``.

    Python calls a signal's handler between two of its own instructions, and a call of TensorFlow
    may take as long as an execution of many steps does. So a thread hears of the signal as well,
    through the file that the signal writes to at once.
    """

    def __init__(self, end_now: Callable[[], None] | None = None) -> None:
        """Hear nothing yet.

        Args:
            end_now: Called on the second Ctrl-C, where there is something better to be done than
                to break off; the third then does that. None for nothing.
        """
        self.pressed = False
        self._end_now = end_now
        self._times = 0
        self._before: object = None
        self._fd_before = -1
        self._ends: tuple[socket.socket, socket.socket] | None = None
        self._listener: threading.Thread | None = None

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._on_signal)
            self._ends = socket.socketpair()
            for end in self._ends:
                end.setblocking(False)
            self._ends[0].setblocking(True)
            self._fd_before = signal.set_wakeup_fd(
                self._ends[1].fileno(), warn_on_full_buffer=False
            )
            self._listener = threading.Thread(target=self._listen, name="interrupts", daemon=True)
            self._listener.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)  # type: ignore[arg-type]
        if self._ends is not None and self._listener is not None:
            signal.set_wakeup_fd(self._fd_before)
            self._ends[1].close()
            self._listener.join()
            self._ends[0].close()

    def cancelled(self) -> bool:
        """What ``fit`` asks."""
        return self.pressed

    def _listen(self) -> None:
        """Until the other end is closed; each signal is a byte, its number."""
        assert self._ends is not None
        while received := self._ends[0].recv(16):
            if signal.SIGINT in received:
                self.pressed = True

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._times += 1
        if self._times == 2 and self._end_now is not None:
            self._end_now()
            complain("Ending its process; press Ctrl-C again to break off.")
            return
        if self._times > 1:
            raise KeyboardInterrupt
        self.pressed = True
        if sys.stderr is not None and sys.stderr.isatty():
            to_stderr("\r")  # over the line of progress, which is shorter
        then = "to break off" if self._end_now is None else "to end its process at once"
        complain(f"Stopping after this step; press Ctrl-C again {then}.")
