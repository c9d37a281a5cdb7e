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
from typing import NoReturn

from core.engines.far_messages import BEAT, BEAT_S, END, LOST_S, TERMINATE, FarEnd
from core.engines.guard import END_ALL, end_all_below, reaped
from core.machine_memory import available_bytes, memory_limit_bytes, oom_kills, resident_of
from core.records.frames import FrameError, FrameStream, frame

_LOOK_MS = 250
_CHUNK = 1 << 16
_MOST_WAITING = 1 << 20
"""So many bytes wait for a slow connection before the process that trains has to wait too."""
_LAST_WORD_S = 2.0
"""So long the last words have to get out."""


class _Pipe:
    """The writing end of a pipe, and what it has not taken yet."""

    def __init__(self, end: int) -> None:
        os.set_blocking(end, False)
        self.end, self.waiting, self._sequence = end, bytearray(), 0

    def frame(self, payload: bytes) -> None:
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
    """Between the program and the process that trains."""

    def __init__(self, trainer: int, program: tuple[int, int], inner: tuple[int, int]) -> None:
        """Take over the pipes.

        Args:
            trainer: The process that trains, a child of this one.
            program: Where the program is read, and written to.
            inner: Where the process that trains is read, and written to.
        """
        self._trainer = trainer
        self._from_program, self._from_trainer = program[0], inner[0]
        self._to_program, self._to_trainer = _Pipe(program[1]), _Pipe(inner[1])
        os.set_blocking(self._from_trainer, False)
        self._orders, self._events = FrameStream(), FrameStream()
        self._heard_s = time.monotonic()
        self._beat_s = 0.0
        self._lost = self._told = self._garbled = False
        self._memory = (0.0, 0.0, 0.0)
        self._oom_kills = oom_kills()

    def guard(self) -> NoReturn:
        """Until the process ended, or the program is not heard of; nothing outlives either."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
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
        left = end_all_below()
        if status is None:
            status = left.get(self._trainer, signal.SIGKILL)
        if not self._lost:
            self._last_words(os.waitstatus_to_exitcode(status))
        if self._lost or sys.platform != "linux":
            os.killpg(0, signal.SIGKILL)
        os._exit(0)

    def _end_all(self, number: int, frame: object) -> None:
        self._told = True

    def _once(self, waking: int) -> None:
        """Wait for something, and pass it on."""
        now_s = time.monotonic()
        if now_s - self._heard_s > LOST_S:
            self._lost = True
            return
        if now_s >= self._beat_s:
            self._beat_s = now_s + BEAT_S
            self._to_program.frame(BEAT)
            self._look_at_memory()
        poll = select.poll()
        poll.register(waking, select.POLLIN)
        poll.register(self._from_program, select.POLLIN)
        if self._from_trainer >= 0 and len(self._to_program.waiting) < _MOST_WAITING:
            poll.register(self._from_trainer, select.POLLIN)
        for pipe in (self._to_program, self._to_trainer):
            if pipe.waiting:
                poll.register(pipe.end, select.POLLOUT | (pipe.end == self._from_program))
        ready = dict(poll.poll(_LOOK_MS))
        if waking in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(waking, 512)
        if ready.get(self._from_program, 0) & ~select.POLLOUT:
            self._hear_program()
        if self._from_trainer in ready:
            self._hear_trainer()
        try:
            self._to_program.flush()
        except OSError:
            self._lost = True
        with contextlib.suppress(OSError):  # it ends: that is seen by itself
            self._to_trainer.flush()

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
                    self._to_trainer.frame(payload)
            self._heard_s = time.monotonic()
        except BlockingIOError:
            return
        except (EOFError, FrameError, OSError):
            self._lost = True

    def _hear_trainer(self) -> bool:
        """Pass on what the process that trains has said.

        Returns:
            Whether there may be more.
        """
        try:
            chunk = os.read(self._from_trainer, _CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            chunk = b""
        if not chunk:
            os.close(self._from_trainer)
            self._from_trainer = -1
            return False
        if not self._garbled:
            try:
                for payload in self._events.feed(chunk):
                    self._to_program.frame(payload)
                return True
            except FrameError:
                self._garbled = True
        # No record any more: the program says so.
        self._to_program.waiting += chunk
        return True

    def _last_words(self, code: int) -> None:
        while self._from_trainer >= 0 and self._hear_trainer():
            pass
        before, after = self._oom_kills, oom_kills()
        kills = None if before is None or after is None else after - before
        self._to_program.frame(FarEnd(code, kills, *self._memory).payload)
        until_s = time.monotonic() + _LAST_WORD_S
        with contextlib.suppress(OSError):
            self._to_program.flush()
            while self._to_program.waiting and time.monotonic() < until_s:
                select.select([], [self._to_program.end], [], _LOOK_MS / 1000)
                self._to_program.flush()

    def _look_at_memory(self) -> None:
        resident = resident_of(self._trainer)
        looked = (resident, available_bytes(), memory_limit_bytes())
        # Of a process that is ending it is nothing any more.
        if resident and all(map(math.isfinite, looked)):
            self._memory = looked
