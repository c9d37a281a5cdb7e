"""Why the device was idle, as means over the runs of a configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.numbers.means import mean_of
from core.metrics.catalogue import metric
from core.model.quantity import Quantity
from core.model.run import Run

IDLE = metric("device_idle_percent")
CAUSES = tuple(map(metric, ("input_wait_percent", "host_percent", "epoch_turnaround_percent")))
CAUSE_LABELS = ("waiting for input", "host", "epoch turnaround")


@dataclass(frozen=True)
class IdleCauses:
    """Device idle of one configuration; all figures in percent of the wall time.

    Attributes:
        name: What the configuration is called.
        idle: The whole.
        causes: Input wait, host and epoch turnaround: they add up to it.
    """

    name: str
    idle: Quantity
    causes: tuple[Quantity, ...]


def idle_causes(name: str, runs: Sequence[Run]) -> IdleCauses:
    """Means over those runs in which device idle was measured, so that causes add up to it."""
    having = [run for run in runs if IDLE.of(run).value is not None]
    return IdleCauses(
        name,
        mean_of(IDLE, having or runs),
        tuple(mean_of(cause, having or runs) for cause in CAUSES),
    )
