"""The plots over the course of a run, from top to bottom."""

from __future__ import annotations

from gui.plots.idle_plot import IdlePlot
from gui.plots.loss_plot import LossPlot
from gui.plots.plot import Plot
from gui.plots.throughput_plot import ThroughputPlot

PLOTS: tuple[Plot, ...] = (IdlePlot(), ThroughputPlot(), LossPlot())
