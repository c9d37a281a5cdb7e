"""From asking the iterator for a batch to having it, mean of the steady part."""

from __future__ import annotations

from typing import ClassVar

from core.metrics.accounting import Account
from core.metrics.metric import Better, SteadyMetric


class InputWaitPerStep(SteadyMetric):
    """How long the model waits for a batch."""

    key: ClassVar[str] = "input_wait_s_per_step"
    label: ClassVar[str] = "input wait a step"
    unit: ClassVar[str] = "s"
    better: ClassVar[Better] = Better.LOWER
    help: ClassVar[str] = (
        "From asking the iterator for a batch to having it, mean of the steady part."
    )

    def value(self, account: Account) -> float:
        """See the base class."""
        return account.input_wait_s / account.steps
