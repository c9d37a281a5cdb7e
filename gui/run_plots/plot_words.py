"""What a plot shows in words, for those who hear it."""

from __future__ import annotations

import numpy as np

from gui.run_plots.curve import Curve, CurvesInfo
from gui.run_plots.plot import Headline, Plot

_MOST_RUNS = 5
"""More than these nobody keeps in mind."""


def in_words(plot: Plot, headline: Headline, info: CurvesInfo) -> str:
    """The headline, then of each run its last value and between which values it moves.

    Args:
        plot: Knows the unit.
        headline: The present value with its source.
        info: The lines, that of the run in focus among them.
    """
    source = f" ({headline.source})" if headline.source else ""
    first = ", ".join(part for part in (headline.value, headline.detail) if part) + source
    curves = sorted(info.curves, key=lambda curve: not curve.focus)
    said = [text for curve in curves[:_MOST_RUNS] if (text := _curve_in_words(plot, curve))]
    rest = len(curves) - _MOST_RUNS
    more = (f"and {rest} more runs",) if rest > 0 else ()
    return ". ".join(part for part in (first, *said, *more) if part)


def _curve_in_words(plot: Plot, curve: Curve) -> str:
    values = curve.y[np.isfinite(curve.y)]
    if len(values) == 0:
        return ""
    last, least, greatest = (
        plot.value_text(float(value)) for value in (values[-1], values.min(), values.max())
    )
    return f"{curve.name}: last {last}, between {least} and {greatest}"
