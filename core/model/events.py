"""What a run says while it runs: frozen, picklable, in order, with exactly one last word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.model.diagnosis import Answer
from core.model.kinds import Value
from core.model.measured.executed import PipelineReading
from core.model.measured.fingerprint import Fingerprint
from core.model.measured.resources import ResourcesAbout
from core.model.measured.samples import FloatArray, IntArray
from core.model.quantity import AnyFloat
from core.model.run import Failure, Prepared, RunState
from core.model.tracing import Tracing
from core.python_versions import StrEnum


class Phase(StrEnum):
    """What a run is doing. The value is how the window says it."""

    LOADING_TENSORFLOW = "loading TensorFlow"
    MAKING_DATA = "making data"
    BUILDING = "building pipeline and model"
    STARTING_SERVICE = "starting the tf.data service"
    STARTING_PROCESSES = "starting processes for Python functions"
    FILLING_BUFFERS = "filling buffers"
    TRACING = "tracing"
    TRAINING = "training"
    DIAGNOSING = "diagnosing"
    LOOKING_AT_DATA = "looking at the data again, for their fingerprint"


@dataclass(frozen=True)
class PhaseStarted:
    """A phase began, ``at_s`` seconds after the run was started."""

    phase: Phase
    at_s: float


@dataclass(frozen=True)
class Progressed:
    """How far the present phase is: a fraction from 0 to 1, and what it is at."""

    fraction: float
    text: str


@dataclass(frozen=True)
class OutputPrinted:
    """What the process of the run printed since the last such event, a piece of any length."""

    text: str


@dataclass(frozen=True)
class EnvironmentSeen:
    """What machine and which versions the run takes place on."""

    environment: Mapping[str, Value]


@dataclass(frozen=True)
class RunPrepared:
    """Data, pipeline and model are there."""

    prepared: Prepared


@dataclass(frozen=True)
class EpochBegan:
    """An epoch began; the steps that follow are its steps."""

    epoch: int


@dataclass(frozen=True)
class StepsTaken:
    """Steps since the last such event.

    Attributes:
        times_s: Shape ``(n, 3)``: asked, ready, done of each step, in seconds since fit began.
        examples: Shape ``(n,)``: examples in each batch.
        loss: Keras's mean loss of the epoch so far, read after the last of these steps;
            None where it was not read.
    """

    times_s: FloatArray
    examples: IntArray
    loss: AnyFloat | None


@dataclass(frozen=True)
class ClockJumped:
    """The machine's clock was set, or the machine slept; times of steps are true all the same.

    Attributes:
        step: Index of the step that it fell in, from 0; the step itself is told after this.
        by_s: How far the clock jumped, in seconds; below 0 where it was set back.
    """

    step: int
    by_s: float


@dataclass(frozen=True)
class StepsTraced:
    """A trace of some steps is over; the steps themselves may be told after this."""

    tracing: Tracing


@dataclass(frozen=True)
class PipelineSampled:
    """TensorFlow's performance model of the pipeline at one moment."""

    reading: PipelineReading


@dataclass(frozen=True)
class ResourcesDescribed:
    """What is known of all readings of processor, memory, disk and GPUs, as far as is known now."""

    about: ResourcesAbout


@dataclass(frozen=True)
class ResourcesSampled:
    """Readings of processor, memory, disk and GPUs since the last such event, in order.

    Attributes:
        rows: See ``Resources.rows``.
    """

    rows: FloatArray


@dataclass(frozen=True)
class DataSeen:
    """What the source delivers, looked at after the timed part."""

    fingerprint: Fingerprint


@dataclass(frozen=True)
class EpochEnded:
    """An epoch ended, with the mean loss that Keras reports for it."""

    epoch: int
    loss: AnyFloat | None


@dataclass(frozen=True)
class AnswerFound:
    """What a diagnosis can say by now; the last one counts."""

    answer: Answer


class StopStage(StrEnum):
    """How far a Stop has come. The value is how the window says it."""

    SOFT = "stopping after this batch"
    TERMINATING = "ending its process"
    KILLING = "killing its process"


@dataclass(frozen=True)
class StopAdvanced:
    """A run that was asked to stop did not in the time that it had: what is done now."""

    stage: StopStage


@dataclass(frozen=True)
class RunEnded:
    """The last word of every run.

    Attributes:
        state: Done, stopped or failed.
        failure: What went wrong, where something did.
        fit_wall_s: Seconds that ``model.fit`` took; None where it was not reached.
        time_to_first_batch_s: From the iterator's creation to its first element, in seconds.
    """

    state: RunState
    failure: Failure | None = None
    fit_wall_s: float | None = None
    time_to_first_batch_s: float | None = None


Event = (
    PhaseStarted
    | Progressed
    | OutputPrinted
    | EnvironmentSeen
    | RunPrepared
    | EpochBegan
    | StepsTaken
    | ClockJumped
    | StepsTraced
    | PipelineSampled
    | ResourcesDescribed
    | ResourcesSampled
    | DataSeen
    | EpochEnded
    | AnswerFound
    | StopAdvanced
    | RunEnded
)
