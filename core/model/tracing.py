"""A trace of some steps of a run: what was asked for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

TRACE_ENDING = ".xplane.pb.gz"
"""Of the file that holds a run's trace: XProf's format, compressed."""
TRACED_STEPS = 20
MOST_TRACED_STEPS = 10_000
"""A trace takes 2 to 40 kB a step, and TensorFlow keeps it in memory until it ends."""


@dataclass(frozen=True)
class TraceOptions:
    """Trace some steps of the steady part of a run.

    Attributes:
        steps: How many.
        folder: Holds the traces of runs.
    """

    steps: int = TRACED_STEPS
    folder: str = ""


@dataclass(frozen=True)
class Tracing:
    """Steps that were traced. They are left out of averages: tracing slows them down.

    Attributes:
        first: Index of the first of them, from 0.
        steps: How many.
        overhead_s: Seconds that beginning, ending and writing the trace took.
        size_bytes: Of the file that was written; 0 where none was.
        failure: Why there is no trace; empty where there is one.
    """

    first: int
    steps: int
    overhead_s: float = 0.0
    size_bytes: int = 0
    failure: str = ""

    @property
    def stop(self) -> int:
        """Index behind the last of them."""
        return self.first + self.steps
