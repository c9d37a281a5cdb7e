"""Pairs of short trainings, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable

from core.diagnosis.segment import Segment
from core.model.diagnosis import DiagnosisOptions
from core.model.quantity import significant
from core.model.settings import Settings
from core.statistics import RatioInterval, ratio_interval

_LEAST_PAIRS, _LEAVE_OUT_PAIRS = 2, 3
_DISTURBED = 0.8
"""Short trainings with the same settings differ by a few percent; one below that was disturbed."""
_PLAIN = 1.3
"""A ratio that needs no third pair."""


class Pairs:
    """Compares settings in trainings that take turns in going first.

    Attributes:
        step_s: Seconds that a step of the pipeline as it is takes.
        measured: Pairs that were measured so far.
        disturbed: Those among them that something slowed down; left out where others remain.
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
        self.measured = self.disturbed = 0

    def compare(
        self,
        settings: Settings,
        other: Settings,
        pairs: int,
        seconds: float,
        decided: Callable[[RatioInterval], bool] = lambda interval: False,
    ) -> RatioInterval:
        """The ratio of two settings, in pairs of measurements that take turns in going first."""
        # Long steps need longer for as many of them.
        seconds = max(self._pace * seconds, 8 * self.step_s)
        measured: list[tuple[float, float]] = []
        while True:
            turned = len(measured) % 2
            order = (settings, other) if turned else (other, settings)
            rates = [self._train(each, seconds).examples_per_s for each in order]
            measured.append((rates[0], rates[1]) if turned else (rates[1], rates[0]))
            sound = self._sound(measured)
            counted = sound if len(sound) >= _LEAST_PAIRS else measured
            interval = ratio_interval([pair[0] for pair in counted], [pair[1] for pair in counted])
            self._going_on()
            enough = len(sound) >= pairs or len(measured) >= 2 * pairs
            if enough or (
                len(counted) >= _LEAST_PAIRS and (decided(interval) or not self._time_left())
            ):
                self.measured += len(measured)
                self.disturbed += len(measured) - len(sound)
                return interval

    def _sound(self, measured: list[tuple[float, float]]) -> list[tuple[float, float]]:
        """Pairs of which neither is far slower than the same settings in another.

        Other programs, or other machines on the same computer, take the processor for seconds.
        """
        best = [max(rates) for rates in zip(*measured, strict=True)]
        return [
            pair
            for pair in measured
            if all(rate >= _DISTURBED * most for rate, most in zip(pair, best, strict=True))
        ]

    def helps(self, interval: RatioInterval) -> bool:
        """Whether a ratio leaves 1 out and gains enough."""
        least = 1.0 + self._options.gain_percent / 100.0
        return bool(
            interval.ratio and interval.low and interval.low > 1.0 and interval.ratio >= least
        )

    def is_missed(self, interval: RatioInterval) -> bool:
        """Whether a change that was left out is missed: it can be told, and is not nothing."""
        least = 1.0 + self._options.gain_percent / 200.0
        return bool(
            interval.ratio and interval.low and interval.low > 1.0 and interval.ratio >= least
        )

    def is_told(self, interval: RatioInterval) -> bool:
        """Whether it can be told by now that a change that was left out is missed, or not."""
        least = 1.0 + self._options.gain_percent / 200.0
        few = interval.pairs < _LEAVE_OUT_PAIRS
        if few and interval.ratio and interval.ratio < _PLAIN:
            return False
        ratio, low, high = interval.ratio or 0.0, interval.low or 0.0, interval.high or 0.0
        return low > 1.0 or high < least or ratio < 1.0

    def is_decided(self, interval: RatioInterval) -> bool:
        """Whether it can be told by now that a change helps, or does not."""
        least = 1.0 + self._options.gain_percent / 100.0
        if self.helps(interval) or (interval.high is not None and interval.high < least):
            return True
        ratio = interval.ratio or 0.0
        if interval.pairs <= _LEAST_PAIRS:
            # Two pairs that are far apart say nothing yet.
            return ratio < 1.0 and (interval.high or 0.0) < _PLAIN
        return ratio < 1.0 + (least - 1.0) / 2


def ratio_words(interval: RatioInterval, *, turned: bool = False) -> str:
    """A ratio with its interval: ``1.31 times as fast [1.2, 1.4]``."""
    ratio, low, high = interval.ratio or 0.0, interval.low, interval.high
    if turned and ratio:
        ratio = 1.0 / ratio
        low, high = (1.0 / high if high else None), (1.0 / low if low else None)
    ends = "" if low is None or high is None else f" [{significant(low)}, {significant(high)}]"
    return f"{ratio:.2f} times as fast{ends}"
