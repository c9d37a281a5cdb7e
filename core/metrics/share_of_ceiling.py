"""How much of what could be had at most a run reached."""

from __future__ import annotations

from typing import ClassVar

from core.metrics.metric import Better, Metric
from core.metrics.throughput import Throughput
from core.model.measured.ceilings import UPPER_BOUND
from core.model.quantity import Quantity
from core.model.run import Run

_THROUGHPUT = Throughput()


class ShareOfCeiling(Metric):
    """Throughput over the lower ceiling."""

    key: ClassVar[str] = "share_of_ceiling_percent"
    label: ClassVar[str] = "of ceiling"
    unit: ClassVar[str] = "%"
    recorded: ClassVar[bool] = False
    better: ClassVar[Better] = Better.HIGHER
    help: ClassVar[str] = (
        "Throughput in percent of the lower ceiling: that of the model alone (one cached batch, "
        f"repeated) or of the pipeline alone (drained, nothing consumed). {UPPER_BOUND}"
    )

    def measured(self, run: Run) -> Quantity:
        """See the base class."""
        throughput = _THROUGHPUT.of(run)
        if throughput.value is None:
            return self.missing(throughput.reason)
        if run.ceilings is None:
            return self.missing("the ceilings of these settings were not measured")
        return self.found(100.0 * throughput.value / run.ceilings.lower_examples_per_s, run)
