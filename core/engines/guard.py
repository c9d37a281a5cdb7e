"""The first process of an isolated run: it lives as long as the run and the program do.

It loads nothing but Python itself, so that no call of a library can keep it from noticing that
the program is gone: the process that trains may be in the middle of one, holding Python's lock.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

from core.process_pool.lifeline import prctl

END_ALL = getattr(signal, "SIGUSR1", signal.SIGTERM)
"""The signal on which the guard ends everything below it at once."""

_LOOK_MS = 250
_PATIENCE_S = 1.0
_PR_SET_CHILD_SUBREAPER = 36


def guard(trainer: int, control: int, program: int) -> NoReturn:
    """Wait for the end of the process that trains, or of the program; nothing outlives either.

    Args:
        trainer: The process that trains, a child of this one.
        control: Reading end of the pipe from the program; its end is the program's.
        program: The process id of the program.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # meant for those below; this one says how they end
    waking, wake = os.pipe()
    for end in (waking, wake):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    end_signals: list[int] = []
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.signal(END_ALL, lambda number, frame: end_signals.append(number))
    poll = select.poll()
    poll.register(
        control, 0
    )  # hang-up is reported unasked; what is in the pipe is not for this one
    poll.register(waking, select.POLLIN)
    status: int | None = None
    while status is None and not end_signals and os.getppid() == program:
        status = reaped(trainer)
        if status is None:
            events = dict(poll.poll(_LOOK_MS))
            if control in events:
                break
            if waking in events:
                with contextlib.suppress(BlockingIOError):
                    os.read(waking, 512)
    left = end_all_below()
    if status is None:
        status = left.get(trainer, signal.SIGKILL)
    if os.getppid() != program:
        os.killpg(0, signal.SIGKILL)
    end_as(status)


def subreaper() -> None:
    """Let what loses its parent become a child of this process, so that it is not lost to it."""
    prctl(_PR_SET_CHILD_SUBREAPER, 1)


def end_all_below() -> dict[int, int]:
    """Kill every process below this one, those of another session included (Linux).

    Elsewhere nothing is done: the program kills the group.

    Returns:
        Wait statuses of those that ended, by process id.
    """
    ended: dict[int, int] = {}
    if sys.platform != "linux":
        return ended
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        for child in _children():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
        try:
            # Their own children become this one's, and go the next time round.
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            break
        if pid:
            ended[pid] = status
        else:
            time.sleep(0.002)
    return ended


def reaped(trainer: int) -> int | None:
    """The trainer's wait status once it ended; others that ended below are let go of."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return signal.SIGKILL
        if pid == trainer:
            return status
        if pid == 0:
            return None


def _children() -> list[int]:
    me, children = str(os.getpid()), []
    for entry in os.listdir("/proc"):
        if entry.isdecimal():
            with contextlib.suppress(OSError, IndexError):
                stat = Path("/proc", entry, "stat").read_text(errors="replace")
                # Behind the name, which may hold spaces and brackets: state, parent, ...
                if stat.rpartition(")")[2].split()[1] == me:
                    children.append(int(entry))
    return children


def end_as(status: int) -> NoReturn:
    """End as another process did, by its wait status: with its exit code, or of its signal."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        with contextlib.suppress(ImportError, OSError, ValueError):
            import resource

            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        os._exit(128 + number)
    os._exit(os.WEXITSTATUS(status))
