"""What the device lines of a trace say: when a GPU was at work, and when it starved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.model.measured.samples import FloatArray
from core.timeline.capture import Capture, Track
from core.timeline.steps import Steps

_STARVED_S, _STARVED_SHARE = 0.001, 0.1


@dataclass(frozen=True)
class Starved:
    """A gap in which no kernel ran.

    Attributes:
        start_s: When it began, in seconds since the trace began.
        end_s: When it ended.
        step: Number of the step that it began in; None outside of any.
        input_wait_s: How much of it the training waited for input, in seconds.
    """

    start_s: float
    end_s: float
    step: int | None
    input_wait_s: float


@dataclass(frozen=True)
class DeviceUse:
    """One device over the steps of a trace.

    Attributes:
        device: Its name in the trace.
        wall_s: From the first step's begin to the last one's end, or to the end of the kernels that
            it left queued, in seconds.
        queued_s: How much of that lies behind the last step: the host ran so far ahead.
        busy_s: Union of the times of all kernels in it.
        copy_s: Union of the times of all copies in it.
        overlapped_s: How much of the copies took place while kernels ran.
        busy_per_step: Share of each step in which a kernel ran, 0 to 1.
        idle_in_wait_s: How much of the idle time the training waited for input.
        starved: The first long gap; None for none.
    """

    device: str
    wall_s: float
    queued_s: float
    busy_s: float
    copy_s: float
    overlapped_s: float
    busy_per_step: tuple[float, ...]
    idle_in_wait_s: float
    starved: Starved | None

    @property
    def idle_percent(self) -> float:
        """Share of the time in which no kernel ran, in percent."""
        return 100.0 * (1.0 - self.busy_s / self.wall_s)

    @property
    def idle_in_wait_percent(self) -> float:
        """Share of the time in which no kernel ran and input was waited for, in percent."""
        return 100.0 * self.idle_in_wait_s / self.wall_s


def device_uses(capture: Capture, steps: Steps) -> tuple[DeviceUse, ...]:
    """What each device did; empty where the trace has none.

    Without steps, the time from the first kernel to the last one counts.
    """
    names = dict.fromkeys(track.process for track in capture.devices)
    uses = (_use(capture, steps, name) for name in names)
    return tuple(use for use in uses if use is not None)


def _use(capture: Capture, steps: Steps, name: str) -> DeviceUse | None:
    tracks = [track for track in capture.devices if track.process == name]
    kernels = union([_spans(capture, track, copies=False) for track in tracks])
    copies = union([_spans(capture, track, copies=True) for track in tracks])
    if not len(kernels):
        return None
    begin_s, end_s = (
        (steps.all[0].start_s, steps.all[-1].end_s)
        if steps.all
        else (float(kernels[0, 0]), float(kernels[-1, 1]))
    )
    # A program that waits for no result queues kernels, which run when its last step is over.
    queued_s = max(float(kernels[-1, 1]) - end_s, 0.0)
    end_s += queued_s
    if end_s <= begin_s:
        return None
    whole = np.array([[begin_s, end_s]])
    waits = union(
        [
            np.array([[request.asked_s, request.ready_s]])
            for step in steps.all
            for request in step.requests
        ]
    )
    idle = _without(whole, kernels)
    per_step = tuple(
        _seconds(common(kernels, np.array([[step.start_s, step.end_s]]))) / step.took_s
        for step in steps.all
        if step.took_s > 0
    )
    inside = common(copies, whole)
    return DeviceUse(
        name,
        end_s - begin_s,
        queued_s,
        _seconds(common(kernels, whole)),
        _seconds(inside),
        _seconds(common(inside, kernels)),
        per_step,
        _seconds(common(idle, waits)),
        _starved(idle, waits, steps, end_s - begin_s),
    )


def _starved(idle: FloatArray, waits: FloatArray, steps: Steps, wall_s: float) -> Starved | None:
    count = max(len(steps.all), 1)
    least_s = max(_STARVED_S, _STARVED_SHARE * wall_s / count)
    for start_s, end_s in idle.tolist():
        if end_s - start_s >= least_s:
            step = next((s.number for s in steps.all if s.start_s <= start_s < s.end_s), None)
            waited_s = _seconds(common(np.array([[start_s, end_s]]), waits))
            return Starved(start_s, end_s, step, waited_s)
    return None


def _spans(capture: Capture, track: Track, *, copies: bool) -> FloatArray:
    chosen = np.asarray(capture.is_copy, bool)[track.name_index] == copies
    spans: FloatArray = np.stack([track.start_s[chosen], track.end_s[chosen]], axis=1)
    return spans


def union(spans: list[FloatArray]) -> FloatArray:
    """Stretches of time, each shape ``(n, 2)``, as few as can be that cover the same time."""
    every = np.concatenate(spans) if spans else np.empty((0, 2))
    every = every[every[:, 1] > every[:, 0]]
    if not len(every):
        return np.empty((0, 2))
    every = every[np.argsort(every[:, 0])]
    ends = np.maximum.accumulate(every[:, 1])
    begins = np.flatnonzero(np.append(True, every[1:, 0] > ends[:-1]))
    lasts = np.append(begins[1:] - 1, len(every) - 1)
    joined: FloatArray = np.stack([every[begins, 0], ends[lasts]], axis=1)
    return joined


def common(first: FloatArray, second: FloatArray) -> FloatArray:
    """What two unions have in common."""
    if not len(first) or not len(second):
        return np.empty((0, 2))
    edges = np.unique(np.concatenate([first.ravel(), second.ravel()]))
    starts, ends = edges[:-1], edges[1:]
    inside = _covers(first, starts) & _covers(second, starts)
    return union([np.stack([starts[inside], ends[inside]], axis=1)])


def _covers(spans: FloatArray, at_s: FloatArray) -> NDArray[np.bool_]:
    place = np.searchsorted(spans[:, 0], at_s, side="right") - 1
    covered: NDArray[np.bool_] = (place >= 0) & (at_s < spans[np.maximum(place, 0), 1])
    return covered


def _without(whole: FloatArray, spans: FloatArray) -> FloatArray:
    """What is left of one stretch."""
    inside = common(whole, spans)
    edges = np.concatenate([whole[0, :1], inside.ravel(), whole[0, 1:]]).reshape(-1, 2)
    rest: FloatArray = edges[edges[:, 1] > edges[:, 0]]
    return rest


def _seconds(spans: FloatArray) -> float:
    return float((spans[:, 1] - spans[:, 0]).sum())
