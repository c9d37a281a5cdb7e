"""What a recorded step costs in memory: under 64 bytes, with all room kept for growth."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from core.measure.step_log import StepLog
from core.model.events import EpochBegan, Event, StepsTaken
from core.model.measured.samples import SampleBuffer
from core.model.recording import Recording
from tests.builders import run_of

MOST_BYTES = 64
STEPS = 120_000


def packet(first: int, count: int) -> StepsTaken:
    asked_s = 0.01 * (first + np.arange(count))
    times_s = np.stack([asked_s, asked_s + 0.003, asked_s + 0.009], axis=1)
    return StepsTaken(times_s, np.full(count, 32, np.int64), 1.0 / (1 + first))


def record(recording: Recording, steps: int, a_packet: int) -> None:
    recording.handle(EpochBegan(0))
    for first in range(0, steps, a_packet):
        recording.handle(packet(first, a_packet))


@pytest.mark.parametrize("a_packet", [1, 12, 100])
def test_a_recorded_step_takes_under_64_bytes_at_any_moment(a_packet: int) -> None:
    # With one step in a packet a reading of the loss comes with every step: the worst case.
    buffer, most = SampleBuffer(), 0.0
    for first in range(0, 30_000, a_packet):
        event = packet(first, a_packet)
        buffer.add_steps(event.times_s, event.examples)
        buffer.add_loss(len(buffer), 1.0)
        if len(buffer) > 8_000:
            most = max(most, buffer.nbytes / len(buffer))
    assert 32 <= most < MOST_BYTES


def test_what_a_long_run_really_allocates_is_under_64_bytes_a_step() -> None:
    recording = Recording(run_of())
    tracemalloc.start()
    try:
        record(recording, STEPS, a_packet=12)
        run = recording.run()
        # The peak holds the old columns beside the new ones where they were last moved.
        allocated, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert run.samples.steps == STEPS
    assert allocated / STEPS < MOST_BYTES
    assert peak / STEPS < MOST_BYTES


def test_the_step_log_keeps_no_step_that_it_has_passed_on() -> None:
    log = StepLog(lambda event: None)
    tracemalloc.start()
    try:
        for step in range(20_000):
            now_s = log.origin_s + 0.02 * step
            log.add((now_s, now_s + 0.005, now_s + 0.015, 32.0), {"loss": 1.0})
        allocated, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert log.steps == 20_000
    assert allocated / log.steps < 1


def test_packets_hold_their_steps_in_under_64_bytes_each_while_they_wait() -> None:
    waiting: list[Event] = []
    log = StepLog(waiting.append)
    for step in range(5_000):
        now_s = log.origin_s + 0.0005 * step
        log.add((now_s, now_s + 0.0001, now_s + 0.0004, 32.0), {"loss": 1.0})
    log.flush()
    packets = [event for event in waiting if isinstance(event, StepsTaken)]
    held = sum(one.times_s.nbytes + one.examples.nbytes for one in packets)
    assert sum(len(one.examples) for one in packets) == 5_000
    assert held / 5_000 < MOST_BYTES
