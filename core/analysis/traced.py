"""What a trace did to the run that it was taken of, in words."""

from __future__ import annotations

from core.metrics.accounting import Account, account, steady_account
from core.model.quantity import significant
from core.model.run import Run
from core.model.sizes import size_words


def traced_words(run: Run) -> str:
    """Which steps were traced, and what that cost; empty where none were to be."""
    tracing = run.tracing
    if tracing is None:
        return ""
    if tracing.failure:
        return f"There is no trace: {tracing.failure}."
    said = (
        f"Steps {tracing.first + 1} to {tracing.stop} were traced and are in no average. The "
        f"trace takes {size_words(tracing.size_bytes)}; beginning, ending and writing it took "
        f"{significant(tracing.overhead_s, 2)} s"
    )
    return f"{said}, {slowdown_words(run)}." if slowdown_words(run) else f"{said}."


def slowdown_words(run: Run) -> str:
    """How much longer a traced step took than others, waits for input left out.

    Empty where that is not known.
    """
    tracing, steady = run.tracing, steady_account(run)
    if tracing is None or tracing.failure or steady is None:
        return ""
    traced = account(run.samples, tracing.first, min(tracing.stop, run.samples.steps))
    if traced is None or steady.wall_s <= 0:
        return ""
    change = 100.0 * (_own_s(traced) / max(_own_s(steady), 1e-9) - 1.0)
    than = "longer" if change >= 0 else "less"
    return f"and a traced step took {abs(change):.0f} % {than} than the others, waits left out"


def _own_s(part: Account) -> float:
    """What a step took without waiting for input, in seconds: what is traced may wait more."""
    return part.device_busy_s / part.steps + part.host_s / max(part.steps - 1, 1)
