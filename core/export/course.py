"""The course of a run as lines over its steps, for programs that draw training curves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from core.metrics.catalogue import METRICS
from core.metrics.resource_use import picked, rates
from core.metrics.series import series
from core.model.events import Phase
from core.model.measured.samples import FloatArray, IntArray
from core.model.quantity import Quantity, Source
from core.model.run import Run

_SHARES = ("input_wait_percent", "host_percent", "epoch_turnaround_percent")


@dataclass(frozen=True, eq=False)
class Line:
    """One quantity over the steps of a run; arrays of shape ``(points,)``.

    Attributes:
        key: What it is called; ends in its unit.
        source: Where the numbers come from, and what was emulated.
        steps: After how many steps.
        at_s: When, in seconds since fit began.
        values: Finite numbers.
    """

    key: str
    source: str
    steps: IntArray
    at_s: FloatArray
    values: FloatArray


def course(run: Run) -> tuple[Line, ...]:
    """What changed while the run trained, at most some hundred points a line."""
    samples = run.samples
    if samples.steps == 0:
        return ()
    bins = series(samples)
    loop = {
        "throughput_examples_per_s": bins.examples_per_s,
        "device_idle_percent": bins.idle_percent,
        **{name: getattr(bins, name) for name in _SHARES},
    }
    lines = [
        _line(run, f"course/{key}", Source.LOOP, bins.step, bins.end_s, values)
        for key, values in loop.items()
    ]
    read_at = np.clip(samples.loss_steps, 1, samples.steps)
    lines.append(
        _line(
            run, "course/loss", Source.KERAS, read_at, samples.done_s[read_at - 1], samples.losses
        )
    )
    return tuple(line for line in (*lines, *_machine(run)) if len(line.values))


def figures(run: Run) -> dict[str, Quantity]:
    """The measured figures of the run by their keys; what was not measured is not among them."""
    every = {f"figures/{metric.key}": metric.of(run) for metric in METRICS}
    return {
        key: quantity
        for key, quantity in every.items()
        if quantity.value is not None and np.isfinite(quantity.value)
    }


def fit_began(run: Run) -> float:
    """When ``model.fit`` began, in seconds since 1970; 0 where the run does not say when it was."""
    try:
        created = datetime.fromisoformat(run.created).timestamp()
    except ValueError:
        return 0.0
    # The phase of training begins as the first step is done.
    phases = (phase.at_s for phase in run.phases if phase.phase == Phase.TRAINING)
    at_s = next(phases, None)
    return created if at_s is None else created + at_s - float(run.samples.done_s[:1].sum())


def _machine(run: Run) -> list[Line]:
    """What was read of the machine beside the loop."""
    resources = run.resources
    if len(resources) < 2 or resources.about is None:
        return []
    chosen = picked(resources)
    at_s = resources.at_s[chosen]
    readings = {
        "cpu_in_use_cores": (Source.SYSTEM, *rates(resources, "process_cpu_s")),
        "memory_bytes": (Source.SYSTEM, at_s, resources.column("resident_bytes")[chosen]),
        "disk_read_bytes_per_s": (Source.SYSTEM, *rates(resources, "read_bytes")),
    }
    for index in range(len(resources.about.gpus)):
        names = ("busy_percent", "memory_bytes", "power_w")
        for name, column in zip(names, resources.gpu(index), strict=True):
            readings[f"gpu_{index}_{name}"] = (Source.NVML, at_s, column[chosen])
    lines = []
    for key, (source, when_s, values) in readings.items():
        steps = np.searchsorted(run.samples.done_s, when_s, side="right")
        lines.append(_line(run, f"machine/{key}", source, steps, when_s, values))
    return lines


def _line(
    run: Run, key: str, source: Source, steps: IntArray, at_s: FloatArray, values: FloatArray
) -> Line:
    known = np.isfinite(values)
    words = Quantity(None, "", source, emulated=run.emulations).provenance()
    return Line(key, words, steps[known], at_s[known], values[known])
