"""How much a run read from the disk."""

from __future__ import annotations

import math
from typing import ClassVar

from core.metrics.metric import Better, Metric
from core.metrics.resource_use import steady_rate, why_no_rate
from core.model.quantity import Quantity, Source
from core.model.run import Run


class DiskRead(Metric):
    """Bytes read from the disk a second, in the steady part."""

    key: ClassVar[str] = "disk_read_mb_per_s"
    label: ClassVar[str] = "read from disk"
    unit: ClassVar[str] = "MB/s"
    better: ClassVar[Better] = Better.LOWER
    source: ClassVar[Source] = Source.SYSTEM
    help: ClassVar[str] = (
        "Bytes that the process had read from the disk, a second, in the steady part (1 MB is a "
        "million bytes). What comes from the file cache in memory does not count on Linux, so a "
        "second epoch over small data reads 0."
    )

    def measured(self, run: Run) -> Quantity:
        """See the base class."""
        why = why_no_rate(run)
        if why:
            return self.missing(why)
        mb_per_s = steady_rate(run, "read_bytes") / 1e6
        about = run.resources.about
        if not math.isfinite(mb_per_s):
            return self.missing(about.disk_note if about else "")
        return self.found(mb_per_s, run)
