"""How long the GPU sat idle, as NVML tells."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from core.metrics.metric import Better, Metric
from core.metrics.resource_use import NOTHING_READ, steady_span_s, within
from core.model.measured.samples import FloatArray
from core.model.quantity import Quantity, Source, significant
from core.model.run import Run

LEAST_READINGS = 5


class GpuIdle(Metric):
    """100 minus NVML's utilisation, the mean of the steady part."""

    key: ClassVar[str] = "gpu_idle_percent"
    label: ClassVar[str] = "GPU idle"
    unit: ClassVar[str] = "%"
    better: ClassVar[Better] = Better.LOWER
    source: ClassVar[Source] = Source.NVML
    help: ClassVar[str] = (
        "100 minus NVML's utilisation of the whole device, sampled ten times a second, the mean "
        "over the steady part and over the GPUs of the run. NVML counts a GPU as busy while any "
        "kernel runs on it, whoever started it."
    )

    def measured(self, run: Run) -> Quantity:
        """See the base class."""
        about, span = run.resources.about, steady_span_s(run)
        if about is None:
            return self.missing(NOTHING_READ)
        if not about.gpus:
            return self.missing(about.gpu_note)
        if span is None:
            return self.missing("too few steps after warm-up")
        seen = _busy(run, len(about.gpus), span)
        if min(len(array) for array in seen) < LEAST_READINGS:
            return self.missing(about.gpu_note or "the steady part is too short for NVML")
        return self.found(100.0 - float(np.mean([array.mean() for array in seen])), run)


def idle_of_each(run: Run) -> str:
    """How long each of several GPUs sat idle, in a sentence; empty where there are not several."""
    about, span = run.resources.about, steady_span_s(run)
    if about is None or span is None or len(about.gpus) < 2:
        return ""
    each = [
        f"GPU {index} ({name}) {significant(100.0 - float(busy.mean()))} %"
        for index, (name, busy) in enumerate(
            zip(about.gpus, _busy(run, len(about.gpus), span), strict=True)
        )
        if len(busy) >= LEAST_READINGS
    ]
    return f"GPU idle of each ({Source.NVML.value}): {', '.join(each)}." if each else ""


def _busy(run: Run, gpus: int, span: tuple[float, float]) -> list[FloatArray]:
    """Of each GPU, what share of the time it was busy at each reading, in percent."""
    return [within(run.resources, run.resources.gpu(index)[0], *span) for index in range(gpus)]
