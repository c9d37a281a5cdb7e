"""Small, exact values to test with."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.metrics.catalogue import METRICS, metric
from core.model.chain import Chain, recorded
from core.model.errors import InputError
from core.model.events import (
    EnvironmentSeen,
    EpochBegan,
    EpochEnded,
    Event,
    Phase,
    PhaseStarted,
    ResourcesDescribed,
    ResourcesSampled,
    RunEnded,
    RunPrepared,
    StepsTaken,
)
from core.model.kinds import Value
from core.model.measured.ceilings import Ceilings
from core.model.measured.executed import PipelineReading
from core.model.measured.resources import (
    GpuReading,
    ResourceBuffer,
    ResourceReading,
    Resources,
    ResourcesAbout,
)
from core.model.measured.samples import Samples
from core.model.plan import RunPlan
from core.model.run import Failure, Label, PhaseTime, Prepared, Run, RunState
from core.model.settings import Settings
from core.pipeline.stages.batch import Batch
from core.pipeline.stages.cache import Cache
from core.pipeline.stages.fit import Fit
from core.pipeline.stages.options import Options
from core.pipeline.stages.prefetch import Prefetch
from core.pipeline.stages.process import Process
from core.pipeline.stages.repeat import Repeat
from core.pipeline.stages.shuffle import Shuffle
from core.pipeline.stages.source import SourceStage
from core.workloads.catalogue import workload as workload_named

THROUGHPUT = metric("throughput_examples_per_s")


def small_chain() -> Chain:
    """A chain whose stages need no function and no data."""
    return Chain(
        (
            SourceStage(),
            Cache(beside_map=False),
            Shuffle(),
            Batch(),
            Repeat(),
            Prefetch(),
            Options(),
            Process(),
            Fit(),
        )
    )


def even_samples(
    steps: int = 40,
    epochs: int = 2,
    *,
    wait_s: float = 0.03,
    busy_s: float = 0.01,
    host_s: float = 0.005,
    turnaround_s: float = 0.1,
    batch: int = 32,
) -> Samples:
    """Steps that are all alike, in epochs of the same length."""
    starts = np.linspace(0, steps, epochs, endpoint=False).astype(np.int64)
    gaps = np.full(steps, host_s)
    gaps[starts[1:] - 1] = turnaround_s
    asked = np.append(0.0, np.cumsum(wait_s + busy_s + gaps))[:steps]
    return Samples(
        asked_s=asked,
        ready_s=asked + wait_s,
        done_s=asked + wait_s + busy_s,
        examples=np.full(steps, batch, np.int64),
        epoch_starts=starts,
        loss_steps=np.append(starts[1:], steps).astype(np.int64),
        losses=np.linspace(2.0, 1.0, epochs),
    )


def random_samples(seed: int) -> Samples:
    """Steps and epochs of any length; every fourth duration is 0."""
    rng = np.random.default_rng(seed)
    steps = int(rng.integers(1, 400))
    # Of each step: host or turnaround before it, input wait, device busy.
    durations = rng.exponential(0.02, (steps, 3)) * (rng.random((steps, 3)) > 0.25)
    asked, ready, done = rng.random() + np.cumsum(durations).reshape(steps, 3).T
    epochs = int(rng.integers(1, 6))
    later = np.sort(rng.integers(0, steps + 1, epochs - 1))
    return Samples(
        asked_s=asked,
        ready_s=ready,
        done_s=done,
        examples=rng.integers(1, 65, steps),
        epoch_starts=np.append(0, later).astype(np.int64),
        loss_steps=np.array([steps], np.int64),
        losses=np.array([rng.random()]),
    )


def resource_events(
    until_s: float = 5.0, gpus: tuple[str, ...] = (), period_s: float = 0.1
) -> list[Event]:
    """Readings of a machine of 2 cores: 1.2 busy with this process and 1.4 in all, 50 MB/s read.

    Each GPU is busy for 30 % and takes 150 W.
    """
    about = ResourcesAbout(2, 8e9, gpus, "" if gpus else "no NVIDIA GPU")
    readings = tuple(
        ResourceReading(
            at_s=at_s,
            process_cpu_s=5 + 1.2 * at_s,
            machine_busy_s=90 + 1.4 * at_s,
            resident_bytes=1e9 + 1e6 * at_s,
            available_bytes=4e9,
            read_bytes=5e7 * at_s,
            gpus=tuple(GpuReading(30.0, 2e9, 150.0) for _ in gpus),
        )
        for at_s in map(float, np.arange(0, until_s, period_s))
    )
    return [
        ResourcesDescribed(about),
        ResourcesSampled(np.array([reading.row() for reading in readings])),
    ]


@functools.cache
def recorded_resources(until_s: float = 5.0, gpus: tuple[str, ...] = ()) -> Resources:
    """The same, as a run keeps it."""
    buffer = ResourceBuffer()
    described, sampled = resource_events(until_s, gpus)
    assert isinstance(described, ResourcesDescribed)
    assert isinstance(sampled, ResourcesSampled)
    buffer.describe(described.about)
    for row in sampled.rows:
        buffer.add(row)
    resources = buffer.resources()
    # All tests share it.
    resources.rows.flags.writeable = False
    return resources


def prepared(**changes: object) -> Prepared:
    """What is known of a run of 2 epochs, its first 10 steps being warm-up."""
    fields: dict[str, object] = {
        "epochs": 2,
        "steps_per_epoch": 20,
        "warm_up_steps": 10,
        "warm_up_epochs": 0,
        "element_spec": "TensorSpec(shape=(None, 32, 32, 3), dtype=tf.float32)",
        "parameters": 1234,
    }
    return Prepared(**{**fields, **changes})  # type: ignore[arg-type]


def known_settings(name: str, values: Mapping[str, Value]) -> Settings:
    """Settings as a session has them: they know their stages if their workload is known."""
    try:
        return recorded(values).under(workload_named(name).chain)
    except InputError:
        return recorded(values)


def run_of(
    samples: Samples | None = None,
    *,
    number: int = 1,
    workload: str = "in_memory",
    values: dict[str, Value] | None = None,
    state: RunState = RunState.DONE,
    emulations: tuple[str, ...] = (),
    failure: Failure | None = None,
    label: Label | None = None,
    run_id: str = "",
    ceilings: Ceilings | None = None,
) -> Run:
    """A run that is over."""
    everything = {"fit.device": "cpu", "batch.batch_size": 32, **(values or {})}
    plan = RunPlan(
        workload, known_settings(workload, everything), "/data", run_id or f"id-{number}"
    )
    return Run(
        plan=plan,
        number=number,
        created=f"2026-01-02T03:04:{number % 60:02d}.000+00:00",
        state=state,
        environment={"python": "3.11.7", "cores": 2},
        prepared=prepared(emulations=emulations),
        samples=even_samples() if samples is None else samples,
        resources=recorded_resources(),
        ceilings=ceilings,
        epoch_losses=(2.0, None, 1.25),
        phases=(PhaseTime("tracing", 0.5), PhaseTime("training", 1.5)),
        fit_wall_s=3.25,
        time_to_first_batch_s=0.125,
        failure=failure,
        label=label or Label(),
    )


def with_throughput(run: Run, examples_per_s: float) -> Run:
    """The run with this throughput and no other figure, as a summary on disk would have it."""
    missing = {one.key: one.missing("only the throughput is given") for one in METRICS}
    found = THROUGHPUT.found(examples_per_s, run)
    return replace(run, figures={**missing, THROUGHPUT.key: found})


def with_readings(run: Run, gap_s: float, every: int = 20) -> Run:
    """The run with a reading of its pipeline after each so many steps, all gaps alike."""
    epochs = run.samples.epoch_starts
    readings = []
    before = -1
    for last in range(every - 1, run.samples.steps, every):
        # The first request of an epoch's iterator has no gap before it.
        began = int(epochs[np.searchsorted(epochs, last, side="right") - 1])
        gaps = last - max(before, began)
        readings.append(
            PipelineReading(float(run.samples.done_s[last]), (), gaps, gap_s if gaps else None)
        )
        before = last
    return replace(run, pipeline=tuple(readings))


def events_of(
    samples: Samples,
    ending: RunEnded | None = None,
    *,
    losses: Sequence[float] = (2.0, 1.5),
    emulations: tuple[str, ...] = (),
) -> list[Event]:
    """What ``fit`` would have said while these samples were taken, one packet an epoch."""
    events: list[Event] = [
        PhaseStarted(Phase.LOADING_TENSORFLOW, 0.0),
        EnvironmentSeen({"python": "3.11.7"}),
        PhaseStarted(Phase.BUILDING, 1.0),
        RunPrepared(prepared(epochs=len(samples.epoch_starts), emulations=emulations)),
        PhaseStarted(Phase.TRAINING, 2.0),
    ]
    stops = (*samples.epoch_starts[1:], samples.steps)
    for epoch, (start, stop) in enumerate(zip(samples.epoch_starts, stops, strict=True)):
        columns = (samples.asked_s, samples.ready_s, samples.done_s)
        times = np.stack([column[start:stop] for column in columns], axis=1)
        loss = losses[min(epoch, len(losses) - 1)]
        events += [
            EpochBegan(epoch),
            StepsTaken(times, samples.examples[start:stop], loss),
            EpochEnded(epoch, loss),
        ]
    events.append(ending or RunEnded(RunState.DONE, None, 3.25, 0.125))
    return events


def scripted_fit(
    events: Sequence[Event],
) -> Callable[[RunPlan, Callable[[Event], None], Callable[[], bool]], None]:
    """Stands for ``core.measure.fit.fit``: says these events and trains nothing."""

    def fit(plan: RunPlan, emit: Callable[[Event], None], cancelled: Callable[[], bool]) -> None:
        for event in events:
            emit(event)

    return fit


def assert_same_samples(found: Samples, expected: Samples) -> None:
    """Every array is the same, in values and in type."""
    for name in Samples.__dataclass_fields__:
        ours, theirs = getattr(found, name), getattr(expected, name)
        assert ours.dtype == theirs.dtype, name
        np.testing.assert_array_equal(ours, theirs, err_msg=name)
