"""Brushes on the axes of parallel coordinates, moved by mouse and keys. Knows nothing of Qt."""

from __future__ import annotations

from collections.abc import Sequence

from core.charts.all_knobs import Brush


class Brushes:
    """At most one brush on each axis.

    Attributes:
        on: The brushes by the index of their axis.
        focus: The axis that keys act on.
    """

    def __init__(self) -> None:
        self.on: dict[int, Brush] = {}
        self.focus = 0
        self._stops: tuple[tuple[float, ...], ...] = ()

    def set_axes(self, stops: Sequence[Sequence[float]]) -> None:
        """Take on other axes; brushes stay only where the axes are the same.

        Args:
            stops: Where the values of each axis stand, 0 to 1 from below.
        """
        new_stops = tuple(tuple(stop) for stop in stops)
        if new_stops != self._stops:
            self.on.clear()
            self.focus = 0
        self._stops = new_stops

    def clear(self) -> None:
        """Take all away."""
        self.on.clear()

    def move_focus(self, direction: int) -> None:
        """Act on the axis to the left (-1) or right (+1)."""
        self.focus = min(max(self.focus + direction, 0), max(len(self._stops) - 1, 0))

    def drag(self, axis: int, begin: float, end: float) -> None:
        """Brush from one height to another."""
        low, high = sorted(min(max(end_share, 0.0), 1.0) for end_share in (begin, end))
        self.on[axis], self.focus = (low, high), axis

    def click(self, axis: int, height: float) -> None:
        """Brush the value nearest to a height; a second click there takes the brush away."""
        stops = self._stops[axis]
        nearest = min(range(len(stops)), key=lambda index: abs(stops[index] - height))
        brush = self._around(axis, nearest, nearest)
        self.focus = axis
        if self.on.get(axis) == brush:
            del self.on[axis]
        else:
            self.on[axis] = brush

    def step(self, direction: int, *, extend: bool = False) -> None:
        """Move the brush of the focused axis by one value, or its end only.

        Where there is none yet, one begins at the lowest value (up) or the highest (down).
        """
        stops = self._stops[self.focus]
        last = len(stops) - 1
        brush = self.on.get(self.focus)
        if brush is None:
            first = 0 if direction > 0 else last
            self.on[self.focus] = self._around(self.focus, first, first)
            return
        inside = [index for index, stop in enumerate(stops) if brush[0] <= stop <= brush[1]]
        low, high = (inside[0], inside[-1]) if inside else (0, 0)
        if extend:
            low, high = (low, min(high + 1, last)) if direction > 0 else (max(low - 1, 0), high)
        else:
            moved = min(max(direction, -low), last - high)
            low, high = low + moved, high + moved
        self.on[self.focus] = self._around(self.focus, low, high)

    def _around(self, axis: int, low: int, high: int) -> Brush:
        """A brush over some values, reaching half of the way to the next ones."""
        stops = self._stops[axis]
        below = (stops[low - 1] + stops[low]) / 2 if low > 0 else 0.0
        above = (stops[high] + stops[high + 1]) / 2 if high + 1 < len(stops) else 1.0
        return below + 1e-6 * (low > 0), above - 1e-6 * (high + 1 < len(stops))
