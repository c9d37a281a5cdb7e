"""Puts a run together from its events, while it runs."""

from __future__ import annotations

from dataclasses import replace

from core.model.events import (
    AnswerFound,
    ClockJumped,
    DataSeen,
    EnvironmentSeen,
    EpochBegan,
    EpochEnded,
    Event,
    OutputPrinted,
    Phase,
    PhaseStarted,
    PipelineSampled,
    Progressed,
    ResourcesDescribed,
    ResourcesSampled,
    RunEnded,
    RunPrepared,
    StepsTaken,
    StepsTraced,
    StopAdvanced,
    StopStage,
)
from core.model.measured.executed import PipelineReading
from core.model.measured.resources import ResourceBuffer
from core.model.measured.samples import MOST_JUMPS, ClockJump, SampleBuffer
from core.model.run import PhaseTime, Run, RunState

MOST_READINGS = 400
"""Readings of the executed pipeline that a run keeps at most."""


class Recording:
    """A run that is under way: give it events, ask it for the run so far.

    Attributes:
        phase: What the run is doing; None before its first event.
        progress: Fraction and words of the present phase; None where it has none.
        epoch: Index of the present epoch, from 0.
        stopping: How far a Stop has come; None while nobody knows of one.
    """

    def __init__(self, run: Run) -> None:
        self._run = replace(run, state=RunState.RUNNING)
        self._buffer = SampleBuffer()
        self._epoch_start = 0
        self._readings: list[PipelineReading] = []
        # Lists: a long run has a million epochs, and each would copy all that came before it.
        self._epoch_losses: list[float | None] = []
        self._phases: list[PhaseTime] = []
        self._every, self._seen = 1, 0
        self._resources = ResourceBuffer()
        self._as_it_stands: Run | None = None
        self.phase: Phase | None = None
        self.progress: Progressed | None = None
        self.epoch = 0
        self.stopping: StopStage | None = None

    @property
    def steps(self) -> int:
        """Steps measured so far."""
        return len(self._buffer)

    @property
    def steps_in_epoch(self) -> int:
        """Steps of the present epoch so far."""
        return len(self._buffer) - self._epoch_start

    def handle(self, event: Event) -> None:
        """Take in the next event."""
        self._as_it_stands = None
        match event:
            case StepsTaken():
                self._buffer.add_steps(event.times_s, event.examples)
                if event.loss is not None:
                    self._buffer.add_loss(len(self._buffer), event.loss)
            case ClockJumped():
                jumps = (*self._run.clock_jumps, ClockJump(event.step, event.by_s))
                self._change(clock_jumps=jumps[:MOST_JUMPS])
            case StepsTraced():
                self._change(tracing=event.tracing)
            case PipelineSampled():
                self._add_reading(event.reading)
            case ResourcesDescribed():
                self._resources.describe(event.about)
            case ResourcesSampled():
                for row in event.rows:
                    self._resources.add(row)
            case DataSeen():
                self._change(fingerprint=event.fingerprint)
            case AnswerFound():
                self._change(answer=event.answer)
            case EpochBegan():
                self.epoch = event.epoch
                self._epoch_start = len(self._buffer)
                self._buffer.begin_epoch()
            case EpochEnded():
                self._epoch_losses.append(event.loss)
            case PhaseStarted():
                self.phase, self.progress = event.phase, None
                self._phases.append(PhaseTime(event.phase, event.at_s))
            case Progressed():
                self.progress = event
            case OutputPrinted():
                pass  # read from the log where somebody asks for it
            case StopAdvanced():
                self.stopping = event.stage
            case EnvironmentSeen():
                self._change(environment=event.environment)
            case RunPrepared():
                self._change(prepared=event.prepared)
            case RunEnded():
                self._change(
                    state=event.state,
                    failure=event.failure,
                    fit_wall_s=event.fit_wall_s,
                    time_to_first_batch_s=event.time_to_first_batch_s,
                )

    def relabel(self, run: Run) -> None:
        """Take over name, note and the like, which a person may change while it runs."""
        self._change(label=run.label)

    def run(self) -> Run:
        """The run as it stands; its samples are views, nothing is copied.

        The same object until something new is taken in.
        """
        if self._as_it_stands is None:
            self._as_it_stands = replace(
                self._run,
                samples=self._buffer.samples(),
                pipeline=tuple(self._readings),
                epoch_losses=(*self._run.epoch_losses, *self._epoch_losses),
                phases=(*self._run.phases, *self._phases),
                resources=self._resources.resources(),
            )
        return self._as_it_stands

    def _add_reading(self, reading: PipelineReading) -> None:
        """Keep at most so many readings: once there are too many, every other one goes."""
        self._seen += 1
        if (self._seen - 1) % self._every:
            return
        self._readings.append(reading)
        if len(self._readings) > MOST_READINGS:
            del self._readings[1::2]
            self._every *= 2

    def _change(self, **changes: object) -> None:
        self._as_it_stands = None
        self._run = replace(self._run, **changes)  # type: ignore[arg-type]
