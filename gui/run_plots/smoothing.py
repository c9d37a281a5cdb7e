"""Lines that are easier to follow: each point as the mean of those around it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.model.measured.samples import FloatArray
from gui.run_plots.curve import Curve, CurvesInfo

CHOICES = (1, 5, 15, 45)
"""Over so many drawn points; 1 for not at all."""


class Smoothing:
    """Smooths the lines of plots, each once for as long as it stays the same.

    Only what is drawn: read-outs and figures are of what was measured.

    Attributes:
        points: Over so many points; 1: off.
    """

    def __init__(self) -> None:
        self.points = 1
        self._known: dict[tuple[str, str], tuple[FloatArray, int, FloatArray]] = {}

    @property
    def words(self) -> str:
        """What a plot says of it; empty while it is off."""
        return f"lines smoothed over {self.points} points" if self.points > 1 else ""

    def smoothed(self, plot: str, info: CurvesInfo) -> CurvesInfo:
        """The same with smoother lines.

        Args:
            plot: Key of the plot.
            info: What it shows.
        """
        if self.points == 1:
            return info
        return replace(info, curves=tuple(self._curve(plot, curve) for curve in info.curves))

    def _curve(self, plot: str, curve: Curve) -> Curve:
        known = self._known.get((plot, curve.run_id))
        if known is None or known[0] is not curve.y or known[1] != self.points:
            known = (curve.y, self.points, _means(curve, self.points))
            self._known[plot, curve.run_id] = known
        return replace(curve, y=known[2])


def _means(curve: Curve, points: int) -> FloatArray:
    # A line of steps has two points for each value.
    stepped = len(curve.x) > 2 and curve.x[1] == curve.x[2]
    width = min(points * 2 if stepped else points, max(len(curve.y), 1))
    window, finite = np.ones(width), np.isfinite(curve.y)
    sums = np.convolve(np.where(finite, curve.y, 0.0), window, "same")
    counts = np.convolve(finite.astype(float), window, "same")
    means: FloatArray = np.where(finite, sums / np.maximum(counts, 1.0), np.nan)
    return means
