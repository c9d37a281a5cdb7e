"""What a change that helped says of the limit: cores can seem busy, or Python's lock held."""

from __future__ import annotations

from core.diagnosis.candidate import Candidate
from core.diagnosis.limits import works_alone
from core.diagnosis.state import State
from core.model.diagnosis import Limit
from core.pipeline.graph.graph import PROCESSES
from core.pipeline.workers.py_dataset import USE_MULTIPROCESSING, WORKERS

_CALLS = ("num_parallel_calls", "num_parallel_reads")
_OF_PROCESSES = (PROCESSES, USE_MULTIPROCESSING, WORKERS)


def limit_by_what_helped(state: State, kept: Candidate) -> Limit | None:
    """The limit, corrected where a change at the narrow stage helped that could not have helped.

    Args:
        state: What is known.
        kept: The change that helped.
    """
    limit, narrow, now = state.limit, state.narrow, state.now
    if narrow is None or now is None or kept.stage != narrow.stage:
        return limit
    only_calls = all(knob.endswith(_CALLS) for knob in kept.changes)
    if limit in (Limit.CORES, Limit.PYTHON_LOCK) and only_calls and works_alone(now, narrow):
        # Cores were left, and one call did not wait for the other.
        return Limit.SEQUENTIAL
    if limit is Limit.CORES and all(knob.endswith(_OF_PROCESSES) for knob in kept.changes):
        # Processes have as many cores, but a lock each.
        return Limit.PYTHON_LOCK
    return limit
