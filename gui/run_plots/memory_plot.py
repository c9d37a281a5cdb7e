"""How much memory runs took."""

from __future__ import annotations

from typing import ClassVar

from core.metrics.peak_memory import PeakMemory
from core.metrics.resource_use import picked
from core.model.measured.resources import Resources
from core.model.measured.samples import FloatArray
from core.model.run import Run
from gui.run_plots.headline_values import STEADY
from gui.run_plots.resource_plot import ResourcePlot


class MemoryPlot(ResourcePlot):
    """Resident memory of the process."""

    key: ClassVar[str] = "memory"
    title: ClassVar[str] = "memory (MB)"
    unit: ClassVar[str] = "MB"
    help: ClassVar[str] = (
        "Resident memory of this process, TensorFlow and the window included (1 MB is a million "
        "bytes). Caches, shuffle and prefetch buffers show as growth. Beside the value: the least "
        "that was still to be had."
    )
    metric = PeakMemory()

    def values(self, resources: Resources) -> tuple[FloatArray, FloatArray]:
        """See the base class."""
        chosen = picked(resources)
        return resources.at_s[chosen], resources.column("resident_bytes")[chosen] / 1e6

    def when(self, when: str) -> str:
        """A peak is one of the whole run."""
        return "peak" if when == STEADY else when

    def beside(self, run: Run) -> str:
        """What was left, of how much."""
        about = run.resources.about
        if about is None or len(run.resources) == 0:
            return ""
        left = float(run.resources.column("available_bytes").min())
        if left != left:
            return about.system_note
        return f"at least {left / 1e9:.1f} of {about.limit_bytes / 1e9:.1f} GB were left"
