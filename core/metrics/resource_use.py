"""What a run took of the machine over its steady part, from readings taken beside the loop."""

from __future__ import annotations

import numpy as np

from core.metrics.accounting import LEAST_STEPS, steady_start
from core.model.measured.resources import Resources
from core.model.measured.samples import FloatArray
from core.model.run import Run

LEAST_SPAN_S = 0.9
"""The counters of the processor move in hundredths of a second: shorter says little."""

_MOST_POINTS = 400
_LEAST_SPACING_S = 0.45

NOTHING_READ = "nothing was read of the machine; older versions did not"
TOO_SHORT = f"the steady part is shorter than {LEAST_SPAN_S:g} s"


def steady_span_s(run: Run) -> tuple[float, float] | None:
    """From when to when the steady part lasted, in seconds since fit began; None without one."""
    start = steady_start(run)
    if run.samples.steps - start < LEAST_STEPS:
        return None
    return float(run.samples.asked_s[start]), float(run.samples.done_s[-1])


def why_no_rate(run: Run) -> str:
    """Why no rate of the steady part can be had; empty where it can."""
    if len(run.resources) < 2:
        return NOTHING_READ
    span = steady_span_s(run)
    if span is None:
        return "too few steps after warm-up" if run.samples.steps else "no step was trained"
    first, last = run.resources.at_s[[0, -1]]
    seen = min(span[1], last) - max(span[0], first)
    return "" if seen >= LEAST_SPAN_S else TOO_SHORT


def rate(resources: Resources, name: str, begin_s: float, end_s: float) -> float:
    """How much a counter grew a second between two moments; NaN where it is not known.

    Between readings the counter is taken to grow evenly.
    """
    at_s = resources.at_s
    begin_s, end_s = max(begin_s, float(at_s[0])), min(end_s, float(at_s[-1]))
    if end_s <= begin_s:
        return float("nan")
    values = np.interp((begin_s, end_s), at_s, resources.column(name))
    return float((values[1] - values[0]) / (end_s - begin_s))


def steady_rate(run: Run, name: str) -> float:
    """The same over the steady part; only where ``why_no_rate`` is empty."""
    span = steady_span_s(run)
    return float("nan") if span is None else rate(run.resources, name, *span)


def within(resources: Resources, values: FloatArray, begin_s: float, end_s: float) -> FloatArray:
    """The finite values of a column that were read between two moments."""
    seen = (resources.at_s >= begin_s) & (resources.at_s <= end_s) & np.isfinite(values)
    array: FloatArray = values[seen]
    return array


def picked(resources: Resources) -> slice:
    """Which readings are shown: at most some hundred, not closer than counters can tell."""
    count = len(resources)
    spacing_s = float(resources.at_s[-1] - resources.at_s[0]) / max(count - 1, 1)
    by_time = int(np.ceil(_LEAST_SPACING_S / max(spacing_s, 1e-3)))
    return slice(None, None, max(1, by_time, -(-count // _MOST_POINTS)))


def rates(resources: Resources, name: str) -> tuple[FloatArray, FloatArray]:
    """How much a counter grew a second, from one picked reading to the next; at its end."""
    chosen = picked(resources)
    at_s, counter = resources.at_s[chosen], resources.column(name)[chosen]
    grown: FloatArray = np.diff(counter) / np.maximum(np.diff(at_s), 1e-6)
    return at_s[1:], grown
