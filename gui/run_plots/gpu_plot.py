"""How long GPUs sat idle, as NVML tells; the loop's device idle where there is none."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from core.metrics.gpu_idle import GpuIdle
from core.metrics.resource_use import picked
from core.metrics.x_axis import XAxis
from core.model.measured.resources import Resources
from core.model.measured.samples import FloatArray
from core.model.run import Run
from gui.run_plots.curve import CurvesInfo, binned, stepped
from gui.run_plots.headline_values import NO_RUN, no_step, present
from gui.run_plots.idle_plot import IdlePlot
from gui.run_plots.plot import Headline
from gui.run_plots.resource_plot import ResourcePlot


class GpuPlot(ResourcePlot):
    """GPU idle in percent."""

    key: ClassVar[str] = "gpu"
    title: ClassVar[str] = "GPU idle (%)"
    unit: ClassVar[str] = "%"
    help: ClassVar[str] = (
        "100 minus NVML's utilisation of the whole device, read ten times a second; the mean "
        "over the GPUs of a run. NVML counts a GPU as busy while any kernel runs on it. A run "
        "without a GPU shows the device idle time of the loop instead, and says so."
    )
    metric = GpuIdle()

    def values(self, resources: Resources) -> tuple[FloatArray, FloatArray]:
        """Means over the stretch since the reading drawn before, and over the GPUs."""
        gpus = len(resources.about.gpus) if resources.about else 0
        if not gpus:
            return np.empty(0), np.empty(0)
        idle = 100.0 - np.mean([resources.gpu(index)[0] for index in range(gpus)], axis=0)
        step = picked(resources).step
        starts = np.arange(0, len(idle), step)
        known = np.isfinite(idle)
        counted = np.add.reduceat(known, starts)
        sums = np.add.reduceat(np.where(known, idle, 0.0), starts)
        means = np.where(counted > 0, sums / np.maximum(counted, 1), np.nan)
        return resources.at_s[starts], means

    def headline(self, focus: Run | None) -> Headline:
        """NVML's figure, or the loop's with the reason why it stands there."""
        if focus is None or focus.samples.steps == 0:
            return NO_RUN if focus is None else no_step(focus)
        if _has_gpu(focus) or focus.plan.device.startswith("gpu"):
            return super().headline(focus)
        about = focus.resources.about
        why = about.gpu_note.partition(" (")[0] if about else "NVML was not read"
        of_loop = IdlePlot().headline(focus)
        if present(focus) is None:
            return of_loop
        return Headline(of_loop.value, f"{why}: device idle of the loop", of_loop.source)

    def beside(self, run: Run) -> str:
        """Memory and power of each GPU, the means of what was read, and why that ended early."""
        about = run.resources.about
        parts = []
        for index, name in enumerate(about.gpus if about else ()):
            _, memory, power = run.resources.gpu(index)
            texts = [name]
            if np.isfinite(memory).any():
                texts.append(f"{np.nanmax(memory) / 1e9:.1f} GB at most")
            if np.isfinite(power).any():
                texts.append(f"{np.nanmean(power):.0f} W")
            parts.append(" · ".join(texts))
        if about and about.gpu_note:
            parts.append(about.gpu_note)
        return " · ".join(parts)

    def y_range(self, info: CurvesInfo, x_min: float, x_max: float) -> tuple[float, float]:
        """Always all of it, so that heights compare at a glance."""
        return 0.0, 100.0

    def _line(self, run: Run, x_axis: XAxis) -> tuple[FloatArray, FloatArray]:
        if _has_gpu(run) or run.plan.device.startswith("gpu"):
            return super()._line(run, x_axis)
        bins = binned(run, x_axis)
        return stepped(bins.edges, bins.series.idle_percent)


def _has_gpu(run: Run) -> bool:
    return bool(run.resources.about and run.resources.about.gpus)
