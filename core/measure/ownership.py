"""Files that belong to a process for as long as it lives, however it ends.

A lock of the system (``flock``) is given up with the process that held it: also of one that was
killed, in another container, or whose number has gone to another process since. What trains needs
no library for that: it has none but TensorFlow's own in the interpreters that it may run in.
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import IO

from core.optional import psutil

try:
    import fcntl
except ImportError:  # not on Windows: there, the number of the process must do
    fcntl = None  # type: ignore[assignment]

_HELD = (errno.EWOULDBLOCK, errno.EACCES)


def take(path: Path) -> IO[bytes]:
    """Make a file, or open it, and hold it until it is closed or the process ends.

    Returns:
        The file, to be written to without a buffer.

    Raises:
        OSError: It cannot be made, or another process holds it.
    """
    file = path.open("ab", buffering=0)
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD:
            file.close()
            raise
        # A network disk without locks: the number of the process must do there too.
    return file


def abandoned(path: Path, pid: str) -> bool:
    """Whether nobody holds a file any more.

    Args:
        path: The file.
        pid: The process that made it, for systems without such locks.
    """
    if fcntl is not None:
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
        except OSError as error:
            if error.errno in _HELD:
                return False
    return psutil is not None and pid.isdecimal() and not psutil.pid_exists(int(pid))
