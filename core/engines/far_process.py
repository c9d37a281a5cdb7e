"""The process of an isolated run on another machine, which ssh reaches."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from core.engines.child_output import ChildOutput
from core.engines.child_process import ENTRY, ChildProcess
from core.engines.far_messages import (
    BEAT,
    BEAT_S,
    BEGINS_S,
    END,
    LOST_S,
    SILENT_S,
    TERMINATE,
    UNHEARD,
    FarEnd,
)
from core.engines.interpreter import Interpreter
from core.engines.ssh import FAILED, python_command, ssh_words
from core.records.decode import Decoder
from core.records.encode import starts_as

_END = Decoder(FarEnd)
_FAR_END_S = 3.0
"""So long the far side has to end everything and say so."""


class FarProcess(ChildProcess):
    """As ``ChildProcess``; what is signals there, the guard on the other machine is told.

    Attributes:
        machine: As ssh takes it.
    """

    def __init__(
        self,
        child_output: ChildOutput,
        heard: Callable[[bytes], None],
        entry: str,
        interpreter: Interpreter,
    ) -> None:
        """Start it; see the base class."""
        self.machine = interpreter.machine
        self._far_end: FarEnd | None = None
        self._silent_s, self._patience_s = 0.0, BEGINS_S
        self._unheard = False
        self._seen_s = time.monotonic()
        self._done = threading.Event()
        super().__init__(child_output, heard, entry, interpreter)
        beats = threading.Thread(target=self._beat, name="isolated run: beats", daemon=True)
        self._threads.append(beats)
        beats.start()

    @property
    def far_end(self) -> FarEnd | None:
        """See the base class."""
        return self._far_end

    @property
    def lost(self) -> str:
        """See the base class."""
        if self._far_end is not None or self.alive:
            return ""
        if self._silent_s:
            return f"nothing was heard of it for {self._silent_s:g} s"
        if self._unheard:
            return f"over there nothing was heard of this program for {LOST_S:g} s"
        code = self._process.returncode
        last = [line for line in self.output.strip().splitlines() if line][-1:]
        if code == FAILED and last:
            return last[0]
        return f"ssh ended with {f'signal {-code}' if code and code < 0 else f'exit code {code}'}"

    def terminate(self) -> None:
        """See the base class."""
        self.send(TERMINATE)

    def end(self, patience_s: float = 0.0) -> int | None:
        """See the base class."""
        self._done.set()
        return super().end(patience_s)

    # -- inside ---------------------------------------------------------------------------

    def _command(self, python: str, source: str, words: tuple[str, ...]) -> list[str]:
        return ssh_words(self.machine, python_command(python, source, ("0", *words)))

    def _end_all(self) -> bool:
        self.send(END)
        return self._ends_within(_FAR_END_S)

    def _code(self) -> int | None:
        return super()._code() if self._far_end is None else self._far_end.code

    def _arrived(self, payload: bytes) -> None:
        self._seen_s, self._patience_s = time.monotonic(), SILENT_S
        if payload == BEAT:
            return
        if payload == UNHEARD:
            self._unheard = True
            return
        if starts_as(payload, FarEnd):
            self._far_end = _END.decode(payload)
            return
        super()._arrived(payload)

    def _beat(self) -> None:
        while not self._done.wait(BEAT_S):
            self.send(BEAT)
            if time.monotonic() - self._seen_s > self._patience_s and self.alive:
                self._silent_s = self._patience_s
                self._kill()
                return

    def _taken(self) -> None:
        self._seen_s = time.monotonic()


def start(
    child_output: ChildOutput,
    heard: Callable[[bytes], None],
    entry: str = ENTRY,
    interpreter: Interpreter | None = None,
) -> ChildProcess:
    """Start a process where its interpreter is.

    Raises:
        OSError: The system starts no further process.
    """
    if interpreter is not None and interpreter.machine:
        return FarProcess(child_output, heard, entry, interpreter)
    return ChildProcess(child_output, heard, entry, interpreter)
