"""How much of the processor a run took."""

from __future__ import annotations

from typing import ClassVar

from core.metrics.metric import Better, Metric
from core.metrics.resource_use import steady_rate, why_no_rate
from core.model.quantity import Quantity, Source
from core.model.run import Run


class CpuInUse(Metric):
    """CPU time of the process over wall time, in the steady part."""

    key: ClassVar[str] = "cpu_in_use_cores"
    label: ClassVar[str] = "CPU in use"
    unit: ClassVar[str] = "cores"
    better: ClassVar[Better] = Better.LOWER
    source: ClassVar[Source] = Source.SYSTEM
    help: ClassVar[str] = (
        "CPU time of the whole process (training, pipeline and window) and of processes for Python "
        "functions over wall time, in the steady part: 1.5 is one and a half cores. Parallel "
        "stages raise it."
    )

    def measured(self, run: Run) -> Quantity:
        """See the base class."""
        why = why_no_rate(run)
        return self.missing(why) if why else self.found(steady_rate(run, "process_cpu_s"), run)
