"""From a step being done to the next request, in percent of wall time."""

from __future__ import annotations

from typing import ClassVar

from core.metrics.accounting import Account
from core.metrics.metric import Better, SteadyMetric


class Host(SteadyMetric):
    """Share of the time between steps: Keras, callbacks, Python."""

    key: ClassVar[str] = "host_percent"
    label: ClassVar[str] = "host"
    unit: ClassVar[str] = "%"
    better: ClassVar[Better] = Better.LOWER
    help: ClassVar[str] = "From a step being done to the next request, in percent of wall time."
    needs_device_busy: ClassVar[bool] = True

    def value(self, account: Account) -> float:
        """See the base class."""
        return account.percent(account.host_s)
