"""Runs a script that is watched on another machine: all that it says passes through its guard."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from core.engines.far_guard import FarGuard, Pipe
from core.engines.guard import subreaper
from core.engines.watching.become_script import START, become_script
from core.engines.watching.passed_on import (
    CLOSED,
    ERRORS,
    INPUT,
    OUTPUT,
    RECORD,
    SIGNAL,
    WANTS_INPUT,
)
from core.process_pool.lifeline import die_with_parent
from core.records.frames import FrameError, FrameStream

_NOT_STARTED = 126
_TO_ALL = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)
"""A terminal sends these to a script and to what it started."""


def main() -> None:
    """Guard and run; ends the process. ``core.engines.begin`` calls this."""
    program = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    subreaper()
    ours, theirs = socket.socketpair()
    order, streams = os.pipe(), (os.pipe(), os.pipe(), os.pipe())
    first = os.getpid()
    script = os.fork()
    if not script:
        _close(*program, order[1], streams[0][1], streams[1][0], streams[2][0], ours.detach())
        ends = streams[0][0], streams[1][1], streams[2][1]
        _become(first, order[0], ends, theirs.detach())
    _close(order[0], streams[0][0], streams[1][1], streams[2][1], theirs.detach())
    outer = streams[0][1], streams[1][0], streams[2][0]
    _ScriptGuard(script, program, (ours.detach(), order[1]), outer).guard()


class _ScriptGuard(FarGuard):
    """Between the program and a script; what the script leaves running is left to itself."""

    ends_all = False

    def __init__(
        self,
        script: int,
        program: tuple[int, int],
        inner: tuple[int, int],
        streams: tuple[int, int, int],
    ) -> None:
        """Take over the pipes.

        Args:
            script: The process of the script, a child of this one.
            program: Where the program is read, and written to.
            inner: Where what is measured is read, and the order is written to.
            streams: Of the script: its input, its output, its errors.
        """
        super().__init__(script, program, inner)
        self._printed = {OUTPUT: streams[1], ERRORS: streams[2]}
        for kind, end in self._printed.items():
            self._listen(end, self._passing_on(kind))
        self._input = Pipe(streams[0])
        self._sinks.append(self._input)
        self._asked = self._input_ends = False

    def _pass_on(self, chunk: bytes) -> None:
        """Pass on what is measured."""
        with contextlib.suppress(FrameError):  # then it is cut off there
            for payload in self._events.feed(chunk):
                self._to_program.frame(RECORD + payload)

    def _passing_on(self, kind: bytes) -> Callable[[bytes], None]:
        def take(chunk: bytes) -> None:
            if chunk:
                self._to_program.frame(kind + chunk)

        return take

    def _obey(self, payload: bytes) -> None:
        kind, content = payload[:1], payload[1:]
        if kind == INPUT:
            self._input.waiting += content
            self._asked, self._input_ends = False, not content
        elif kind == SIGNAL:
            self._signal(getattr(signal, content.decode(), None))
        elif kind == CLOSED:
            end = self._printed.get(content)
            if end in self._sources:
                self._let_go(end)
        else:
            super()._obey(payload)

    def _once(self, waking: int) -> None:
        super()._once(waking)
        if self._asked or self._input.waiting or self._input not in self._sinks:
            return
        if self._input_ends:
            self._sinks.remove(self._input)
            os.close(self._input.end)
        else:
            # Not before the last was taken: more than the script reads is not sent.
            self._to_program.frame(WANTS_INPUT)
            self._asked = True

    def _signal(self, number: signal.Signals | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            if number in _TO_ALL:
                os.killpg(0, number)  # this process ignores it
            elif number is not None:
                os.kill(self._trainer, number)


def _become(first: int, order: int, streams: tuple[int, int, int], channel: int) -> NoReturn:
    """Be the script, once the order says which."""
    try:
        for ignored in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(ignored, signal.SIG_DFL)  # Python's own doing, which a script inherits
        die_with_parent()
        if os.getppid() != first:
            raise ProcessLookupError(first)
        script, *arguments = json.loads(_order(order))
        for number, end in enumerate(streams):
            os.dup2(end, number)
        _close(*streams, order)
        sent: Any = sys.modules[__package__.partition(".")[0]].__loader__
        become_script(
            sys.executable,
            script,
            arguments,
            channel=channel,
            sent=sent.sent(),
            start=sent.modules[f"{sent.package}.{START}"][2],
            variables=os.environ,
        )
    except Exception as error:
        with contextlib.suppress(OSError):
            os.write(2, f"pipeline-explorer: the script cannot be started ({error!r})\n".encode())
    finally:
        os._exit(_NOT_STARTED)


def _order(end: int) -> bytes:
    stream = FrameStream()
    while chunk := os.read(end, 1 << 16):
        for payload in stream.feed(chunk):
            return payload
    raise EOFError


def _close(*ends: int) -> None:
    for end in ends:
        os.close(end)
