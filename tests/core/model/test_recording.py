"""A recording builds from events what the events say."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from core.model.chain import recorded
from core.model.errors import InputError
from core.model.events import (
    ClockJumped,
    EpochBegan,
    EpochEnded,
    Phase,
    PhaseStarted,
    Progressed,
    RunEnded,
    StepsTaken,
)
from core.model.measured.samples import MOST_JUMPS, ClockJump, SampleBuffer
from core.model.plan import RunPlan
from core.model.recording import Recording
from core.model.run import Failure, Label, Run, RunState
from tests.builders import assert_same_samples, even_samples, events_of, random_samples, run_of


def recording() -> Recording:
    return Recording(Run(RunPlan("in_memory", recorded({"fit.device": "cpu"}), "/data")))


@pytest.mark.parametrize("epochs", [1, 2, 5])
def test_the_run_holds_exactly_what_the_events_said(epochs: int) -> None:
    samples = even_samples(steps=2500, epochs=epochs)
    found = recording()
    for event in events_of(samples, losses=(2.0, 1.0)):
        found.handle(event)
    run = found.run()
    for name in ("asked_s", "ready_s", "done_s", "examples", "epoch_starts", "loss_steps"):
        np.testing.assert_array_equal(getattr(run.samples, name), getattr(samples, name))
    assert run.state is RunState.DONE
    assert run.epoch_losses == (2.0, *[1.0] * (epochs - 1))
    assert run.prepared is not None
    assert run.environment == {"python": "3.11.7"}
    assert [phase.phase for phase in run.phases] == [
        Phase.LOADING_TENSORFLOW, Phase.BUILDING, Phase.TRAINING,
    ]  # fmt: skip
    assert (run.fit_wall_s, run.time_to_first_batch_s) == (3.25, 0.125)


def test_it_knows_how_far_the_present_epoch_is() -> None:
    found = recording()
    packet = StepsTaken(np.zeros((3, 3)), np.ones(3, np.int64), None)
    for event in (EpochBegan(0), packet, packet, EpochBegan(1), packet):
        found.handle(event)
    assert (found.steps, found.epoch, found.steps_in_epoch) == (9, 1, 3)


def test_of_a_clock_that_never_rests_the_first_jumps_are_kept() -> None:
    found = recording()
    for step in range(10 * MOST_JUMPS):
        found.handle(ClockJumped(step, -0.5))
    assert found.run().clock_jumps == tuple(ClockJump(step, -0.5) for step in range(MOST_JUMPS))


def test_progress_belongs_to_the_phase_in_which_it_was_reported() -> None:
    found = recording()
    found.handle(PhaseStarted(Phase.MAKING_DATA, 0.0))
    found.handle(Progressed(0.5, "file 1 of 2"))
    text = found.progress.text if found.progress else ""
    assert text == "file 1 of 2"
    found.handle(PhaseStarted(Phase.BUILDING, 1.0))
    assert found.run().phases[-1].phase == Phase.BUILDING
    assert found.progress is None


def test_a_failed_run_keeps_what_was_measured_before() -> None:
    failure = Failure.of(InputError("A file is gone", remedy="Put it back.", details="trace"))
    found = recording()
    for event in events_of(even_samples(), RunEnded(RunState.FAILED, failure)):
        found.handle(event)
    run = found.run()
    assert run.state.over
    assert run.failure == failure
    assert run.failure.text() == "A file is gone. Put it back."
    assert run.samples.steps == 40


def test_a_run_taken_earlier_does_not_change_when_more_steps_come() -> None:
    found = recording()
    packet = StepsTaken(np.ones((700, 3)), np.ones(700, np.int64), 1.0)
    found.handle(packet)
    early = found.run()
    for _ in range(5):
        found.handle(packet)
    assert early.samples.steps == 700
    assert found.run().samples.steps == 4200


def test_a_name_given_while_it_runs_stays() -> None:
    found = recording()
    found.relabel(found.run().labelled(name="baseline", colour=3))
    for event in events_of(even_samples()):
        found.handle(event)
    assert found.run().label == Label(name="baseline", colour=3)


@pytest.mark.parametrize("event", events_of(even_samples(steps=4)), ids=lambda e: type(e).__name__)
def test_every_event_travels_to_another_process(event: object) -> None:
    assert type(pickle.loads(pickle.dumps(event))) is type(event)


def test_an_error_travels_with_all_its_parts() -> None:
    error = InputError("what", expected="expected", remedy="remedy", details="details")
    found = pickle.loads(pickle.dumps(error))
    assert type(found) is InputError
    assert vars(found) == vars(error)


@pytest.mark.parametrize("seed", range(5))
def test_a_buffer_gives_back_what_was_put_in_however_it_was_cut(seed: int) -> None:
    samples = random_samples(seed)
    rng = np.random.default_rng(seed)
    buffer = SampleBuffer()
    cuts = set(rng.integers(0, samples.steps + 1, 20).tolist()) | set(samples.epoch_starts)
    edges = sorted({0, samples.steps, *map(int, cuts)})
    starts = samples.epoch_starts.tolist()
    for start, stop in zip(edges, [*edges[1:], samples.steps], strict=True):
        for _ in range(starts.count(start)):
            buffer.begin_epoch()
        times = np.stack([samples.asked_s, samples.ready_s, samples.done_s], axis=1)
        buffer.add_steps(times[start:stop], samples.examples[start:stop])
    for step, loss in zip(samples.loss_steps, samples.losses, strict=True):
        buffer.add_loss(int(step), float(loss))
    assert_same_samples(buffer.samples(), samples)


def test_the_run_as_it_stands_is_the_same_until_something_is_new() -> None:
    found = recording()
    before = found.run()
    assert found.run() is before
    found.handle(EpochBegan(0))
    begun = found.run()
    assert begun is not before
    found.relabel(begun.labelled(name="mine"))
    assert found.run().name == "mine"


def test_epochs_and_phases_come_in_their_order_however_many_there_are() -> None:
    recording = Recording(run_of(number=1))
    before = recording.run().epoch_losses
    for epoch in range(30_000):
        recording.handle(EpochEnded(epoch, float(epoch)))
    assert recording.run().epoch_losses == (*before, *map(float, range(30_000)))
