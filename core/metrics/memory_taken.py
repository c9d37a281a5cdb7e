"""How much memory a run took beyond what its process held before."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from core.metrics.metric import Better, Metric
from core.metrics.resource_use import NOTHING_READ
from core.model.quantity import Quantity, Source
from core.model.run import Run


class MemoryTaken(Metric):
    """Peak of resident memory over what was resident as ``fit`` began."""

    key: ClassVar[str] = "memory_taken_mb"
    label: ClassVar[str] = "memory taken"
    unit: ClassVar[str] = "MB"
    better: ClassVar[Better] = Better.LOWER
    source: ClassVar[Source] = Source.SYSTEM
    help: ClassVar[str] = (
        "Most resident memory of the process while fit ran, over what it held as fit began (1 MB "
        "is a million bytes): buffers, caches, batches, and processes for Python functions. What "
        "earlier runs left behind does not count; the first run of a process also loads what later "
        "ones find there."
    )

    def measured(self, run: Run) -> Quantity:
        """See the base class."""
        resident = run.resources.column("resident_bytes")
        if len(resident) == 0:
            return self.missing(NOTHING_READ)
        if not np.isfinite(resident).all():
            return self.missing(run.resources.about.system_note if run.resources.about else "")
        return self.found(float(resident.max() - resident[0]) / 1e6, run)
