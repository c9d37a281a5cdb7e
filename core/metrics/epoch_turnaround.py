"""From an epoch's last step to the next epoch's first request, in percent of wall time."""

from __future__ import annotations

from typing import ClassVar

from core.metrics.accounting import Account
from core.metrics.metric import Better, SteadyMetric


class EpochTurnaround(SteadyMetric):
    """Share of the time in which one epoch ended and the next iterator was made."""

    key: ClassVar[str] = "epoch_turnaround_percent"
    label: ClassVar[str] = "epoch turnaround"
    unit: ClassVar[str] = "%"
    better: ClassVar[Better] = Better.LOWER
    help: ClassVar[str] = (
        "From an epoch's last step to the next epoch's first request, in percent of wall time."
    )
    needs_device_busy: ClassVar[bool] = True

    def value(self, account: Account) -> float:
        """See the base class."""
        return account.percent(account.epoch_turnaround_s)
