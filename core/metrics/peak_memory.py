"""How much memory a run took at most."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from core.metrics.metric import Better, Metric
from core.metrics.resource_use import NOTHING_READ
from core.model.quantity import Quantity, Source
from core.model.run import Run


class PeakMemory(Metric):
    """Most resident memory of the process while it trained."""

    key: ClassVar[str] = "peak_memory_mb"
    label: ClassVar[str] = "peak memory"
    unit: ClassVar[str] = "MB"
    better: ClassVar[Better] = Better.LOWER
    source: ClassVar[Source] = Source.SYSTEM
    help: ClassVar[str] = (
        "Most resident memory of the whole process, and of processes for Python functions, while "
        "fit ran, warm-up included (1 MB is a million bytes). TensorFlow itself and what earlier "
        "runs in the same process left behind count too."
    )
    caution: ClassVar[str] = (
        "Peak memory is that of the whole process, which holds a little more after each run: it "
        "follows the order of the runs, so settings are not compared by it. Memory taken is."
    )

    def measured(self, run: Run) -> Quantity:
        """See the base class."""
        resident = run.resources.column("resident_bytes")
        if len(resident) == 0:
            return self.missing(NOTHING_READ)
        if not np.isfinite(resident).all():
            return self.missing(run.resources.about.system_note if run.resources.about else "")
        return self.found(float(resident.max()) / 1e6, run)
