"""How a process ends with the one that started it, whatever ends that one."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
_LOOK_S = 0.5


def die_with_parent() -> None:
    """Let the system kill this process as soon as its parent is gone (Linux)."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def end_with(parent: int) -> None:
    """End this process soon after its parent, also where the system does not see to that.

    Args:
        parent: Its process id when it started this one.
    """
    die_with_parent()
    if os.getppid() != parent:
        os._exit(1)
    threading.Thread(target=_watch, args=(parent,), name="lifeline", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_S)
    os._exit(1)


def prctl(option: int, value: int) -> None:
    """Linux's ``prctl``; does nothing elsewhere."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
