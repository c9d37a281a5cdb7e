"""Readings of the machine come in order, from one thread, with a first and a last one."""

from __future__ import annotations

import math
import multiprocessing
import threading
import time

import psutil
import pytest

from core.measure import resource_sampler
from core.measure.gpus import GpuProbe
from core.measure.resource_sampler import ResourceSampler
from core.measure.workers_read import WorkersRead, started_pids
from core.model.events import Event, ResourcesDescribed, ResourcesSampled
from core.model.measured.resources import GpuReading, ResourceReading
from core.process_pool.pool import WorkerPool


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


def readings(events: list[Event]) -> list[ResourceReading]:
    rows = [
        row
        for event in events
        if isinstance(event, ResourcesSampled)
        for row in event.rows.tolist()
    ]
    return [
        ResourceReading(
            *row[:6], tuple(GpuReading(*row[at : at + 3]) for at in range(6, len(row), 3))
        )
        for row in rows
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
    assert [reading.gpus[0].busy_percent for reading in readings(events)][:4] == pytest.approx(
        [50.0] * 4
    )


def test_readings_end_when_the_run_fails() -> None:
    events: list[Event] = []
    with (
        pytest.raises(ValueError, match="broken"),
        ResourceSampler("cpu", time.perf_counter(), events.append, period_s=60.0),
    ):
        raise ValueError("broken")
    assert len(readings(events)) == 2


class SilentGpus(RecordedGpus):
    """A driver that does not answer any more after so many readings, until the test is over."""

    def __init__(self, readings: int) -> None:
        super().__init__(readings)
        self.answers = threading.Event()

    def read(self) -> tuple[GpuReading, ...]:
        if self._left <= 0:
            self.enough.set()
            self.answers.wait(60)
        return super().read()


@pytest.mark.parametrize("before", [0, 3])
def test_a_gpu_that_hangs_holds_up_neither_the_run_nor_other_readings(before: int) -> None:
    events: list[Event] = []
    gpus = SilentGpus(before)
    sampler = ResourceSampler(
        "gpu:0", time.perf_counter(), events.append, gpus, 0.001, patience_s=0.02
    )
    with sampler:
        assert gpus.enough.wait(10)
        # Until others were read again, that the GPU is silent is known.
        while len(readings(events)) < before + 3:
            sampler.pass_on()
    found = readings(events)
    assert [one.gpus[0].busy_percent for one in found[:before]] == [50.0] * before
    assert all(math.isnan(one.gpus[0].busy_percent) for one in found[before:])
    assert found[-1].process_cpu_s >= found[0].process_cpu_s > 0
    last = [event.about for event in events if isinstance(event, ResourcesDescribed)][-1]
    assert last.gpus == ("recorded GPU",)
    assert last.gpu_note == "NVML did not answer within 0.02 s"
    assert not gpus.closed
    gpus.answers.set()
    for thread in threading.enumerate():
        if thread.name == "driver":
            thread.join(10)


def test_a_driver_that_does_not_even_open_is_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()
    monkeypatch.setattr(resource_sampler, "GpuProbe", lambda device: answers.wait(60))
    events: list[Event] = []
    with ResourceSampler(
        "gpu:0", time.perf_counter(), events.append, period_s=60.0, patience_s=0.02
    ):
        pass
    (about,) = [event.about for event in events if isinstance(event, ResourcesDescribed)]
    assert about.gpus == ()
    assert about.gpu_note == "NVML did not answer within 0.02 s"
    assert [reading.gpus for reading in readings(events)] == [(), ()]
    answers.set()
    for thread in threading.enumerate():
        if thread.name == "driver":
            thread.join(10)


def test_what_worker_processes_take_belongs_to_the_run() -> None:
    pool = WorkerPool(1)
    try:
        block: list[bytes] = []

        def work(count: int) -> int:
            # Far more than what this process gives back or takes meanwhile.
            block[:] = [b"x" * 300_000_000]
            return sum(range(int(count)))

        burn = pool.function(work)
        pool.start()
        burn(1)
        events: list[Event] = []
        with ResourceSampler(
            "cpu", time.perf_counter(), events.append, period_s=60.0, workers=pool.pids
        ):
            burn(20_000_000)
            worker = psutil.Process(pool.pids()[0])
            times = worker.cpu_times()
            worker_cpu_s, resident_bytes = times.user + times.system, worker.memory_info().rss
    finally:
        pool.close()
    own = psutil.Process().memory_info().rss
    first, last = readings(events)
    assert last.process_cpu_s - time.process_time() > 0.9 * worker_cpu_s - 0.1
    assert last.process_cpu_s > first.process_cpu_s
    # Held since before fit began, and yet taken by this run.
    assert last.resident_bytes - first.resident_bytes > 0.5 * resident_bytes
    assert first.resident_bytes < 1.2 * own


def test_processes_that_a_script_starts_by_itself_are_workers_until_it_joins_them() -> None:
    before = started_pids()
    process = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,))
    process.start()
    try:
        assert set(started_pids()) == {*before, process.pid}
    finally:
        process.kill()
        process.join()
    assert process.pid not in started_pids()


def test_what_a_worker_took_that_ended_stays_in_the_sums() -> None:
    pids = [psutil.Process().pid]
    read = WorkersRead(lambda: pids)
    there = read.read()
    pids.clear()
    assert there.resident_bytes > 0
    gone = read.read()
    assert gone.cpu_s == there.cpu_s
    assert gone.resident_bytes == 0
