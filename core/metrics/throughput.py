"""Examples over wall time of the steady part."""

from __future__ import annotations

from typing import ClassVar

from core.metrics.accounting import Account
from core.metrics.metric import Better, SteadyMetric


class Throughput(SteadyMetric):
    """Examples a second."""

    key: ClassVar[str] = "throughput_examples_per_s"
    label: ClassVar[str] = "throughput"
    unit: ClassVar[str] = "examples/s"
    better: ClassVar[Better] = Better.HIGHER
    help: ClassVar[str] = "Examples over wall time of the steady part."

    def value(self, account: Account) -> float:
        """See the base class."""
        return account.examples / account.wall_s
