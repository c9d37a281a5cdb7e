"""Runs a script that is watched on another machine, as ``ssh HOST python FILE.py`` would."""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence

from core.engines.child_output import ChildOutput, to_stderr
from core.engines.far_process import FarProcess
from core.engines.interpreter import Interpreter
from core.engines.watching.launch import begin_recorder
from core.engines.watching.passed_on import (
    CLOSED,
    ERRORS,
    INPUT,
    OUTPUT,
    RECORD,
    SIGNAL,
    WANTS_INPUT,
)
from core.records.encode import encode
from core.records.frames import FrameError, frame
from core.records.messages import WatchBroken

LOST = 255
"""The exit code of ssh where the connection is gone."""
_ENTRY = "core.engines.watching.far_script:main"
_CHUNK = 1 << 16
_LOOK_S = 0.2
_ENDS_S = 5.0
_PASSED_ON = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
_IGNORED = ("SIGTSTP", "SIGTTIN", "SIGTTOU")
"""Nothing would be heard of this program any more, and the script would be ended."""
_STREAMS = {OUTPUT: 1, ERRORS: 2}


def run_watched_there(
    interpreter: Interpreter,
    script: str,
    arguments: Sequence[str],
    record: Callable[[socket.socket], None],
) -> int:
    """Run a script over there until it ends; streams and signals are those of this process.

    Args:
        interpreter: A Python of another machine.
        script: As the person names it; a relative one begins in their home folder.
        arguments: The script's own.
        record: Takes what the script sends until it is over, in a process of its own.

    Returns:
        Its exit code, below 0 the number of the signal that ended it, or ``LOST``.

    Raises:
        OSError: ssh cannot be started.
    """
    channel = begin_recorder(record)
    there = _ScriptThere(interpreter, channel)
    there.send(json.dumps([script, *arguments]).encode())
    for name in _PASSED_ON:
        _pass_on(getattr(signal, name), there)
    for name in _IGNORED:
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    there.wait()
    code = there.end(_ENDS_S)
    if why := there.lost or there.garbled:
        there.keep(bytes(4) + encode(WatchBroken(interpreter.machine, why)))
        code = LOST
    with contextlib.suppress(OSError):
        channel.shutdown(socket.SHUT_WR)
        channel.settimeout(_ENDS_S)
        channel.recv(1)  # until it was taken in
    return LOST if code is None else code


def _pass_on(number: signal.Signals, there: _ScriptThere) -> None:
    if signal.getsignal(number) != signal.SIG_IGN:  # as behind nohup
        order = SIGNAL + number.name.encode()
        signal.signal(number, lambda _number, _frame: there.send(order))


class _ScriptThere(FarProcess):
    """The script, as this side holds it.

    Attributes:
        garbled: What came was no record; empty where all is well.
    """

    def __init__(self, interpreter: Interpreter, channel: socket.socket) -> None:
        """Start it; see the base class.

        Args:
            interpreter: Runs it.
            channel: Takes what is measured.
        """
        self._channel, self._kept = channel, 0
        self._input_wanted = threading.Semaphore(0)
        self.garbled = ""
        super().__init__(ChildOutput(to_stderr), lambda payload: None, _ENTRY, interpreter)
        threading.Thread(target=self._feed, name="input", daemon=True).start()

    def wait(self) -> None:
        """Until it has ended, or the connection has."""
        try:
            while True:
                self.record(_LOOK_S)
        except EOFError:
            return
        except FrameError as error:
            self.garbled = str(error)

    def keep(self, record: bytes) -> None:
        """Have what was measured recorded."""
        with contextlib.suppress(OSError):
            self._channel.sendall(frame(record, self._kept))
            self._kept += 1

    # -- inside ---------------------------------------------------------------------------

    def _arrived(self, payload: bytes) -> None:
        kind, content = payload[:1], payload[1:]
        if kind == RECORD:
            self._pass(lambda: self.keep(content))
        elif kind in _STREAMS:
            self._pass(lambda: self._print(kind, content))
        elif kind == WANTS_INPUT:
            self._input_wanted.release()
        else:
            super()._arrived(payload)

    def _pass(self, on: Callable[[], None]) -> None:
        """Do something that may have to wait: meanwhile nobody listens, so nothing is heard."""
        self._seen_s = math.inf
        on()
        self._seen_s = time.monotonic()

    def _print(self, kind: bytes, text: bytes) -> None:
        try:
            data = memoryview(text)
            while data:
                data = data[os.write(_STREAMS[kind], data) :]
        except OSError:
            self.send(CLOSED + kind)

    def _feed(self) -> None:
        chunk = b"."
        while chunk:
            self._input_wanted.acquire()
            try:
                chunk = os.read(0, _CHUNK)
            except OSError:
                chunk = b""
            self.send(INPUT + chunk)
