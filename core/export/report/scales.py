"""From figures to places on a drawing, and where its ticks are."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_RATIOS = (
    0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.2, 1.3,
    1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0, 20.0, 50.0, 100.0,
)  # fmt: skip


@dataclass(frozen=True)
class Scale:
    """An axis.

    Attributes:
        low: The figure at its start.
        high: The figure at its end; above ``low``.
        start: Where it starts, in the drawing's own units.
        stop: Where it ends; may lie before ``start``.
        ticks: Figures that are written at it.
        logarithmic: Equal ratios are equally far apart.
    """

    low: float
    high: float
    start: float
    stop: float
    ticks: tuple[float, ...]
    logarithmic: bool = False

    def at(self, figure: float) -> float:
        """Where a figure is; those beyond the axis stand at its end."""
        figure = min(max(figure, self.low), self.high)
        if self.logarithmic:
            share = math.log(figure / self.low) / math.log(self.high / self.low)
        else:
            share = (figure - self.low) / (self.high - self.low)
        return self.start + share * (self.stop - self.start)


def linear(
    figures: Iterable[float], start: float, stop: float, *, zero: bool = False, count: int = 5
) -> Scale:
    """An axis over figures, from a round number to a round number.

    Args:
        figures: What must be on it; none of them: from 0 to 1.
        start: Where it starts.
        stop: Where it ends.
        zero: Whether it starts at 0.
        count: Ticks, roughly.
    """
    finite = [figure for figure in figures if math.isfinite(figure)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    if zero:
        low = min(low, 0.0)
    if high <= low:
        # All alike: some room around it, and never below 0 where nothing is.
        room = abs(low) * 0.1 or 1.0
        low, high = (low - room if low < 0 else max(low - room, 0.0)), high + room
    step = _round_step((high - low) / count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if low == first * step and low > 0:
        first -= 1  # a mark at the very end would stand on the ticks' words
    ticks = tuple(round(index * step, 12) for index in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], start, stop, ticks)


def ratios(figures: Iterable[float], start: float, stop: float) -> Scale:
    """A logarithmic axis of ratios: 1 is on it and so are the figures, with room around them."""
    finite = [figure for figure in figures if math.isfinite(figure) and figure > 0]
    low, high = min((0.9, *finite)), max((1.1, *finite))
    room = (high / low) ** 0.04
    scale = Scale(low / room, high * room, start, stop, (), logarithmic=True)
    ticks: list[float] = []
    # 1 first: the others find their places beside it.
    for figure in sorted(_RATIOS, key=lambda ratio: (ratio != 1.0, abs(math.log(ratio)))):
        within = scale.low <= figure <= scale.high
        if within and all(abs(scale.at(figure) - scale.at(tick)) >= 38 for tick in ticks):
            ticks.append(figure)
    return Scale(scale.low, scale.high, start, stop, tuple(sorted(ticks)), logarithmic=True)


def tick_text(figure: float) -> str:
    """A tick as it is written: no more digits than it has."""
    if figure and (abs(figure) >= 1e6 or abs(figure) < 1e-4):
        return f"{figure:.3g}"
    text = f"{figure:,.6f}".rstrip("0").rstrip(".")
    return text.replace(",", "\N{NARROW NO-BREAK SPACE}").replace("-", "\N{MINUS SIGN}")


def _round_step(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return next(
        power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= step * (1 - 1e-9)
    )
