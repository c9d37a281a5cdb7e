"""How long ``model.fit`` took, warm-up and all."""

from __future__ import annotations

from typing import ClassVar

from core.metrics.interrupted import not_said
from core.metrics.metric import Better, Metric
from core.model.quantity import Quantity
from core.model.run import Run


class FitWall(Metric):
    """Wall time of the training."""

    key: ClassVar[str] = "wall_s"
    label: ClassVar[str] = "fit took"
    unit: ClassVar[str] = "s"
    better: ClassVar[Better] = Better.LOWER
    help: ClassVar[str] = "Wall time of model.fit from start to end, warm-up included."

    def measured(self, run: Run) -> Quantity:
        """See the base class."""
        if run.fit_wall_s is None:
            return self.missing(not_said(run) or "model.fit was not reached")
        return self.found(run.fit_wall_s, run)
