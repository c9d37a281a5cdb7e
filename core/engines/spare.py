"""A process that has TensorFlow loaded and waits for a plan."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from core.engines.child_output import ChildOutput
from core.engines.far_process import start
from core.engines.interpreter import Interpreter
from core.records.messages import READY, WARM


class SpareState(StrEnum):
    """How far the spare process is. The value is how the window says it."""

    NONE = "none"
    LOADING = "loading"
    READY = "ready"


class TrackedProcess:
    """A process and what was heard of it, spare or at work.

    Attributes:
        child: The process.
        state: How far it is as a spare; ``NONE`` once it ended.
        heard_s: When something was last heard of it, by the clock that was given.
        interpreter: As a plan names it.
    """

    def __init__(
        self,
        child_output: ChildOutput,
        entry: str,
        clock: Callable[[], float],
        changed: Callable[[TrackedProcess], None],
        interpreter: Interpreter | None = None,
    ) -> None:
        """Start a process.

        Args:
            child_output: Takes what it prints.
            entry: ``module:function`` that it begins with.
            clock: Seconds.
            changed: Called, from another thread, after ``state`` changed.
            interpreter: The Python that runs it; None for the one that runs this program.

        Raises:
            OSError: The system starts no further process.
        """
        self._clock, self._changed = clock, changed
        self.state = SpareState.LOADING
        self.heard_s = clock()
        self.child = start(child_output, self._heard, entry, interpreter)
        self.interpreter = "" if interpreter is None else interpreter.name

    def warm(self) -> None:
        """Let it load TensorFlow ahead of a plan."""
        self.child.send(WARM)

    def _heard(self, payload: bytes) -> None:
        self.heard_s = self._clock()
        if payload == READY:
            self.state = SpareState.READY
            self._changed(self)
        elif not payload:
            self.state = SpareState.NONE
            self._changed(self)
