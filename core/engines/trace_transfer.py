"""The trace of a run on another machine comes over as it is, in pieces, and is deleted there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from core.model.events import StepsTraced
from core.model.tracing import TRACE_ENDING
from core.records.encode import encode

_PIECE = b"trace"
"""A record that begins with it holds a piece of the file; an empty one ends it."""
_MOST_BYTES = 1 << 30
"""Of a file that is taken: what comes from elsewhere does not fill the disk."""
_PIECE_BYTES = 1 << 17
"""Small beside what a slow connection takes in the time between two beats."""


def is_piece(payload: bytes) -> bool:
    """Whether a record is a piece of a trace."""
    return payload.startswith(_PIECE)


class TraceSender:
    """Sends traces while the run goes on; the event that tells of one follows it.

    Attributes:
        folder: Holds the traces here.
    """

    def __init__(self, run_id: str, send: Callable[[bytes], None]) -> None:
        """Send nothing yet.

        Args:
            run_id: Names the file.
            send: Takes records.
        """
        self._name, self._send = f"{run_id}{TRACE_ENDING}", send
        self._threads: list[threading.Thread] = []
        self.folder = ""

    def send(self, event: StepsTraced) -> None:
        """Send the file, then the event; returns at once."""
        file = Path(self.folder, self._name)
        thread = threading.Thread(target=self._pass, args=(file, event), name="trace", daemon=True)
        self._threads.append(thread)
        thread.start()

    def wait(self) -> None:
        """Until all was sent."""
        for thread in self._threads:
            thread.join()

    def _pass(self, file: Path, event: StepsTraced) -> None:
        try:
            with file.open("rb") as trace:
                while piece := trace.read(_PIECE_BYTES):
                    self._send(_PIECE + piece)
            self._send(_PIECE)
            file.unlink()
        except OSError:
            pass  # what is here of it has no end, and is not kept
        self._send(encode(event))


class TraceReceiver:
    """Writes what comes into a file, which is whole or not there.

    Attributes:
        folder: Takes the file.
        failure: Why it is not there; empty once it is.
    """

    def __init__(self, run_id: str, folder: str) -> None:
        """Wait.

        Args:
            run_id: Names the file.
            folder: Takes it.
        """
        self._name, self.folder = f"{run_id}{TRACE_ENDING}", folder
        self._part: BinaryIO | None = None
        self._failed = False
        self.failure = "it did not arrive whole"

    def take(self, payload: bytes) -> None:
        """Take in a piece; a trace that cannot be written here is not kept."""
        if self._failed:
            return
        try:
            self._take(payload)
        except OSError as error:
            self._failed = True
            self.failure = f"it could not be written ({error.strerror or error})"

    def _take(self, payload: bytes) -> None:
        target = Path(self.folder, self._name)
        part = target.with_name(f"{target.name}.part")
        if self._part is None:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._part = part.open("wb")
        if self._part.tell() > _MOST_BYTES:
            raise OSError("no trace is so large")
        if piece := payload[len(_PIECE) :]:
            self._part.write(piece)
            return
        self._part.close()
        self._part = None
        part.replace(target)
        self.failure = ""

    def arrived(self, event: StepsTraced) -> StepsTraced:
        """What came of a trace here: it may have been written there and not have come over."""
        if not self.failure:
            return event
        return StepsTraced(replace(event.tracing, size_bytes=0, failure=self.failure))

    def close(self) -> None:
        """Drop what has no end."""
        if self._part is not None:
            self._part.close()
            Path(self._part.name).unlink(missing_ok=True)
