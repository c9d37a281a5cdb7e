"""The guard of a process on another machine: all that is said passes through it.

It loads nothing but Python itself and holds no lock that a library takes, so that it notices within
seconds that the program is not heard of any more, and that how the process ended is always told.
"""

from __future__ import annotations

import contextlib
import math
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from typing import NoReturn

from core.engines.far_messages import BEAT, BEAT_S, END, LOST_S, TERMINATE, UNHEARD, FarEnd
from core.engines.guard import END_ALL, end_all_below, reaped
from core.machine_memory import available_bytes, memory_limit_bytes, oom_kills, resident_of
from core.records.frames import FrameError, FrameStream, frame

_LOOK_MS = 250
_CHUNK = 1 << 16
_MOST_WAITING = 1 << 20
"""So many bytes wait for a slow connection before the process that trains has to wait too."""


class Pipe:
    """The writing end of a pipe, and what it has not taken yet."""

    def __init__(self, end: int) -> None:
        os.set_blocking(end, False)
        self.end, self.waiting, self._sequence = end, bytearray(), 0

    def frame(self, payload: bytes) -> None:
        """Have a payload written, in a frame of its own."""
        self.waiting += frame(payload, self._sequence)
        self._sequence += 1

    def flush(self) -> None:
        """Write what it takes.

        Raises:
            OSError: Nobody reads it any more.
        """
        with contextlib.suppress(BlockingIOError):
            while self.waiting:
                del self.waiting[: os.write(self.end, self.waiting)]


class FarGuard:
    """Between the program and the process that trains.

    Attributes:
        ends_all: What the process has started ends with it, also where it came to its own end.
    """

    ends_all = True

    def __init__(self, trainer: int, program: tuple[int, int], inner: tuple[int, int]) -> None:
        """Take over the pipes.

        Args:
            trainer: The process that trains, a child of this one.
            program: Where the program is read, and written to.
            inner: Where the process that trains is read, and written to.
        """
        self._trainer = trainer
        self._from_program = program[0]
        self._to_program, self._to_trainer = Pipe(program[1]), Pipe(inner[1])
        self._sinks = [self._to_program, self._to_trainer]
        self._sources: dict[int, Callable[[bytes], None]] = {}
        self._listen(inner[0], self._pass_on)
        self._orders, self._events = FrameStream(), FrameStream()
        self._heard_s = time.monotonic()
        self._beat_s = 0.0
        self._lost = self._told = self._garbled = False
        self._memory = (0.0, 0.0, 0.0)
        self._oom_kills = oom_kills()

    def guard(self) -> NoReturn:
        """Until the process ended, or the program is not heard of; nothing outlives either."""
        ignored = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE)
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)
        waking, wake = os.pipe()
        for end in (waking, wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.signal(END_ALL, self._end_all)
        signal.alarm(0)
        status: int | None = None
        while status is None and not self._told and not self._lost:
            status = reaped(self._trainer)
            if status is None:
                self._once(waking)
        broken_off = self._lost or self._told
        left = end_all_below() if self.ends_all or broken_off else {}
        if status is None:
            status = left.get(self._trainer, signal.SIGKILL)
        if not self._lost:
            self._last_words(os.waitstatus_to_exitcode(status))
        if self._lost or (sys.platform != "linux" and (self.ends_all or broken_off)):
            os.killpg(0, signal.SIGKILL)
        os._exit(0)

    def _end_all(self, number: int, frame: object) -> None:
        self._told = True

    def _once(self, waking: int) -> None:
        """Wait for something, and pass it on."""
        now_s = time.monotonic()
        if now_s - self._heard_s > LOST_S:
            self._lost = True
            # Where the connection is there, and the program got no time to say anything.
            self._to_program.frame(UNHEARD)
            with contextlib.suppress(OSError):
                self._to_program.flush()
            return
        if now_s >= self._beat_s:
            self._beat_s = now_s + BEAT_S
            self._to_program.frame(BEAT)
            self._look_at_memory()
        poll = select.poll()
        poll.register(waking, select.POLLIN)
        poll.register(self._from_program, select.POLLIN)
        if len(self._to_program.waiting) < _MOST_WAITING:
            for source in self._sources:
                poll.register(source, select.POLLIN)
        for pipe in self._sinks:
            if pipe.waiting:
                poll.register(pipe.end, select.POLLOUT | (pipe.end == self._from_program))
        ready = dict(poll.poll(_LOOK_MS))
        if waking in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(waking, 512)
        if ready.get(self._from_program, 0) & ~select.POLLOUT:
            self._hear_program()
        for source in tuple(self._sources):
            if source in ready:
                self._hear(source)
        try:
            self._to_program.flush()
        except OSError:
            self._lost = True
        for pipe in self._sinks[1:]:
            try:
                pipe.flush()
            except OSError:  # it ends: that is seen by itself
                self._sinks.remove(pipe)

    def _hear_program(self) -> None:
        try:
            chunk = os.read(self._from_program, _CHUNK)
            if not chunk:
                raise EOFError
            for payload in self._orders.feed(chunk):
                if payload == TERMINATE:
                    os.killpg(0, signal.SIGTERM)
                elif payload == END:
                    self._told = True
                elif payload != BEAT:
                    self._obey(payload)
            self._heard_s = time.monotonic()
        except BlockingIOError:
            return
        except (EOFError, FrameError, OSError):
            self._lost = True

    def _obey(self, payload: bytes) -> None:
        """Take an order that is not for the guard itself."""
        self._to_trainer.frame(payload)

    def _listen(self, source: int, take: Callable[[bytes], None]) -> None:
        """Have something take all that comes from a pipe; nothing, at its end."""
        os.set_blocking(source, False)
        self._sources[source] = take

    def _let_go(self, source: int) -> None:
        """Read a pipe no more."""
        del self._sources[source]
        os.close(source)

    def _hear(self, source: int) -> bool:
        """Take what has come from a pipe.

        Returns:
            Whether there may be more.
        """
        try:
            chunk = os.read(source, _CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            chunk = b""
        take = self._sources[source]
        if not chunk:
            self._let_go(source)
        take(chunk)
        return bool(chunk)

    def _pass_on(self, chunk: bytes) -> None:
        """Pass on what the process that trains has said."""
        if not self._garbled:
            try:
                for payload in self._events.feed(chunk):
                    self._to_program.frame(payload)
                return
            except FrameError:
                self._garbled = True
        # No record any more: the program says so.
        self._to_program.waiting += chunk

    def _last_words(self, code: int) -> None:
        for source in tuple(self._sources):
            # No more than a pipe holds: what a script left running may go on writing to it.
            for _ in range(_MOST_WAITING // _CHUNK):
                if not self._hear(source):
                    break
        before, after = self._oom_kills, oom_kills()
        kills = None if before is None or after is None else after - before
        self._to_program.frame(FarEnd(code, kills, *self._memory).payload)
        with contextlib.suppress(OSError):
            self._to_program.flush()
            while self._to_program.waiting and time.monotonic() - self._heard_s < LOST_S:
                ends = [self._from_program], [self._to_program.end]
                if self._from_program in select.select(*ends, [], _LOOK_MS / 1000)[0]:
                    self._hear_program()
                if self._lost:
                    return
                self._to_program.flush()

    def _look_at_memory(self) -> None:
        resident = resident_of(self._trainer)
        looked = (resident, available_bytes(), memory_limit_bytes())
        # Of a process that is ending it is nothing any more.
        if resident and all(map(math.isfinite, looked)):
            self._memory = looked
