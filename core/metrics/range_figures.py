"""Figures of a stretch of a run that a person selected: mean, median and 95th percentile.

The mean of a share or a rate is that of the stretch as a whole, by the same account as the figures
of the steady part; percentiles are over its single steps, or over readings. Warm-up and traced
steps count where they are selected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from core.metrics.accounting import account
from core.metrics.catalogue import metric
from core.metrics.metric import Metric, SteadyMetric
from core.metrics.resource_use import rate, rates, within
from core.metrics.x_axis import XRange
from core.model.measured.samples import FloatArray
from core.model.quantity import Quantity
from core.model.run import Run

OUTSIDE = "the run has no step there"
_TOO_FEW = "fewer than two readings fall into it"
_ON_GPU = "on a GPU the loop only sees steps being queued"

Stretch = tuple[int, int]
"""From which step to before which one."""
Summed = tuple[float, FloatArray]
"""The mean, and the single values that percentiles are over."""


@dataclass(frozen=True)
class RangeFigure:
    """One figure of a stretch of one run; all three are missing for the same reason."""

    mean: Quantity
    p50: Quantity
    p95: Quantity

    def numbers(self) -> str:
        """``612 · 640 · 700``: mean, median and 95th percentile; why not where there are none."""
        if self.mean.value is None:
            return self.mean.text()
        return " · ".join(quantity.number() for quantity in (self.mean, self.p50, self.p95))

    def text(self) -> str:
        """The same in words, with unit and source."""
        if self.mean.value is None:
            return self.mean.text()
        return (
            f"mean {self.mean.text()}, p50 {self.p50.number()}, p95 {self.p95.number()}\n"
            f"{self.mean.provenance()}"
        )


@dataclass(frozen=True)
class RangeKind:
    """What a figure of a stretch is of.

    Attributes:
        label: What tables call it, with the unit in brackets.
        metric: The figure of the whole run that it goes with: unit and source.
        sums: Works it out; a text says why it cannot.
    """

    label: str
    metric: Metric
    sums: Callable[[Run, Stretch], Summed | str]


def range_figure(run: Run, key: str, x_range: XRange) -> RangeFigure:
    """A figure of a stretch of a run.

    Args:
        run: The run.
        key: One of ``RANGE_KINDS``.
        x_range: The stretch.
    """
    kind, stretch = RANGE_KINDS[key], x_range.steps(run)
    summed = OUTSIDE if stretch is None else kind.sums(run, stretch)
    if not isinstance(summed, str) and not np.isfinite(summed[0]):
        summed = _TOO_FEW
    if isinstance(summed, str):
        missing = kind.metric.missing(summed)
        return RangeFigure(missing, missing, missing)
    mean, values = summed
    p50, p95 = np.percentile(values[np.isfinite(values)], (50, 95))
    return RangeFigure(*(kind.metric.found(float(value), run) for value in (mean, p50, p95)))


def _throughput(run: Run, stretch: Stretch) -> Summed | str:
    length_s = _lengths_s(run, stretch)
    return _of_steps(run, stretch, "throughput_examples_per_s", _taken(run, stretch) / length_s)


def _idle(run: Run, stretch: Stretch) -> Summed | str:
    if run.plan.device.startswith("gpu"):
        return _ON_GPU
    chosen, samples = slice(*stretch), run.samples
    busy_s = samples.done_s[chosen] - samples.ready_s[chosen]
    shares = 100.0 * (1.0 - busy_s / _lengths_s(run, stretch))
    return _of_steps(run, stretch, "device_idle_percent", shares)


def _of_steps(run: Run, stretch: Stretch, key: str, values: FloatArray) -> Summed | str:
    of_stretch, chosen = account(run.samples, *stretch), metric(key)
    assert isinstance(chosen, SteadyMetric)
    if of_stretch is None or of_stretch.wall_s <= 0:
        return OUTSIDE
    return chosen.value(of_stretch), values


def _lengths_s(run: Run, stretch: Stretch) -> FloatArray:
    """From each step's request to the next one's, the last to its end: they add up to the wall."""
    first, stop = stretch
    samples = run.samples
    edges = np.append(samples.asked_s[first:stop], samples.done_s[stop - 1])
    lengths: FloatArray = np.maximum(np.diff(edges), 1e-9)
    return lengths


def _taken(run: Run, stretch: Stretch) -> FloatArray:
    taken: FloatArray = run.samples.examples[slice(*stretch)].astype(float)
    return taken


def _loss(run: Run, stretch: Stretch) -> Summed | str:
    samples = run.samples
    # A reading stands at the number of steps that went by before it.
    first, stop = np.searchsorted(samples.loss_steps, stretch, side="right")
    values = samples.losses[first:stop]
    values = values[np.isfinite(values)]
    return (float(values.mean()), values) if len(values) else "the loss was not read in it"


def _span_s(run: Run, stretch: Stretch) -> tuple[float, float]:
    return float(run.samples.asked_s[stretch[0]]), float(run.samples.done_s[stretch[1] - 1])


def _counter(name: str, unit: float) -> Callable[[Run, Stretch], Summed | str]:
    """A counter of the machine: how much it grew a second."""

    def sums(run: Run, stretch: Stretch) -> Summed | str:
        begin_s, end_s = _span_s(run, stretch)
        if len(run.resources) < 2:
            return _TOO_FEW
        at_s, grown = rates(run.resources, name)
        values = grown[(at_s >= begin_s) & (at_s <= end_s)]
        if not np.isfinite(values).any():
            return _TOO_FEW
        return rate(run.resources, name, begin_s, end_s) / unit, values / unit

    return sums


def _memory(run: Run, stretch: Stretch) -> Summed | str:
    return _level(run, stretch, lambda: run.resources.column("resident_bytes") / 1e6)


def _gpu(run: Run, stretch: Stretch) -> Summed | str:
    about = run.resources.about
    if about is None or not about.gpus:
        return (about.gpu_note if about else "") or "NVML was not read"
    gpus = range(len(about.gpus))
    return _level(
        run,
        stretch,
        lambda: 100.0 - np.mean([run.resources.gpu(index)[0] for index in gpus], axis=0),
    )


def _level(run: Run, stretch: Stretch, column: Callable[[], FloatArray]) -> Summed | str:
    if len(run.resources) < 2:
        return _TOO_FEW
    values = within(run.resources, column(), *_span_s(run, stretch))
    return (float(values.mean()), values) if len(values) > 1 else _TOO_FEW


RANGE_KINDS: Mapping[str, RangeKind] = MappingProxyType(
    {
        "throughput": RangeKind(
            "throughput (examples/s)", metric("throughput_examples_per_s"), _throughput
        ),
        "device_idle": RangeKind("device idle (%)", metric("device_idle_percent"), _idle),
        "loss": RangeKind("loss", metric("final_loss"), _loss),
        "gpu": RangeKind("GPU idle (%)", metric("gpu_idle_percent"), _gpu),
        "cpu": RangeKind("CPU (cores)", metric("cpu_in_use_cores"), _counter("process_cpu_s", 1.0)),
        "memory": RangeKind("memory (MB)", metric("peak_memory_mb"), _memory),
        "disk": RangeKind(
            "disk read (MB/s)", metric("disk_read_mb_per_s"), _counter("read_bytes", 1e6)
        ),
    }
)
"""By the key of the plot over the course of runs that shows it."""

IN_TABLES = ("throughput", "device_idle", "loss")
"""Those that tables of runs show."""
