"""What a trace did to the run that it was taken of, in words."""

from __future__ import annotations

import numpy as np

from core.metrics.accounting import LEAST_STEPS, steady_parts
from core.model.measured.samples import FloatArray, Samples
from core.model.quantity import significant
from core.model.run import Run
from core.model.sizes import size_words


def traced_words(run: Run) -> str:
    """Which steps were traced, and what that cost; empty where none were to be."""
    tracing = run.tracing
    if tracing is None:
        return ""
    steps = f"Steps {tracing.first + 1} to {tracing.stop} were traced and are in no average."
    if tracing.failure:
        return f"There is no trace: {tracing.failure}.{f' {steps}' if tracing.steps else ''}"
    sentence = (
        f"{steps} The "
        f"trace takes {size_words(tracing.size_bytes)}; beginning, ending and writing it took "
        f"{significant(tracing.overhead_s, 2)} s"
    )
    return f"{sentence}, {slowdown_words(run)}." if slowdown_words(run) else f"{sentence}."


def slowdown_words(run: Run) -> str:
    """How much longer a traced step took than others, waits for input left out.

    Empty where that is not known.
    """
    tracing = run.tracing
    if tracing is None or tracing.failure:
        return ""
    own_s = _own_s(run.samples)
    traced = own_s[tracing.first : tracing.stop]
    others = np.concatenate([own_s[start : stop - 1] for start, stop in steady_parts(run)])
    if len(traced) < LEAST_STEPS or len(others) < LEAST_STEPS:
        return ""
    change = 100.0 * (float(np.median(traced)) / max(float(np.median(others)), 1e-9) - 1.0)
    if round(change) == 0:
        return "and a traced step took as long as the others, waits left out"
    than = "longer" if change >= 0 else "less"
    return f"and a traced step took {abs(change):.0f} % {than} than the others, waits left out"


def _own_s(samples: Samples) -> FloatArray:
    """What each step but the last took without waiting for input, in seconds.

    What is traced may wait more. Medians of this are not moved by a step that something else held
    up, or by the turnaround of an epoch.
    """
    own: FloatArray = samples.asked_s[1:] - samples.ready_s[:-1]
    return own
