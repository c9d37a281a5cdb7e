"""What a diagnosis is asked for and what it answers: plain values that a record can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from core.model.kinds import Value
from core.model.quantity import interval_text
from core.model.training_change import ChangeKind
from core.python_versions import StrEnum


class Limit(StrEnum):
    """What limits the training. The value is how exports name it."""

    ACCELERATOR = "accelerator"
    """The device: nothing else takes 5 % of the time or more."""
    SEQUENTIAL = "sequential"
    """A stage that works on one element after the other while cores are free."""
    CORES = "cores"
    """All cores are in use: only less work helps, or more cores."""
    STORAGE = "storage"
    """A stage that waits, for a disk or a server, with hardly any core in use."""
    PYTHON_LOCK = "python_lock"
    """A stage that calls Python, which runs one thread at a time."""
    NO_OVERLAP = "no_overlap"
    """Pipeline and model are each fast enough, and take turns."""
    TURNAROUND = "turnaround"
    """The beginnings and ends of epochs."""
    HOST = "host"
    """Keras and Python between steps: callbacks, loops around ``fit`` and evaluation, too."""
    MEMORY = "memory"
    """Memory comes back from swap while the training waits."""


@dataclass(frozen=True)
class DiagnosisOptions:
    """What a diagnosis may do.

    Attributes:
        budget_s: Seconds that it may take.
        gain_percent: A change is kept where it gains at least that much.
        allow: Kinds of change to the training that may be recommended (see ``ChangeKind``).
        ram_bytes: Memory that a cache may take; None for half of what is free.
        search: Changes are tried; otherwise only what limits is looked for.
    """

    budget_s: float = 300.0
    gain_percent: float = 5.0
    allow: tuple[ChangeKind, ...] = ()
    ram_bytes: float | None = None
    search: bool = True


@dataclass(frozen=True)
class CutRate:
    """How fast the pipeline delivers where it is cut off behind a stage and drained.

    Attributes:
        stage: Id of the stage.
        title: What people call it.
        file: The person's file; empty for a built-in workload.
        line: Line of the call; 0 where there is none.
        inside: Id of the stage in whose function it stands; empty outside of any.
        elements_per_s: None where it could not be measured.
        examples_per_s: The same in examples; None where it is not known how many an element is.
        cores: Cores that the process kept busy meanwhile, or waited for while others had them.
        filling_elements_per_s: Of a stage behind a cache: while the cache was filled.
        first_s: Seconds from a new iterator to its first element.
        element_bytes: Bytes of an element.
        stage_s: Seconds of this stage alone for one example; None where it is not known.
        note: What must be known to read it, or why it could not be measured.
        one_call_elements_per_s: Of a stage with several calls of Python at the same time: with one
            call at a time. None where it was not measured.
    """

    stage: str
    title: str = ""
    file: str = ""
    line: int = 0
    inside: str = ""
    elements_per_s: float | None = None
    examples_per_s: float | None = None
    cores: float | None = None
    filling_elements_per_s: float | None = None
    first_s: float | None = None
    element_bytes: float | None = None
    stage_s: float | None = None
    note: str = ""
    one_call_elements_per_s: float | None = None

    @property
    def place(self) -> str:
        """File and line, as ``train.py:14``; empty where there is none."""
        return _place(self.file, self.line)

    @property
    def gain_of_calls(self) -> float | None:
        """Rate with several calls of Python at the same time over that with one."""
        one_call = self.one_call_elements_per_s
        return self.elements_per_s / one_call if self.elements_per_s and one_call else None

    @property
    def words(self) -> str:
        """What it is and where: ``map decode (train.py:14)``."""
        return f"{self.title or self.stage} ({self.place})" if self.place else self.title


@dataclass(frozen=True)
class ChangedKnob:
    """A setting that is recommended.

    Attributes:
        knob: Its id.
        before: Its value in the pipeline as it is.
        after: Its value in what is recommended.
        title: What people call it.
        file: The person's file; empty for a built-in workload.
        line: Line of the call; 0 where there is none.
        contribution: Throughput with all changes over that without this one.
        low: Lower end of the 95 % interval of that.
        high: Upper end.
        memory_bytes: Memory that it takes; 0 for none worth speaking of.
        changes_training: What it changes in the training; empty for nothing.
    """

    knob: str
    before: Value
    after: Value
    title: str = ""
    file: str = ""
    line: int = 0
    contribution: float | None = None
    low: float | None = None
    high: float | None = None
    memory_bytes: float = 0.0
    changes_training: str = ""

    @property
    def place(self) -> str:
        """File and line, as ``train.py:14``; empty where there is none."""
        return _place(self.file, self.line)

    @property
    def interval(self) -> str:
        """``[1.90, 2.30]``; empty where there is none."""
        return interval_text(self.low, self.high)


_LARGE_GAIN = 1.5
"""A ratio that nobody would want to miss."""


@dataclass(frozen=True)
class Trial:
    """A change that was tried.

    Attributes:
        title: What it is.
        changes: Its knobs and values.
        ratio: Throughput with it over that without; None where it could not be measured.
        low: Lower end of the 95 % interval.
        high: Upper end.
        pairs: Pairs of measurements.
        kept: It was kept.
        note: Why it could not be measured, or what else is to be known.
        memory_bytes: Memory that it takes.
        total_ratio: Throughput with it and all that was kept before it over that of the pipeline
            as it is, about: a product of ratios; None where it could not be measured.
        total_bytes: Memory that all of these take.
    """

    title: str
    changes: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    pairs: int = 0
    kept: bool = False
    note: str = ""
    memory_bytes: float = 0.0
    total_ratio: float | None = None
    total_bytes: float = 0.0

    @property
    def interval(self) -> str:
        """``[0.98, 1.02]``; empty where there is none."""
        return interval_text(self.low, self.high)

    @property
    def untold(self) -> bool:
        """The interval holds both a loss and a large gain: the noise hides what it does."""
        if self.low is None or self.high is None:
            return False
        return self.low < 1.0 and self.high >= _LARGE_GAIN

    @property
    def words(self) -> str:
        """``prefetch 8: 1.00 times as fast [0.98, 1.02]``."""
        if self.ratio is None:
            return f"{self.title} ({self.note})"
        note = f", {self.note}" if self.note else ""
        return f"{self.title}: {self.ratio:.2f} times as fast {self.interval}".rstrip() + note


@dataclass(frozen=True)
class Suggestion:
    """What would help and was not tried.

    Attributes:
        title: What to do.
        why: Why the program does not do it.
        stage: Id of the stage that it is about.
        file: The person's file; empty for a built-in workload.
        line: Line of the call; 0 where there is none.
        gain: Throughput with it over that without, at most, from cut rates; None if not known.
    """

    title: str
    why: str
    stage: str = ""
    file: str = ""
    line: int = 0
    gain: float | None = None

    @property
    def place(self) -> str:
        """File and line, as ``train.py:14``; empty where there is none, or the title says it."""
        return "" if "(line " in self.title else _place(self.file, self.line)

    @property
    def words(self) -> str:
        """``cache behind decode (train.py:14), up to 1.3 times as fast: why it is not tried``."""
        place = f" ({self.place})" if self.place else ""
        gain = f", up to {self.gain:.2g} times as fast" if self.gain else ""
        return f"{self.title}{place}{gain}: {self.why}"


def _place(file: str, line: int) -> str:
    return f"{file.rpartition('/')[2]}:{line}" if line else ""


@dataclass(frozen=True)
class NarrowPlace:
    """What limits a training outside of its pipeline.

    Attributes:
        id: ``validation_data`` or ``callbacks``, the argument of ``fit`` that it is; ``loop``, the
            loop around ``fit``; or ``fit`` itself.
        file: Where it stands; empty where that is not known.
        line: Likewise; 0 where it is not known.
    """

    id: str
    file: str = ""
    line: int = 0

    @property
    def words(self) -> str:
        """File and line, as ``train.py:14``; empty where they are not known."""
        return _place(self.file, self.line)


@dataclass(frozen=True)
class Evidence:
    """A step of the search, as it is told.

    Attributes:
        at_s: Seconds since the diagnosis began.
        text: What was measured, in a sentence.
    """

    at_s: float
    text: str


@dataclass(frozen=True)
class Answer:
    """What limits the training, which changes help, by how much: as far as it is known.

    Attributes:
        finished: Nothing more will be tried.
        headline: At most three lines.
        limit: None while it is not known.
        narrow_stage: Id of the stage that limits; empty where none does.
        narrow_place: What limits in place of a stage; None where nothing outside does.
        examples_per_s: Throughput as it is.
        input_wait_percent: Share of the wall time, as it is, waits for first batches included.
        host_percent: Likewise, of the host.
        turnaround_percent: Likewise, from the last step of an epoch to the first batch of the
            next: the waits for first batches are part of it and of ``input_wait_percent``. Where
            epochs are longer than what was measured, what is expected of a whole epoch.
        model_examples_per_s: Throughput of the model alone.
        pipeline_examples_per_s: Throughput of the pipeline alone.
        batch_examples: Examples in a batch.
        break_even_step_s: A device whose step is shorter than this waits.
        cut_rates: In the order of the data.
        changes: What is recommended.
        recommended: A value for every knob, where changes are recommended.
        gain: Throughput with all changes over that as it is; None where nothing is recommended.
        gain_low: Lower end of the 95 % interval.
        gain_high: Upper end.
        gain_pairs: Pairs of measurements.
        tried: What was tried, in order.
        only_you_can: What a person could do in the code.
        not_allowed: What would change the training.
        doubts: What makes the figures doubtful, each a sentence.
        evidence: What was measured, in order.
        now: What it is at; empty once it is finished.
        wall_s: Seconds since it began.
        budget_s: Seconds that it may take.
        emulated: What was emulated, in words.
    """

    finished: bool = False
    headline: tuple[str, ...] = ()
    limit: Limit | None = None
    narrow_stage: str = ""
    narrow_place: NarrowPlace | None = None
    examples_per_s: float | None = None
    input_wait_percent: float | None = None
    host_percent: float | None = None
    turnaround_percent: float | None = None
    model_examples_per_s: float | None = None
    pipeline_examples_per_s: float | None = None
    batch_examples: float | None = None
    break_even_step_s: float | None = None
    cut_rates: tuple[CutRate, ...] = ()
    changes: tuple[ChangedKnob, ...] = ()
    recommended: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None
    gain_pairs: int = 0
    tried: tuple[Trial, ...] = ()
    only_you_can: tuple[Suggestion, ...] = ()
    not_allowed: tuple[Suggestion, ...] = ()
    doubts: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    now: str = ""
    wall_s: float = 0.0
    budget_s: float = 0.0
    emulated: tuple[str, ...] = ()

    @property
    def not_helpful(self) -> tuple[Trial, ...]:
        """What was tried and not kept."""
        return tuple(trial for trial in self.tried if not trial.kept)
