"""From having a batch to the train step being done, mean of the steady part."""

from __future__ import annotations

from typing import ClassVar

from core.metrics.accounting import Account
from core.metrics.metric import Better, SteadyMetric


class DeviceBusy(SteadyMetric):
    """How long a train step takes."""

    key: ClassVar[str] = "device_busy_s_per_step"
    label: ClassVar[str] = "device busy a step"
    unit: ClassVar[str] = "s"
    better: ClassVar[Better] = Better.LOWER
    help: ClassVar[str] = (
        "From having a batch to the train step being done, mean of the steady part."
    )
    needs_device_busy: ClassVar[bool] = True

    def value(self, account: Account) -> float:
        """See the base class."""
        return account.device_busy_s / account.steps
