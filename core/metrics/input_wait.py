"""From asking the iterator for a batch to having it, in percent of wall time."""

from __future__ import annotations

from typing import ClassVar

from core.metrics.accounting import Account
from core.metrics.metric import Better, SteadyMetric


class InputWait(SteadyMetric):
    """Share of the time in which the model waited for a batch."""

    key: ClassVar[str] = "input_wait_percent"
    label: ClassVar[str] = "input wait"
    unit: ClassVar[str] = "%"
    better: ClassVar[Better] = Better.LOWER
    help: ClassVar[str] = (
        "From asking the iterator for a batch to having it, in percent of wall time."
    )

    def value(self, account: Account) -> float:
        """See the base class."""
        return account.percent(account.input_wait_s)
