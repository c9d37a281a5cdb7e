"""Pairs of short trainings, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable

from core.diagnosis.segment import Segment
from core.model.diagnosis import DiagnosisOptions
from core.model.quantity import significant
from core.model.settings import Settings
from core.statistics import RatioInterval, ratio_interval

_LEAST_PAIRS, _LEAVE_OUT_PAIRS = 2, 3
_PLAIN = 1.3
"""A ratio that needs no third pair."""


class Pairs:
    """Compares settings in trainings that take turns in going first.

    Attributes:
        step_s: Seconds that a step of the pipeline as it is takes.
    """

    def __init__(
        self,
        train: Callable[[Settings, float], Segment],
        options: DiagnosisOptions,
        pace: float,
        time_left: Callable[[], bool],
        going_on: Callable[[], object],
    ) -> None:
        """Compare nothing yet.

        Args:
            train: Trains under some settings for some seconds.
            options: Say what gain is enough.
            pace: Share of the usual time that each training takes.
            time_left: Whether there is time for another pair.
            going_on: Called after each pair.
        """
        self._train, self._options = train, options
        self._pace, self._time_left, self._going_on = pace, time_left, going_on
        self.step_s = 0.0

    def compare(
        self,
        one: Settings,
        other: Settings,
        pairs: int,
        seconds: float,
        decided: Callable[[RatioInterval], bool] = lambda found: False,
    ) -> RatioInterval:
        """The ratio of two settings, in pairs of measurements that take turns in going first."""
        ones: list[float] = []
        others: list[float] = []
        # Long steps need longer for as many of them.
        seconds = max(self._pace * seconds, 8 * self.step_s)
        for number in range(pairs):
            order = (one, other) if number % 2 else (other, one)
            rates = [self._train(each, seconds).examples_per_s for each in order]
            ones.append(rates[0 if number % 2 else 1])
            others.append(rates[1 if number % 2 else 0])
            found = ratio_interval(ones, others)
            self._going_on()
            if number + 1 >= _LEAST_PAIRS and (decided(found) or not self._time_left()):
                break
        return found

    def helps(self, found: RatioInterval) -> bool:
        """Whether a ratio leaves 1 out and gains enough."""
        least = 1.0 + self._options.gain_percent / 100.0
        return bool(found.ratio and found.low and found.low > 1.0 and found.ratio >= least)

    def is_missed(self, found: RatioInterval) -> bool:
        """Whether a change that was left out is missed: it can be told, and is not nothing."""
        least = 1.0 + self._options.gain_percent / 200.0
        return bool(found.ratio and found.low and found.low > 1.0 and found.ratio >= least)

    def is_told(self, found: RatioInterval) -> bool:
        """Whether it can be told by now that a change that was left out is missed, or not."""
        least = 1.0 + self._options.gain_percent / 200.0
        few = found.pairs < _LEAVE_OUT_PAIRS
        if few and found.ratio and found.ratio < _PLAIN:
            return False
        ratio, low, high = found.ratio or 0.0, found.low or 0.0, found.high or 0.0
        return low > 1.0 or high < least or ratio < 1.0

    def is_decided(self, found: RatioInterval) -> bool:
        """Whether it can be told by now that a change helps, or does not."""
        least = 1.0 + self._options.gain_percent / 100.0
        if self.helps(found) or (found.high is not None and found.high < least):
            return True
        ratio = found.ratio or 0.0
        return ratio < 1.0 or (found.pairs > _LEAST_PAIRS and ratio < 1.0 + (least - 1.0) / 2)


def ratio_words(found: RatioInterval, *, turned: bool = False) -> str:
    """A ratio with its interval: ``1.31 times as fast [1.2, 1.4]``."""
    ratio, low, high = found.ratio or 0.0, found.low, found.high
    if turned and ratio:
        ratio = 1.0 / ratio
        low, high = (1.0 / high if high else None), (1.0 / low if low else None)
    interval = "" if low is None or high is None else f" [{significant(low)}, {significant(high)}]"
    return f"{ratio:.2f} times as fast{interval}"
