"""One run as it is kept: what was planned, where it ran, what was measured, how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from core.model.diagnosis import Answer
from core.model.errors import ExplorerError, InputError
from core.model.kinds import Value
from core.model.measured.ceilings import Ceilings
from core.model.measured.emulation import ACCELERATOR, STAND_IN, Exceeded, exceeded
from core.model.measured.executed import PipelineReading
from core.model.measured.fingerprint import Fingerprint
from core.model.measured.resources import Resources
from core.model.measured.samples import ClockJump, Samples
from core.model.plan import DEVICE, RunPlan
from core.model.quantity import AnyFloat, Quantity
from core.model.settings import Settings
from core.model.tracing import Tracing
from core.python_versions import StrEnum
from core.text.plain_text import one_line, shortened

MOST_CHARACTERS = 100_000
"""Of each text of a failure, a name or a note; what is longer is cut."""
MOST_TAGS, MOST_TAG_CHARACTERS = 20, 40

LabelValue = str | int | bool | tuple[str, ...]
"""What a field of a label holds."""


class RunState(StrEnum):
    """Where a run is in its life. The value is how tables say it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    """The program ended while it was under way; what it had measured by then was kept."""

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self not in (RunState.WAITING, RunState.RUNNING)

    @property
    def cut_short(self) -> bool:
        """Whether it ended before its time without anything being wrong with it."""
        return self in (RunState.STOPPED, RunState.INTERRUPTED)


@dataclass(frozen=True)
class Failure:
    """What went wrong, in words a person can act on, with the technical text apart.

    Attributes:
        what: What happened.
        expected: What was expected instead.
        remedy: How to mend it.
        details: The technical text.
        bad_input: What was asked for could not be done as asked (a missing folder, a GPU that
            is not there); nothing broke while it ran.
    """

    what: str
    expected: str = ""
    remedy: str = ""
    details: str = ""
    bad_input: bool = False

    @staticmethod
    def of(error: ExplorerError) -> Failure:
        """The same, from an error that was raised."""
        bad_input = isinstance(error, InputError)
        texts = (error.what, error.expected, error.remedy, error.details)
        # An exception can carry a whole array in words.
        what, expected, remedy, details = (shortened(text, MOST_CHARACTERS) for text in texts)
        return Failure(what, expected, remedy, details, bad_input)

    def text(self) -> str:
        """One sentence or a few."""
        return str(ExplorerError(self.what, expected=self.expected, remedy=self.remedy))


@dataclass(frozen=True)
class Prepared:
    """What is known once data, pipeline and model are there.

    Attributes:
        epochs: Epochs to train.
        steps_per_epoch: Batches an epoch; None where it shows only when the data run out.
        warm_up_steps: Steps at the start that are shown but not averaged in.
        warm_up_epochs: Whole epochs that are left out likewise, where more epochs follow.
        warm_up_pass_steps: Steps of one pass over the data, where a cache is filled by it while
            Keras's epochs are of another length; else 0.
        python_stages: Keys of stages that call Python for each element.
        emulations: What is emulated in this run, in words.
        element_spec: The shape and type of a batch, as TensorFlow prints it.
        example: What is counted as one example, in words; empty in runs of older versions.
        strategy: How batches are handed out to replicas, in sentences; empty where there is one.
        parameters: Trainable parameters of the model; 0 where it makes them with its first batch.
    """

    epochs: int
    steps_per_epoch: int | None
    warm_up_steps: int
    warm_up_epochs: int
    emulations: tuple[str, ...] = ()
    element_spec: str = ""
    parameters: int = 0
    warm_up_pass_steps: int = 0
    python_stages: tuple[str, ...] = ()
    example: str = ""
    strategy: str = ""


@dataclass(frozen=True)
class PhaseTime:
    """A phase of the run and when it began, in seconds after the run was started."""

    phase: str
    at_s: float


@dataclass(frozen=True)
class Label:
    """What the person made of a run; the measurements do not depend on it.

    Attributes:
        name: A name; empty while none was given (tables then show ``run N``).
        note: Free text.
        colour: Index into the palette of runs, bound to the run for life.
        hidden: Left out of plots.
        pinned: It stands above the others in the list of runs.
        deleted: In the bin, from which it can be brought back.
        baseline: The others are compared with it; it stands above them, too.
        tags: Words that runs are found by, each once, in the order in which they were given.
    """

    name: str = ""
    note: str = ""
    colour: int = 0
    hidden: bool = False
    pinned: bool = False
    deleted: bool = False
    baseline: bool = False
    tags: tuple[str, ...] = ()

    @property
    def on_top(self) -> bool:
        """Whether the run stands above the others."""
        return self.pinned or self.baseline


