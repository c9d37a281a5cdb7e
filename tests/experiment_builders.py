"""Comparisons and sweeps whose runs a test writes, recorded through their events as real ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from core.model.chain import recorded
from core.model.events import EnvironmentSeen, RunEnded
from core.model.experiment import Experiment, SweptKnob
from core.model.kinds import Value
from core.model.run import Failure, Run, RunState
from core.model.settings import Settings
from core.model.turn import ExperimentKind, Place
from core.session import Session
from core.workloads.catalogue import workload
from tests.builders import even_samples, events_of

PREFETCH = "prefetch.buffer_size"
BATCH = "batch.batch_size"
EMULATED = ("emulated accelerator 20 ms",)

Wait = Callable[[Experiment, Place], float]
"""Input wait of each step, in seconds, of a place in an experiment."""


def configuration(of: str = "in_memory", **changes: Value) -> Settings:
    """Settings of a workload on an emulated accelerator; ``__`` stands for the dot."""
    knobs = {key.replace("__", "."): value for key, value in changes.items()}
    return workload(of).chain.defaults().with_values({"fit.device": "emulated:20", **knobs})


def comparison(
    *prefetches: Value, repeats: int = 5, early: bool = False, name: str = "", of: str = "in_memory"
) -> Experiment:
    """A comparison of buffer sizes of the prefetch, the first being the baseline."""
    sides = tuple(
        configuration(of, prefetch__buffer_size=prefetch) for prefetch in prefetches or ("off", 2)
    )
    return Experiment(ExperimentKind.COMPARISON, of, sides, repeats, early=early, name=name)


def sweep(*axes: SweptKnob, repeats: int = 2, name: str = "", of: str = "in_memory") -> Experiment:
    """A grid over some knobs."""
    axes = axes or (SweptKnob(PREFETCH, ("off", 1, 2, 4)), SweptKnob(BATCH, (16, 32)))
    found: list[dict[str, Value]] = [{}]
    for axis in axes:
        found = [{**one, axis.key: value} for one in found for value in axis.values]
    whole = tuple(configuration(of, **one) for one in found)
    return Experiment(ExperimentKind.SWEEP, of, whole, repeats, axes, "grid", name=name)


def as_read(experiment: Experiment) -> Experiment:
    """The same as it is read from a record, where its workload is not known."""
    sides = (recorded(settings.values_by_key) for settings in experiment.configurations)
    return replace(experiment, configurations=tuple(sides))


def waits(*seconds: float, noise: float = 0.0, seed: int = 1) -> Wait:
    """So many seconds for each configuration, with relative noise from repeat to repeat."""

    def of(experiment: Experiment, place: Place) -> float:
        draw = random.Random(f"{seed}:{place}")
        return seconds[place[1] % len(seconds)] * (1 + noise * draw.gauss(0, 1))

    return of


def carry_out(
    session: Session,
    experiment: Experiment,
    wait: Wait,
    places: Sequence[Place] | None = None,
    *,
    state: RunState = RunState.DONE,
    steps: int = 60,
    environment: dict[str, Value] | None = None,
) -> tuple[Run, ...]:
    """Record runs of an experiment, all of its places unless told which; keeps it first."""
    if experiment.id not in {one.id for one in session.experiments.all}:
        session.experiments.add(experiment)
    done = []
    for place in experiment.order if places is None else places:
        plan = experiment.plan(place, str(session.folders.cache))
        session.begin(plan)
        if environment is not None:
            session.handle(EnvironmentSeen(environment))
        failure = Failure("The disk is full") if state is RunState.FAILED else None
        ending = RunEnded(state, failure, 3.25, 0.125)
        samples = even_samples(steps, 1, wait_s=wait(experiment, place))
        events = events_of(samples, ending, emulations=EMULATED)
        if state is RunState.FAILED:
            events = [*events[:2], ending]
        for event in events:
            if environment is None or not isinstance(event, EnvironmentSeen):
                session.handle(event)
        done.append(session.run(plan.id))
    return tuple(done)


def begin_place(session: Session, experiment: Experiment, place: Place) -> None:
    """Begin a run of an experiment and leave it under way."""
    session.begin(experiment.plan(place, str(session.folders.cache)))
    for event in events_of(even_samples(30, 1), emulations=EMULATED)[:-2]:
        session.handle(event)
