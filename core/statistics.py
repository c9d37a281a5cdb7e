"""Is one configuration faster than another? Repeats, ratios with intervals, and a verdict.

The repeat is the unit: batches of one run are not independent of each other. Repeats of two
configurations are run in turn (A B B A ...), so that what drifts on the machine meets both;
each repeat of one is paired with the repeat of the other that ran beside it. The interval is
Student's t over the logarithms of the ratios of these pairs, which is what makes the ratio's
interval symmetric in the sense that A / B and B / A say the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.python_versions import StrEnum

ERROR_RATE = 0.05
"""How often a difference may be claimed where there is none."""
LEAST_PAIRS = 3
"""With fewer, nothing is claimed: the interval of two pairs is nearly always useless."""
SAME_WITHIN = 0.05
"""An interval within 5 % of 1 on both sides is called no measurable difference, also where it
leaves 1 out; and a ratio within 5 % of 1 is never called a difference: real comparisons of a
configuration with itself gave such ratios, with intervals that just left 1 out, more often than
the error rate allows."""


class Verdict(StrEnum):
    """What a comparison comes to, in words."""

    HIGHER = "higher"
    LOWER = "lower"
    SAME = "no measurable difference"
    OPEN = "not enough data"


@dataclass(frozen=True)
class RatioInterval:
    """One configuration over another.

    Attributes:
        ratio: Geometric mean of the pairs' ratios; None with no pair.
        low: Lower end of the interval; None with fewer than two pairs.
        high: Upper end.
        confidence: Of the interval, such as 0.95; higher where several are looked at together.
        pairs: How many.
        verdict: What follows from it.
    """

    ratio: float | None
    low: float | None
    high: float | None
    confidence: float
    pairs: int
    verdict: Verdict

    def inverse(self) -> RatioInterval:
        """The other over the one."""
        if self.ratio is None:
            return self
        low, high = (None if end is None else 1.0 / end for end in (self.high, self.low))
        verdict = {Verdict.HIGHER: Verdict.LOWER, Verdict.LOWER: Verdict.HIGHER}.get(
            self.verdict, self.verdict
        )
        return replace(self, ratio=1.0 / self.ratio, low=low, high=high, verdict=verdict)


def ratio_interval(
    values: Sequence[float], baseline: Sequence[float], error_rate: float = ERROR_RATE
) -> RatioInterval:
    """The ratio of two configurations, from repeats that were run beside each other.

    Args:
        values: A positive figure for each repeat of the one.
        baseline: The same of the other, in the same order; what has no partner is left out.
        error_rate: See ``ERROR_RATE``; divide it where several ratios are judged together.

    Raises:
        ValueError: A figure is not positive.
    """
    pairs = min(len(values), len(baseline))
    both = np.array([values[:pairs], baseline[:pairs]], float)
    if pairs and not (np.isfinite(both).all() and (both > 0).all()):
        raise ValueError("ratios need positive figures")
    confidence = 1.0 - error_rate
    if pairs == 0:
        return RatioInterval(None, None, None, confidence, 0, Verdict.OPEN)
    logs = np.log(both[0] / both[1])
    mean = float(logs.mean())
    if pairs == 1:
        return RatioInterval(math.exp(mean), None, None, confidence, 1, Verdict.OPEN)
    half = t_quantile(1.0 - error_rate / 2, pairs - 1) * float(logs.std(ddof=1)) / math.sqrt(pairs)
    low, high = math.exp(mean - half), math.exp(mean + half)
    verdict = _verdict(math.exp(mean), low, high) if pairs >= LEAST_PAIRS else Verdict.OPEN
    return RatioInterval(math.exp(mean), low, high, confidence, pairs, verdict)


def t_quantile(probability: float, degrees: int) -> float:
    """The quantile of Student's t distribution.

    Worked out here: what trains runs in interpreters that have no SciPy.
    """
    share = abs(2.0 * probability - 1.0)
    low, high = 0.0, math.pi / 2
    for _ in range(64):
        angle = (low + high) / 2
        low, high = (angle, high) if _share_within(angle, degrees) < share else (low, angle)
    return math.copysign(math.tan((low + high) / 2), probability - 0.5) * math.sqrt(degrees)


def _share_within(angle: float, degrees: int) -> float:
    """Probability that Student's t lies within +-tan(angle) * sqrt(degrees).

    Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
    """
    odd = degrees % 2
    square = math.cos(angle) ** 2
    term = math.cos(angle) if odd else 1.0
    total = 0.0 if degrees == 1 else term
    for factor in range(2 + odd, degrees - 1, 2):
        term *= square * (factor - 1) / factor
        total += term
    return (angle + math.sin(angle) * total) * 2 / math.pi if odd else math.sin(angle) * total


def f_quantile(probability: float, numerator: int, denominator: int) -> float:
    """The quantile of the F distribution."""
    from scipy.special import fdtri

    return float(fdtri(numerator, denominator, probability))


def _verdict(ratio: float, low: float, high: float) -> Verdict:
    least, most = 1.0 / (1.0 + SAME_WITHIN), 1.0 + SAME_WITHIN
    # First: a few percent are within what the same thing differs by from one day to the next.
    if low >= least and high <= most:
        return Verdict.SAME
    if low > 1.0 and ratio > most:
        return Verdict.HIGHER
    if high < 1.0 and ratio < least:
        return Verdict.LOWER
    return Verdict.OPEN


@dataclass(frozen=True)
class Schedule:
    """When repeats are looked at, so that stopping early does not raise the error rate.

    The error rate is shared out evenly over all looks and all configurations that are compared
    with the baseline (Bonferroni): whatever is claimed at any of them, all claims together are
    wrong at most as often as it says.

    Attributes:
        repeats: Repeats of each configuration at most.
        others: Configurations beside the baseline.
        early: Whether it is looked at before the last repeat.
    """

    repeats: int
    others: int = 1
    early: bool = False

    @property
    def looks(self) -> tuple[int, ...]:
        """After how many repeats it is looked at; the last is always among them."""
        if not self.early or self.repeats <= LEAST_PAIRS:
            return (self.repeats,)
        return tuple(range(LEAST_PAIRS, self.repeats + 1))

    @property
    def error_rate(self) -> float:
        """For one configuration at one look."""
        # Of a comparison that was left after its first run no other configuration may be known.
        return ERROR_RATE / (len(self.looks) * max(self.others, 1))

    def explanation(self) -> str:
        """How sure the intervals are, in a sentence."""
        percent = 100.0 * (1.0 - self.error_rate)
        parts = []
        if len(self.looks) > 1:
            parts.append(f"{len(self.looks)} looks")
        if self.others > 1:
            parts.append(f"{self.others} comparisons")
        if not parts:
            return f"Intervals hold with {percent:g} % confidence."
        return (
            f"Intervals hold with {percent:.4g} % confidence each, so that those of "
            f"{' and '.join(parts)} hold together with {100 * (1 - ERROR_RATE):g} % (Bonferroni)."
        )
