"""Faults of the program itself, in a file beside the recorded runs: to be read and sent on."""

from __future__ import annotations

import contextlib
import os
import platform
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from core.model.version import VERSION

FILE = "faults.log"
MOST_BYTES = 1_000_000
"""Past this the file is begun anew; what was in it is kept once, as ``faults.log.1``."""
_MOST_OF_ONE = 60_000


class FaultLog:
    """Appends what nobody caught. Never raises: it is what is left when all else went wrong.

    Attributes:
        path: The file; it need not be there.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._lock = threading.Lock()

    def add(
        self, kind: type[BaseException], error: BaseException, where: TracebackType | None
    ) -> bool:
        """Append an exception with when, where and on what it was raised.

        Returns:
            Whether it was written.
        """
        text = "".join(traceback.format_exception(kind, error, where))
        when = datetime.now(UTC).isoformat(timespec="seconds")
        head = (
            f"--- {when}, process {os.getpid()}, thread {threading.current_thread().name}, "
            f"Pipeline Explorer {VERSION}, Python {platform.python_version()}, "
            f"{platform.platform(terse=True)}\n"
        )
        # Of a recursion without end the beginning and the end say all.
        if len(text) > _MOST_OF_ONE:
            half = _MOST_OF_ONE // 2
            text = f"{text[:half]}\n[...]\n{text[-half:]}"
        entry = (head + text.rstrip("\n") + "\n").encode(errors="backslashreplace")
        with self._lock, contextlib.suppress(OSError):
            self._make_room()
            with self.path.open("ab") as file:
                file.write(entry)
            return True
        return False

    def _make_room(self) -> None:
        if self.path.exists() and self.path.stat().st_size > MOST_BYTES:
            self.path.replace(self.path.with_name(f"{FILE}.1"))
