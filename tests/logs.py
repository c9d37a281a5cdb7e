"""Logs of runs that are made up, to fill folders with."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.folders import Folders
from core.model.events import (
    ClockJumped,
    DataSeen,
    EnvironmentSeen,
    EpochBegan,
    EpochEnded,
    Event,
    Phase,
    PhaseStarted,
    PipelineSampled,
    ResourcesDescribed,
    ResourcesSampled,
    RunEnded,
    RunPrepared,
    StepsTaken,
    StepsTraced,
)
from core.model.run import Run
from core.records.encode import encode
from core.records.entries import LOG_FORMAT, RunBegun
from core.store.append_log import frames_of, write_log
from core.store.run_log import log_path


def log_of_run(run: Run) -> bytes:
    """The log that a run that is over would have."""
    begun = RunBegun(LOG_FORMAT, run.number, run.created, run.plan, run.label)
    return frames_of([encode(begun), *map(encode, _events(run))])


def write_runs(folders: Folders, *runs: Run) -> None:
    """Write runs that are over into a folder that no program uses."""
    folders.make()
    folders.logs.mkdir(exist_ok=True)
    for run in runs:
        write_log(log_path(folders.logs, run.id), log_of_run(run), sync=False)


def _events(run: Run) -> Iterator[Event]:
    for phase in run.phases:
        yield PhaseStarted(Phase(phase.phase), phase.at_s)
    yield EnvironmentSeen(run.environment)
    if run.prepared is not None:
        yield RunPrepared(run.prepared)
    for jump in run.clock_jumps:
        yield ClockJumped(jump.step, jump.by_s)
    if run.tracing is not None:
        yield StepsTraced(run.tracing)
    yield from _steps(run)
    yield from (PipelineSampled(reading) for reading in run.pipeline)
    if run.resources.about is not None:
        yield ResourcesDescribed(run.resources.about)
        yield ResourcesSampled(run.resources.rows)
    if run.fingerprint is not None:
        yield DataSeen(run.fingerprint)
    for epoch, loss in enumerate(run.epoch_losses):
        yield EpochEnded(epoch, loss)
    yield RunEnded(run.state, run.failure, run.fit_wall_s, run.time_to_first_batch_s)


def _steps(run: Run) -> Iterator[Event]:
    samples = run.samples
    times_s = np.stack([samples.asked_s, samples.ready_s, samples.done_s], axis=1)
    marks = [(int(step), 1, None) for step in samples.epoch_starts]
    marks += [
        (int(step), 0, float(loss))
        for step, loss in zip(samples.loss_steps, samples.losses, strict=True)
    ]
    at = epoch = 0
    for step, is_epoch, loss in (
        *sorted(marks, key=lambda mark: mark[:2]),
        (samples.steps, 1, None),
    ):
        if step > at or not is_epoch:
            yield StepsTaken(times_s[at:step], samples.examples[at:step], loss)
            at = step
        if is_epoch and epoch < len(samples.epoch_starts):
            yield EpochBegan(epoch)
            epoch += 1
