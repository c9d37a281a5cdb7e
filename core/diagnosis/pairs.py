"""Short trainings in rounds, and what follows from their pairs."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from statistics import median

from core.diagnosis.measures.segment import Segment
from core.faults import explain
from core.model.diagnosis import DiagnosisOptions
from core.model.errors import Cancelled
from core.model.quantity import interval_text
from core.model.settings import Settings
from core.statistics import RatioInterval, Verdict, ratio_interval

_LEAST_PAIRS, MORE_PAIRS = 2, 3
"""Pairs for an interval, and to tell that a change is not needed or to stop between equals."""
_ORDERED_PAIRS = 6
_LEAST_STEPS, _STEPS, _SHORTEST_S = 8, 40, 0.3
"""Of the pipeline as it is in each training: at least, and so many as are enough."""
_DISTURBED = 0.8
"""Short trainings with the same settings differ by a few percent; one below that was disturbed."""
PLAIN = 1.3
"""A ratio that needs no third pair, and is worth more pairs where an interval reaches it."""
_FAR = 2.0
"""What is that many times slower than the best needs no second pair."""
_MORE_ROUNDS = 4
"""In place of disturbed ones, at most."""
AS_GOOD = 1.03
"""What is within that of the best is as good."""
_BEHIND = 1.1
"""What is that much slower than the fastest, after three pairs, is not the best."""

Intervals = Mapping[str, RatioInterval]


@dataclass(frozen=True)
class Compared:
    """Settings beside others, in pairs of short trainings.

    Attributes:
        interval: Their throughput over that of the others; None where they cannot be trained.
        segment: The last of their trainings.
        rates: Examples/s of each round, theirs and that of the others.
        error: Why they cannot be trained.
    """

    interval: RatioInterval | None
    segment: Segment | None = None
    rates: tuple[tuple[float, float], ...] = ()
    error: str = ""

    @property
    def ratio(self) -> float:
        """Their throughput over that of the others; 0 where they cannot be trained."""
        return 0.0 if self.interval is None else self.interval.ratio or 0.0

    @property
    def rate(self) -> float:
        """Their throughput, in examples/s: the median of the rounds."""
        return median(own for own, _ in self.rates)

    def over(self, other: Compared) -> RatioInterval | None:
        """Their throughput over that of settings which were compared in the same rounds.

        None where the two did not train in the same rounds twice.
        """
        both = [
            (own, others) for (own, _), (others, _) in zip(self.rates, other.rates, strict=False)
        ]
        return _interval(both) if len(both) >= _LEAST_PAIRS else None


class Pairs:
    """Compares settings in rounds of short trainings; what ran in one round is a pair.

    Attributes:
        step_s: Seconds that a step of the pipeline as it is takes.
        train: Trains under some settings for some seconds.
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
            time_left: Whether there is time for another round.
            going_on: Called after each training.
        """
        self.train, self._options = train, options
        self._pace, self._time_left, self._going_on = pace, time_left, going_on
        self.step_s = 0.0
        self.measured = self.disturbed = 0

    def compare(
        self,
        base: Settings,
        others: Mapping[str, Settings],
        pairs: int,
        seconds: float,
        settled: Callable[[Intervals], Collection[str]] = lambda intervals: (),
    ) -> dict[str, Compared]:
        """The ratios of settings to a base, in rounds that run forwards and backwards in turn.

        Args:
            base: What all others are compared with, once in each round.
            others: By a name.
            pairs: Undisturbed pairs that are enough.
            seconds: Of each training.
            settled: Names of those that need no more rounds, from the intervals of what is left;
                after a single round these have no ends.
        """
        # Short steps need less time for enough of them, long ones need longer.
        enough_s = max(_STEPS * self.step_s, _SHORTEST_S) if self.step_s else seconds
        seconds = max(self._pace * min(seconds, enough_s), _LEAST_STEPS * self.step_s)
        left, rounds = dict(others), 0
        rates: dict[str, list[tuple[float, float]]] = {name: [] for name in others}
        compared: dict[str, Compared] = {}
        best: dict[str, float] = {}
        while left:
            segments = self._round(base, left, seconds, rounds % 2 == 1, compared, best)
            rounds += 1
            base_rate = compared_rate(segments[""])
            left = {name: each for name, each in left.items() if name in segments}
            intervals: dict[str, RatioInterval] = {}
            for name in left:
                rates[name].append((compared_rate(segments[name]), base_rate))
                intervals[name] = _interval(rates[name])
                compared[name] = Compared(intervals[name], segments[name], tuple(rates[name]))
            done = set(settled(intervals)) if left else set()
            if rounds >= _LEAST_PAIRS:
                done |= {name for name in left if _complete(rates[name], pairs)}
                done |= set() if self._time_left() else set(left)
            left = {name: each for name, each in left.items() if name not in done}
        for measured in rates.values():
            self.measured += len(measured)
            self.disturbed += len(measured) - len(_sound(measured))
        return compared

    def _round(
        self,
        base: Settings,
        others: Mapping[str, Settings],
        seconds: float,
        backwards: bool,
        compared: dict[str, Compared],
        best: dict[str, float],
    ) -> dict[str, Segment]:
        """One training of each; the base has no name.

        What was disturbed trains once more at the end of the round: a disturbed base would cost the
        pairs of all others.
        """
        order = [("", base), *others.items()]
        segments: dict[str, Segment] = {}
        for name, settings in reversed(order) if backwards else order:
            try:
                segments[name] = self.train(settings, seconds)
            except Cancelled:
                raise
            except Exception as error:
                # Whatever a change does to the pipeline: it does not help, and the others may.
                if name:
                    compared[name] = Compared(None, error=explain(error).what[:200])
                else:
                    # It has trained before: what failed at random may not again.
                    segments[name] = self.train(settings, seconds)
            self._going_on()
        for name, segment in segments.items():
            if compared_rate(segment) < _DISTURBED * best.get(name, 0.0):
                segments[name] = self.train(base if not name else others[name], seconds)
                self.measured, self.disturbed = self.measured + 1, self.disturbed + 1
                self._going_on()
            best[name] = max(best.get(name, 0.0), compared_rate(segments[name]))
        return segments

    def helps(self, interval: RatioInterval) -> bool:
        """Whether a ratio leaves 1 out and gains enough."""
        return _is_over(interval, 1.0 + self._options.gain_percent / 100.0)

    def is_open(self, interval: RatioInterval) -> bool:
        """Whether noise hides if a change gains enough."""
        return not self.helps(interval) and not self.is_useless(interval)

    def is_missed(self, without: RatioInterval) -> bool:
        """Whether a change that was left out is missed, or may be: what helped alone stays then."""
        contribution, gain = without.inverse(), self._options.gain_percent / 100.0
        # It helped where it was tried: noise that hides it here does not speak against it.
        again = (contribution.ratio or 0.0) >= 1.0 + gain or (contribution.high or 0.0) >= PLAIN
        return again or _is_over(contribution, 1.0 + gain / 2.0)

    def is_useless(self, interval: RatioInterval) -> bool:
        """Whether it can be told that a change gains too little."""
        least = 1.0 + self._options.gain_percent / 100.0
        return interval.high is not None and interval.high < least

    def surely_missed(self, without: Intervals) -> set[str]:
        """Changes of which it can be told by now that they are missed where they are left out.

        Args:
            without: Throughput without each change over that with all of them.
        """
        missed = set()
        for name, each in without.items():
            contribution = each.inverse()
            enough = each.pairs >= MORE_PAIRS or (contribution.ratio or 0.0) >= PLAIN
            if enough and (contribution.low or 0.0) > 1.0:
                missed.add(name)
        return missed

    def outdone(self, intervals: Intervals) -> set[str]:
        """What cannot be the best, by now; all where the best is known."""
        leader = max(intervals, key=lambda name: intervals[name].ratio or 0.0)
        best, pairs = intervals[leader].ratio or 0.0, intervals[leader].pairs
        if pairs < _LEAST_PAIRS:
            far = {name for name, each in intervals.items() if (each.ratio or 0.0) * _FAR < best}
            return far if best >= _FAR else set()
        behind = _BEHIND if pairs >= MORE_PAIRS else PLAIN
        outdone = {
            name
            for name, interval in intervals.items()
            if self.cannot_help(interval) or (interval.ratio or 0.0) * behind < best
        }
        if self.helps(intervals[leader]) and (
            pairs >= MORE_PAIRS or set(intervals) - outdone == {leader}
        ):
            return set(intervals)
        return outdone

    def cannot_help(self, interval: RatioInterval) -> bool:
        """Whether it can be told by now that a change does not help."""
        ratio, high = interval.ratio or 0.0, interval.high or 0.0
        if interval.pairs < MORE_PAIRS:
            # Two pairs that are close to each other may be so by chance.
            return ratio < 1.0 / PLAIN and interval.pairs >= _LEAST_PAIRS
        little = ratio < 1.0 + self._options.gain_percent / 200.0 and high < PLAIN
        return little or self.is_useless(interval)


def compared_rate(segment: Segment) -> float:
    """The throughput that is compared: over whole epochs where these were measured."""
    return segment.epochs_examples_per_s or segment.examples_per_s


def _interval(measured: list[tuple[float, float]]) -> RatioInterval:
    """Student's t over the undisturbed pairs; over all, by their order, where few are left.

    The median of six lies between the smallest and the largest in 97 of 100 cases, however they
    are distributed (sign test).
    """
    sound = _sound(measured)
    if len(sound) < MORE_PAIRS and len(measured) >= _ORDERED_PAIRS:
        ratios = sorted(pair[0] / pair[1] for pair in measured)
        left_out, error_rate = _left_out(len(ratios))
        low, high = ratios[left_out], ratios[-1 - left_out]
        return RatioInterval(median(ratios), low, high, 1.0 - error_rate, len(ratios), Verdict.OPEN)
    counted = sound if len(sound) >= _LEAST_PAIRS else measured
    return ratio_interval([pair[0] for pair in counted], [pair[1] for pair in counted])


def _left_out(pairs: int) -> tuple[int, float]:
    """How many of the smallest and of the largest ratios may lie outside, and the error rate."""
    left_out, error_rate = 0, 2.0 * 0.5**pairs
    while True:
        more = error_rate + 2.0 * math.comb(pairs, left_out + 1) * 0.5**pairs
        if more > 0.05:
            return left_out, error_rate
        left_out, error_rate = left_out + 1, more


def _sound(measured: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Pairs of which neither is far slower than the same settings in another.

    Other programs, or other machines on the same computer, take the processor for seconds.
    """
    best = [max(rates) for rates in zip(*measured, strict=True)]
    return [
        pair
        for pair in measured
        if all(rate >= _DISTURBED * most for rate, most in zip(pair, best, strict=True))
    ]


def _complete(measured: list[tuple[float, float]], pairs: int) -> bool:
    return len(_sound(measured)) >= pairs or len(measured) >= pairs + _MORE_ROUNDS


def _is_over(interval: RatioInterval, least: float) -> bool:
    return bool(interval.ratio and interval.low and interval.low > 1.0 and interval.ratio >= least)


def ratio_words(interval: RatioInterval) -> str:
    """A ratio with its interval: ``1.31 times as fast [1.2, 1.4]``."""
    ends = interval_text(interval.low, interval.high)
    return f"{interval.ratio or 0.0:.2f} times as fast {ends}".rstrip()
