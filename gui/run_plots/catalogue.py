"""The plots over the course of a run, from top to bottom."""

from __future__ import annotations

from gui.run_plots.cpu_plot import CpuPlot
from gui.run_plots.disk_plot import DiskPlot
from gui.run_plots.gpu_plot import GpuPlot
from gui.run_plots.idle_plot import IdlePlot
from gui.run_plots.loss_plot import LossPlot
from gui.run_plots.memory_plot import MemoryPlot
from gui.run_plots.plot import Plot
from gui.run_plots.throughput_plot import ThroughputPlot

PLOTS: tuple[Plot, ...] = (IdlePlot(), ThroughputPlot(), LossPlot())
"""Always shown."""

ON_DEMAND: tuple[Plot, ...] = (GpuPlot(), CpuPlot(), MemoryPlot(), DiskPlot())
"""Below them, where they are asked for."""