@dataclass(frozen=True)
class Run:
    """One run, under way or over.

    Attributes:
        plan: What was asked for.
        number: Counts the runs of a folder from 1.
        created: When it was started, ISO 8601 in UTC.
        state: Where it is in its life.
        environment: Machine and versions.
        prepared: Known once the pipeline was built; None before.
        samples: Every step that was measured.
        pipeline: Readings of the executed pipeline, in order of time, thinned out evenly in a
            long run.
        tracing: Steps that were traced; None where none were to be.
        ceilings: What runs with these settings could reach at most; None where it was not
            measured. Not part of what is recorded of the run.
        resources: Readings of processor, memory, disk and GPUs.
        fingerprint: Of the data that its source delivers; None where it was not taken.
        epoch_losses: Mean loss of each finished epoch, as Keras reports it.
        phases: What it did when.
        fit_wall_s: Seconds that ``model.fit`` took.
        time_to_first_batch_s: Seconds from the iterator's creation to its first element.
        failure: What went wrong, where something did; of a run that is done, what is wrong with
            its data although TensorFlow did not say so.
        clock_jumps: When the machine's clock was set meanwhile, or the machine slept.
        figures: Metrics of a recorded run by key, worked out when it ended: they are there without
            its samples. Empty for a run whose metrics are worked out when they are asked for.
        answer: Of a diagnosis, as far as it came; None for any other run.
        label: Name, note, colour and the like.
    """

    plan: RunPlan
    number: int = 0
    created: str = ""
    state: RunState = RunState.WAITING
    environment: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    prepared: Prepared | None = None
    samples: Samples = field(default_factory=Samples.empty)
    pipeline: Sequence[PipelineReading] = ()
    resources: Resources = field(default_factory=Resources)
    fingerprint: Fingerprint | None = None
    epoch_losses: tuple[AnyFloat | None, ...] = ()
    phases: tuple[PhaseTime, ...] = ()
    fit_wall_s: float | None = None
    time_to_first_batch_s: float | None = None
    failure: Failure | None = None
    clock_jumps: tuple[ClockJump, ...] = ()
    tracing: Tracing | None = None
    ceilings: Ceilings | None = None
    figures: Mapping[str, Quantity] = field(default_factory=lambda: MappingProxyType({}))
    answer: Answer | None = None
    label: Label = field(default_factory=Label)

    @property
    def id(self) -> str:
        """Unique for all time."""
        return self.plan.id

    @property
    def settings(self) -> Settings | None:
        """Its settings; None where its workload, a knob or a value is not known here."""
        return self.plan.settings if self.plan.settings.known else None

    @property
    def name(self) -> str:
        """The given name in one line, or ``run N``."""
        return one_line(self.label.name) or f"run {self.number}"

    @property
    def emulations(self) -> tuple[str, ...]:
        """What was emulated, in words; every number of the run carries it."""
        emulations = self.prepared.emulations if self.prepared else ()
        if self.exceeded is None:
            return emulations
        words = self.exceeded.words
        return tuple(
            f"{emulation}, {words}" if emulation.startswith(ACCELERATOR) else emulation
            for emulation in emulations
        )

    @cached_property
    def exceeded(self) -> Exceeded | None:
        """How far the model's own step exceeds the emulated accelerator; None where it does not."""
        if self.prepared is None or STAND_IN in self.prepared.emulations:
            # A stand-in's step is short: where it seems long, a busy machine woke up late.
            return None
        device = str(self.plan.settings.get(DEVICE, ""))
        return exceeded(device, self.samples, self.prepared.warm_up_steps)

    def labelled(self, **changes: LabelValue) -> Run:
        """The same run with another name, note, colour, ..."""
        short = {
            name: change[:MOST_CHARACTERS] if isinstance(change, str) else change
            for name, change in changes.items()
        }
        return replace(self, label=replace(self.label, **short))  # type: ignore[arg-type]


def tags_of(text: str) -> tuple[str, ...]:
    """Tags as a person types them: words apart by commas or blanks, with or without a ``#``."""
    words = (word.lstrip("#")[:MOST_TAG_CHARACTERS] for word in text.replace(",", " ").split())
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_TAGS]
