"""An experiment: configurations of a workload, run several times each in balanced turns."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from core.model.diagnosis import DiagnosisOptions
from core.model.kinds import Value
from core.model.plan import PROCESS, Part, RunPlan
from core.model.settings import Settings
from core.model.turn import ExperimentKind, Place, Turn
from core.model.user_code import UserCode
from core.python_versions import UTC
from core.text.plain_text import one_line
from core.text.workload_name import workload_name

MOST_PLACES = 1_000_000
"""Runs of an experiment at most: every one of its places is looked at again and again."""


@dataclass(frozen=True)
class SweptKnob:
    """A knob and the values that it takes in a sweep, each once."""

    key: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Experiment:
    """What is to be run, kept with the runs. Plain values only.

    Attributes:
        kind: Comparison, sweep or diagnosis.
        workload: Id of the workload.
        configurations: A value for every knob, for each configuration; a comparison's baseline
            is the first.
        repeats: Runs of each at most.
        axes: What a sweep varies; empty for a comparison.
        design: How a sweep puts the axes together, as a person names it.
        early: Whether a comparison stops once its intervals settle it.
        id: Unique for all time; the runs' plans carry it (see ``Turn``).
        name: What the person calls it; empty while it has no name.
        created: When it was made, ISO 8601 in UTC.
        settled_after: Repeats after which it was settled and stopped; None where it was not.
        deleted: In the bin; its runs stay.
        code: See ``RunPlan``.
        engine: Where its runs train, the same for all. Isolated unless something else was asked
            for: each then starts from a clean TensorFlow, and a crash costs one run.
        interpreter: See ``RunPlan``.
        diagnosis: What a diagnosis may do; None for the others.
        workloads: Ids of the workloads of the configurations; empty where all are of ``workload``.
            Others of a comparison are built in, and have the same data and model.
    """

    kind: ExperimentKind
    workload: str
    configurations: tuple[Settings, ...]
    repeats: int
    axes: tuple[SweptKnob, ...] = ()
    design: str = ""
    early: bool = False
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    name: str = ""
    created: str = field(
        default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds")
    )
    settled_after: int | None = None
    deleted: bool = False
    code: UserCode | None = None
    engine: str = PROCESS
    interpreter: str = ""
    diagnosis: DiagnosisOptions | None = None
    workloads: tuple[str, ...] = ()

    @classmethod
    def of_diagnosis(cls, plan: RunPlan, name: str = "") -> Experiment:
        """A diagnosis as an experiment with one place.

        Args:
            plan: Its run.
            name: What the person calls it.
        """
        return cls(
            ExperimentKind.DIAGNOSIS,
            plan.workload,
            (plan.settings,),
            1,
            name=name,
            code=plan.code,
            engine=plan.engine,
            interpreter=plan.interpreter,
            diagnosis=plan.diagnosis,
        )

    @property
    def known(self) -> bool:
        """Whether the chain of its configurations is known (see ``Settings``)."""
        return all(settings.known for settings in self.configurations)

    @property
    def title(self) -> str:
        """Its name, else what it is: ``comparison of augmented``."""
        return one_line(self.name) or one_line(f"{self.kind} of {workload_name(self.workload)}")

    @property
    def order(self) -> tuple[Place, ...]:
        """Every run of it, in turn; where it was settled early only those up to there."""
        shuffled = self.id if self.kind is ExperimentKind.SWEEP else None
        rounds = self.repeats if self.settled_after is None else self.settled_after
        return interleaved(len(self.configurations), rounds, shuffled=shuffled)

    def workload_of(self, which: int) -> str:
        """Id of the workload of a configuration, by its place from 0."""
        return self.workloads[which] if self.workloads else self.workload

    def turn(self, place: Place) -> Turn:
        """A place in it, as the plan of its run carries it."""
        return Turn(self.kind, self.id, *place)

    def plan(self, place: Place, data_folder: str) -> RunPlan:
        """The run of a place."""
        return RunPlan(
            self.workload_of(place[1]),
            self.configurations[place[1]],
            data_folder,
            part=Part.WHOLE if self.diagnosis is None else Part.DIAGNOSIS,
            turn=self.turn(place),
            diagnosis=self.diagnosis,
            code=self.code,
            engine=self.engine,
            interpreter=self.interpreter,
        )


def interleaved(
    configurations: int, repeats: int, *, shuffled: str | None = None
) -> tuple[Place, ...]:
    """In which order runs are carried out: ``(repeat, configuration)``, in balanced rounds.

    Every other round is the one before it turned round (A B, B A, A B, ...): what drifts evenly
    meets all alike.

    Args:
        configurations: How many there are.
        repeats: Rounds.
        shuffled: Where given, rounds go in a random order that follows from this text: over a
            grid, drift would otherwise look like an effect of the axis that changes slowest.
    """
    order: list[Place] = []
    draw = random.Random(shuffled)
    round_ = list(range(configurations))
    for repeat in range(repeats):
        if repeat % 2:
            round_ = round_[::-1]
        elif shuffled is not None:
            draw.shuffle(round_)
        else:
            round_ = list(range(configurations))
        order += [(repeat, which) for which in round_]
    return tuple(order)
