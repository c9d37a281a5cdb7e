"""Which stretch of a trace is seen, and where on the screen a moment is."""

from __future__ import annotations

import math

import numpy as np

from core.model.measured.samples import FloatArray

LEAST_S = 1e-7
"""Nothing shorter is looked at: a tenth of a microsecond."""
_MARGIN, _MANY_STEPS = 0.02, 3
_STEPS = (1.0, 2.0, 5.0)
_UNITS = (("s", 1.0), ("ms", 1e3), ("µs", 1e6), ("ns", 1e9))


class TimeWindow:
    """A stretch of time over a width in pixels.

    Attributes:
        begin_s: Its begin, in seconds since the trace began.
        end_s: Its end.
        width: Its width in pixels.
    """

    def __init__(self) -> None:
        self._whole = (0.0, 1.0)
        self.begin_s, self.end_s = self._whole
        self.width = 1

    def set_whole(self, begin_s: float, end_s: float) -> None:
        """Take another trace, and show all of it."""
        room_s = max(end_s - begin_s, LEAST_S) * _MARGIN
        self._whole = (begin_s - room_s, end_s + room_s)
        self.fit()

    def fit(self) -> None:
        """Show all of it."""
        self.begin_s, self.end_s = self._whole

    @property
    def length_s(self) -> float:
        """How much is seen, in seconds."""
        return self.end_s - self.begin_s

    def x(self, at_s: float) -> float:
        """Where a moment is, in pixels from the left."""
        return (at_s - self.begin_s) / self.length_s * self.width

    def at(self, x: float) -> float:
        """Which moment is at a place."""
        return self.begin_s + x / max(self.width, 1) * self.length_s

    def zoom(self, factor: float, around_s: float) -> None:
        """Show a stretch so many times as long; a moment keeps its place."""
        whole_s = self._whole[1] - self._whole[0]
        length_s = min(max(self.length_s * factor, LEAST_S), whole_s)
        share = (around_s - self.begin_s) / self.length_s
        self._move(around_s - share * length_s, length_s)

    def pan(self, share: float) -> None:
        """Go by a share of what is seen."""
        self._move(self.begin_s + share * self.length_s, self.length_s)

    def show(self, begin_s: float, end_s: float) -> None:
        """Show a stretch, with a little room on both sides."""
        length_s = max(end_s - begin_s, LEAST_S) * (1.0 + 2.0 * _MARGIN)
        self._move((begin_s + end_s - length_s) / 2.0, length_s)

    def restore(self, begin_s: float, end_s: float) -> None:
        """Show a stretch that was seen before, as far as the trace goes."""
        self._move(begin_s, max(end_s - begin_s, LEAST_S))

    @property
    def is_whole(self) -> bool:
        """All of the trace is in sight."""
        return (self.begin_s, self.end_s) == self._whole

    def centre(self, at_s: float) -> None:
        """Bring a moment into the middle."""
        self._move(at_s - self.length_s / 2.0, self.length_s)

    def _move(self, begin_s: float, length_s: float) -> None:
        length_s = min(length_s, self._whole[1] - self._whole[0])
        self.begin_s = min(max(begin_s, self._whole[0]), self._whole[1] - length_s)
        self.end_s = self.begin_s + length_s

    def steps(self, steps_s: FloatArray) -> range:
        """Indices of the steps in sight, of begins and ends of shape ``(steps, 2)``."""
        # Not what reaches only into the room beside a step that is shown.
        room_s = _MARGIN * self.length_s
        first = int(np.searchsorted(steps_s[:, 1], self.begin_s + room_s))
        return range(first, int(np.searchsorted(steps_s[:, 0], self.end_s - room_s)))

    def go_step(self, steps_s: FloatArray, by: int) -> None:
        """Show the next step, or the one before; where many are in sight, the first or the last."""
        if not len(steps_s):
            return
        # The step in the middle, else the last one that began before it.
        now = int(np.searchsorted(steps_s[:, 0], self._middle_s, side="right")) - 1
        many = self.length_s > _MANY_STEPS * float(np.median(np.diff(steps_s, axis=1)))
        wanted = (0 if by > 0 else len(steps_s) - 1) if many else now + by
        self.show(*steps_s[min(max(wanted, 0), len(steps_s) - 1)].tolist())

    def go_next(self, moments_s: FloatArray) -> None:
        """Bring the next of these moments into the middle, behind the last one the first."""
        ahead = moments_s[moments_s > self._middle_s + 1e-9 + self.length_s / max(self.width, 1)]
        self.centre(float(ahead[0] if len(ahead) else moments_s[0]))

    @property
    def _middle_s(self) -> float:
        return (self.begin_s + self.end_s) / 2.0

    def ticks(self, apart: int) -> list[float]:
        """Round moments that are about so many pixels apart, in seconds."""
        rough = max(self.length_s * apart / max(self.width, 1), 1e-12)
        power = 10.0 ** math.floor(math.log10(rough))
        step = next((times * power for times in _STEPS if times * power >= rough), 10.0 * power)
        first = math.ceil(self.begin_s / step)
        return [step * number for number in range(first, int(self.end_s / step) + 1)]


def time_words(seconds: float, step_s: float = 0.0) -> str:
    """A time with the unit that fits: ``1.25 ms``.

    Args:
        seconds: The time.
        step_s: With as many decimals as times need that lie this far apart; 0 for three digits.
    """
    size_s = max(abs(seconds), step_s)
    unit, factor = next(
        ((unit, factor) for unit, factor in _UNITS if size_s * factor >= 1.0), _UNITS[-1]
    )
    value = seconds * factor
    if step_s:
        decimals = max(0, -math.floor(math.log10(step_s * factor) + 1e-9))
    else:
        decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{decimals}f} {unit}"
