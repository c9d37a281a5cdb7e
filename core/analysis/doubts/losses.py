"""The loss of each epoch, for every run of a configuration and in the mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.model.run import Run

Losses = tuple[float | None, ...]
"""The loss of each epoch; None where it is not a finite number or was not reported."""


@dataclass(frozen=True)
class LossCurves:
    """Losses of one configuration.

    Attributes:
        name: What it is called.
        mean: Mean of each epoch over all runs that finished it with a finite loss; None where
            some run that counts has none, for then the mean would be of other runs than before.
        runs: The losses of each run.
        lost: Runs with an epoch whose loss came out as NaN or infinite.
    """

    name: str
    mean: Losses
    runs: tuple[Losses, ...]
    lost: int = 0


def losses(name: str, runs: Sequence[Run]) -> LossCurves:
    """Mean loss of each epoch, as Keras reports it."""
    curves = tuple(tuple(map(_finite, run.epoch_losses)) for run in runs)
    epochs = max(map(len, curves), default=0)
    columns = [
        [curve[epoch] if epoch < len(curve) else None for curve in curves]
        for epoch in range(epochs)
    ]
    lost = sum(
        any(loss is not None and not math.isfinite(loss) for loss in run.epoch_losses)
        for run in runs
    )
    return LossCurves(name, tuple(map(_mean, columns)), curves, lost)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
