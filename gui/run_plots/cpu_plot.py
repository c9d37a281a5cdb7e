"""How much of the processor runs took."""

from __future__ import annotations

from typing import ClassVar

from core.metrics.cpu_in_use import CpuInUse
from core.metrics.resource_use import rate, rates, steady_span_s
from core.model.measured.resources import Resources
from core.model.measured.samples import FloatArray
from core.model.quantity import significant
from core.model.run import Run
from gui.run_plots.resource_plot import ResourcePlot


class CpuPlot(ResourcePlot):
    """Cores that the process keeps busy."""

    key: ClassVar[str] = "cpu"
    title: ClassVar[str] = "CPU (cores)"
    unit: ClassVar[str] = "cores"
    help: ClassVar[str] = (
        "CPU time of this process over wall time: 1.5 is one and a half cores, with the window's "
        "own. Parallel map and interleave show as more cores. Beside the value: how many cores "
        "there are and how many of them the whole machine kept busy."
    )
    metric = CpuInUse()

    def values(self, resources: Resources) -> tuple[FloatArray, FloatArray]:
        """See the base class."""
        return rates(resources, "process_cpu_s")

    def beside(self, run: Run) -> str:
        """The cores there are, and what the whole machine did with them."""
        about, at_s = run.resources.about, run.resources.at_s
        if about is None or len(at_s) < 2:
            return ""
        span = steady_span_s(run) if run.state.over else (float(at_s[-1]) - 2.0, float(at_s[-1]))
        machine = rate(run.resources, "machine_busy_s", *(span or (0.0, 0.0)))
        if machine != machine:
            return f"of {about.cores} cores"
        return f"of {about.cores} cores · the whole machine {significant(machine, 2)}"
