"""How much runs read from the disk."""

from __future__ import annotations

from typing import ClassVar

from core.metrics.disk_read import DiskRead
from core.metrics.resource_use import rates
from core.model.measured.resources import Resources
from core.model.measured.samples import FloatArray
from core.model.run import Run
from gui.run_plots.resource_plot import ResourcePlot


class DiskPlot(ResourcePlot):
    """Bytes read from the disk a second."""

    key: ClassVar[str] = "disk"
    title: ClassVar[str] = "read from disk (MB/s)"
    unit: ClassVar[str] = "MB/s"
    help: ClassVar[str] = (
        "What this process had read from the disk, a second (1 MB is a million bytes). On Linux "
        "what comes from the file cache in memory does not count: the first epoch reads, later "
        "ones may not."
    )
    metric = DiskRead()

    def values(self, resources: Resources) -> tuple[FloatArray, FloatArray]:
        """See the base class."""
        at_s, grown = rates(resources, "read_bytes")
        return at_s, grown / 1e6

    def beside(self, run: Run) -> str:
        """What the figure means on this system, where that is not plain."""
        about = run.resources.about
        return about.disk_note if about else ""
