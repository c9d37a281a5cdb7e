"""The mean loss of the last finished epoch."""

from __future__ import annotations

from typing import ClassVar

from core.metrics.metric import Better, Metric
from core.model.quantity import Quantity, Source
from core.model.run import Run


class FinalLoss(Metric):
    """What the training came to."""

    key: ClassVar[str] = "final_loss"
    label: ClassVar[str] = "final loss"
    unit: ClassVar[str] = ""
    better: ClassVar[Better] = Better.LOWER
    source: ClassVar[Source] = Source.KERAS
    help: ClassVar[str] = "Keras's mean loss over the last finished epoch."

    def measured(self, run: Run) -> Quantity:
        """See the base class."""
        if not run.state.over:
            return self.missing("the run is not over")
        losses = [loss for loss in run.epoch_losses if loss is not None]
        if losses:
            return self.found(losses[-1], run)
        if run.epoch_losses:
            return self.missing("the model reports no metric named loss")
        return self.missing("no epoch was finished")
