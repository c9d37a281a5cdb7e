"""The plots over the course of a run, from top to bottom."""

from __future__ import annotations

from gui.plots.cpu_plot import CpuPlot
from gui.plots.disk_plot import DiskPlot
from gui.plots.gpu_plot import GpuPlot
from gui.plots.idle_plot import IdlePlot
from gui.plots.loss_plot import LossPlot
from gui.plots.memory_plot import MemoryPlot
from gui.plots.plot import Plot
from gui.plots.throughput_plot import ThroughputPlot

PLOTS: tuple[Plot, ...] = (IdlePlot(), ThroughputPlot(), LossPlot())
"""Always shown."""

ON_DEMAND: tuple[Plot, ...] = (GpuPlot(), CpuPlot(), MemoryPlot(), DiskPlot())
"""Below them, where they are asked for."""
