"""How often a run under way may be drawn, by what drawing costs."""

from __future__ import annotations

SHARE = 0.02
"""Drawing may take this share of one core's time: the rest belongs to what is measured."""

QUICKEST_S, SLOWEST_S = 0.1, 2.0
"""Quicker than the eye needs is waste; slower looks as if it had stopped."""

_WEIGHT = 0.25
_ASSUMED_S = 0.005


class RedrawBudget:
    """Turns the cost of the last redraws into the time until the next one.

    Costs are smoothed, and one redraw counts for no more than the slowest interval pays for: a
    single dear one (a plot that is laid out for the first time) must not hold up the next ones
    for long. Only where every redraw is dearer than that does drawing exceed its share.
    """

    def __init__(self) -> None:
        self._cost_s = _ASSUMED_S

    def spent(self, cost_s: float) -> None:
        """Take note of what a redraw cost, in seconds of the processor's time."""
        counted_s = min(max(cost_s, 0.0), SLOWEST_S * SHARE)
        self._cost_s += _WEIGHT * (counted_s - self._cost_s)

    @property
    def interval_s(self) -> float:
        """Seconds from one redraw to the next."""
        return min(max(self._cost_s / SHARE, QUICKEST_S), SLOWEST_S)
