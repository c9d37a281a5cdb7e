"""100 x (1 - device busy / wall time), over the steady part."""

from __future__ import annotations

from typing import ClassVar

from core.metrics.accounting import Account
from core.metrics.metric import Better, SteadyMetric


class DeviceIdle(SteadyMetric):
    """Share of the time in which the device had nothing to do."""

    key: ClassVar[str] = "device_idle_percent"
    label: ClassVar[str] = "device idle"
    unit: ClassVar[str] = "%"
    better: ClassVar[Better] = Better.LOWER
    help: ClassVar[str] = "100 x (1 - device busy / wall time), over the steady part."
    needs_device_busy: ClassVar[bool] = True

    def value(self, account: Account) -> float:
        """See the base class."""
        return account.idle_percent
