"""How one figure differs from another, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.metrics.metric import Better, Metric
from core.model.quantity import Quantity, significant

OTHER_WORKLOAD = "other workload"
ONE_RUN_EACH = (
    "One run each proves little: runs of identical settings differ by up to 40 % on a shared "
    "machine. Repeat them in turn (A B A B)."
)


@dataclass(frozen=True)
class Difference:
    """A figure against the baseline's.

    Attributes:
        amount: How much it differs; None where the baseline is zero, so that no percentage is.
        unit: ``%`` of the baseline's value, or ``points`` for figures that are percentages.
        word: ``faster``, ``slower``, ``more``, ``less`` or ``same``.
        improved: Whether it is better than the baseline; None for ``same``.
    """

    amount: float | None
    unit: str
    word: str
    improved: bool | None

    def text(self) -> str:
        """The difference in words: ``26 % faster``, ``2.6 points less``, ``same``.

        The word says the direction, so the number has no sign.
        """
        if self.amount is None or self.word == "same":
            return self.word
        return f"{significant(abs(self.amount), 2)} {self.unit} {self.word}"


def difference(metric: Metric, value: Quantity, baseline: Quantity) -> Difference | None:
    """How a metric of one run differs from the baseline's; None where one was not measured.

    Less than half a percent (or half a point) is called the same: single runs never show it.
    """
    words = ("faster", "slower") if metric.unit == "examples/s" else ("more", "less")
    return figures_apart(value, baseline, words, higher_is_better=metric.better is Better.HIGHER)


def figures_apart(
    value: Quantity, baseline: Quantity, words: tuple[str, str], *, higher_is_better: bool
) -> Difference | None:
    """How one figure differs from another of the same unit; None where one was not measured.

    Args:
        value: The figure.
        baseline: What it is compared with.
        words: What it is where it is higher, and where it is lower.
        higher_is_better: Whether higher is an improvement.
    """
    if value.value is None or baseline.value is None:
        return None
    if not (math.isfinite(value.value) and math.isfinite(baseline.value)):
        # A loss that is NaN is neither more nor less than another.
        return None
    change = value.value - baseline.value
    unit = "points" if value.unit == "%" else "%"
    amount: float | None = change
    if unit == "%":
        amount = 100.0 * change / abs(baseline.value) if baseline.value else None
    if change == 0 or (amount is not None and abs(amount) < 0.5):
        return Difference(amount or 0.0, unit, "same", None)
    return Difference(
        amount, unit, words[0] if change > 0 else words[1], (change > 0) == higher_is_better
    )
