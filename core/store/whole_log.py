"""The log of a run that has none on disk: the same records, made from what is known of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.model.events import (
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
)
from core.model.resources import GpuReading, ResourceReading
from core.model.run import Run
from core.records.event_codec import encode
from core.records.frames import frame
from core.store.run_log import begin_record

_PACKET = 4096


def log_bytes(run: Run) -> bytes:
    """The content of a log that reads back as this run, which is over."""
    payloads = (begin_record(run), *map(encode, _events(run)))
    return b"".join(frame(payload, at) for at, payload in enumerate(payloads))


def _events(run: Run) -> Iterator[Event]:
    known = {str(phase): phase for phase in Phase}
    for one in run.phases:
        if one.phase in known:
            yield PhaseStarted(known[one.phase], one.at_s)
    if run.environment:
        yield EnvironmentSeen(run.environment)
    if run.prepared is not None:
        yield RunPrepared(run.prepared)
    yield from _steps(run)
    for epoch, loss in enumerate(run.epoch_losses):
        yield EpochEnded(epoch, loss)
    for reading in run.pipeline:
        yield PipelineSampled(reading)
    if run.resources.about is not None:
        yield ResourcesDescribed(run.resources.about)
        for at in range(0, len(run.resources), _PACKET):
            rows = run.resources.rows[at : at + _PACKET].tolist()
            yield ResourcesSampled(tuple(_reading(row) for row in rows))
    if run.fingerprint is not None:
        yield DataSeen(run.fingerprint)
    yield RunEnded(run.state, run.failure, run.fit_wall_s, run.time_to_first_batch_s)


def _steps(run: Run) -> Iterator[Event]:
    """Steps in packets that end where an epoch begins or the loss was read."""
    samples = run.samples
    times_s = np.stack([samples.asked_s, samples.ready_s, samples.done_s], axis=1)
    began, losses, at = 0, list(zip(samples.loss_steps, samples.losses, strict=True)), 0
    read = 0
    cuts = {*samples.epoch_starts.tolist(), *samples.loss_steps.tolist(), samples.steps}
    cuts |= set(range(0, samples.steps, _PACKET))
    for cut in sorted(cuts):
        while began < len(samples.epoch_starts) and samples.epoch_starts[began] == at < cut:
            yield EpochBegan(began)
            began += 1
        loss = None
        if read < len(losses) and losses[read][0] == cut:
            loss = float(losses[read][1])
            read += 1
        if cut > at or loss is not None:
            yield StepsTaken(times_s[at:cut], samples.examples[at:cut], loss)
        while read < len(losses) and losses[read][0] == cut:
            yield StepsTaken(times_s[:0], samples.examples[:0], float(losses[read][1]))
            read += 1
        at = cut
    for epoch in range(began, len(samples.epoch_starts)):
        yield EpochBegan(epoch)


def _reading(row: list[float]) -> ResourceReading:
    at_s, cpu_s, busy_s, resident, available, read, *rest = row
    gpus = tuple(GpuReading(*rest[at : at + 3]) for at in range(0, len(rest), 3))
    return ResourceReading(at_s, cpu_s, busy_s, resident, available, read, gpus)
