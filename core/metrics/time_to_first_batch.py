"""From the iterator's creation to its first element."""

from __future__ import annotations

from typing import ClassVar

from core.metrics.interrupted import not_said
from core.metrics.metric import Better, Metric
from core.model.quantity import Quantity
from core.model.run import Run


class TimeToFirstBatch(Metric):
    """How long the first batch of the run took."""

    key: ClassVar[str] = "time_to_first_batch_s"
    label: ClassVar[str] = "time to first batch"
    unit: ClassVar[str] = "s"
    better: ClassVar[Better] = Better.LOWER
    help: ClassVar[str] = "From the first iterator's creation to its first element."

    def measured(self, run: Run) -> Quantity:
        """See the base class."""
        if run.time_to_first_batch_s is None:
            return self.missing(not_said(run) or "no first batch")
        return self.found(run.time_to_first_batch_s, run)
