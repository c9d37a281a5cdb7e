"""Readings of the machine come in order, from one thread, with a first and a last one."""

from __future__ import annotations

import threading
import time

import psutil
import pytest

from core.measure.gpus import GpuProbe
from core.measure.resource_sampler import ResourceSampler
from core.model.events import Event, ResourcesDescribed, ResourcesSampled
from core.model.resources import GpuReading


class RecordedGpus(GpuProbe):
    """Stands for NVML: one GPU, whose driver fails after so many readings."""

    def __init__(self, readings: int) -> None:
        self.names, self.note = ("recorded GPU",), ""
        self._left = readings
        self.closed = False
        self.enough = threading.Event()

    def read(self) -> tuple[GpuReading, ...]:
        self._left -= 1
        if self._left < 0:
            self.note = "NVML stopped answering (recorded)"
            self.enough.set()
            return (GpuReading(float("nan"), 0.0, 0.0),)
        return (GpuReading(50.0, 1e9, 100.0),)

    def close(self) -> None:
        self.closed = True


def readings(events: list[Event]) -> list:
    return [
        one for event in events if isinstance(event, ResourcesSampled) for one in event.readings
    ]


def test_a_run_has_a_reading_at_its_beginning_and_one_at_its_end() -> None:
    events: list[Event] = []
    with ResourceSampler("cpu", time.perf_counter(), events.append, period_s=60.0):
        sum(range(3_000_000))
    assert isinstance(events[0], ResourcesDescribed)
    first, last = readings(events)
    assert last.at_s > first.at_s >= 0
    assert last.process_cpu_s > first.process_cpu_s
    assert last.machine_busy_s >= first.machine_busy_s
    assert 0 < last.resident_bytes < events[0].about.limit_bytes
    assert events[0].about.cores == len(psutil.Process().cpu_affinity())


def test_events_are_sent_by_the_thread_that_asks_for_them() -> None:
    senders = set()
    gpus = RecordedGpus(3)
    with ResourceSampler(
        "gpu:0", time.perf_counter(), lambda _: senders.add(threading.current_thread()), gpus, 0.001
    ) as sampler:
        assert gpus.enough.wait(10)
        sampler.pass_on()
    assert senders == {threading.current_thread()}
    assert gpus.closed


def test_a_gpu_that_fails_halfway_keeps_its_readings_and_says_why_they_end() -> None:
    events: list[Event] = []
    gpus = RecordedGpus(4)
    with ResourceSampler("gpu:0", time.perf_counter(), events.append, gpus, 0.001):
        assert gpus.enough.wait(10)
    described = [event.about for event in events if isinstance(event, ResourcesDescribed)]
    assert described[0].gpu_note == ""
    assert described[-1].gpu_note == "NVML stopped answering (recorded)"
    assert [one.gpus[0].busy_percent for one in readings(events)][:4] == pytest.approx([50.0] * 4)


def test_readings_end_when_the_run_fails() -> None:
    events: list[Event] = []
    with (
        pytest.raises(ValueError, match="broken"),
        ResourceSampler("cpu", time.perf_counter(), events.append, period_s=60.0),
    ):
        raise ValueError("broken")
    assert len(readings(events)) == 2
