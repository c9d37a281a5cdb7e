"""A sweep as it is recorded: every turn with a speed and a memory that follow from its settings."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np

from core.model.events import EnvironmentSeen, ResourcesDescribed, ResourcesSampled, RunEnded
from core.model.experiment import Experiment, SweptKnob
from core.model.kinds import Value
from core.model.measured.resources import ResourceReading, ResourcesAbout
from core.model.run import Run, RunState
from core.model.turn import ExperimentKind
from core.session import Session
from core.workloads.catalogue import workload
from tests.builders import even_samples, events_of

PREFETCH = "prefetch.buffer_size"
CALLS = "map.num_parallel_calls"
CYCLE = "interleave.cycle_length"
EMULATED = ("emulated accelerator 20 ms",)

AXES = (
    SweptKnob(CALLS, ("off", 2, 4, "autotune")),
    SweptKnob(CYCLE, (1, 2, 4, 8)),
    SweptKnob(PREFETCH, ("off", 2)),
)

_STEP_S = 0.02
_EXAMPLES = 32


def a_sweep(
    axes: Sequence[SweptKnob] = AXES,
    repeats: int = 2,
    *,
    of: str = "jpeg_tfrecord",
    device: str = "emulated:20",
    name: str = "",
) -> Experiment:
    """A grid over some knobs."""
    base = workload(of).chain.defaults().with_values({"fit.device": device})
    configurations = tuple(
        base.with_values({axis.key: v for axis, v in zip(axes, values, strict=True)})
        for values in itertools.product(*(axis.values for axis in axes))
    )
    return Experiment(
        ExperimentKind.SWEEP, of, configurations, repeats, tuple(axes), "grid", name=name
    )


def seconds_a_step(values: Mapping[str, Value], rng: np.random.Generator) -> float:
    """What a step waits for input: parallel calls help, prefetch hides what is left of it."""
    calls = {"off": 1, "autotune": 3}.get(str(values.get(CALLS)), 0) or int(values[CALLS])
    cycle = float(values.get(CYCLE, 1))
    produce_s = 0.004 + 0.08 / min(calls, 3) / (1 + 0.15 * math.log2(cycle))
    off = values[PREFETCH] == "off"
    wait_s = produce_s if off else max(produce_s - _STEP_S, 0.0005)
    return float(wait_s * math.exp(rng.normal(0, 0.06)))


def record_turn(
    session: Session, experiment: Experiment, place: tuple[int, int], rng: np.random.Generator
) -> Run:
    """Record one run of an experiment."""
    plan = experiment.plan(place, "")
    recording = session.begin(plan)
    wait_s = seconds_a_step(plan.settings, rng)
    samples = even_samples(60, 1, wait_s=wait_s, busy_s=_STEP_S, host_s=0.001, batch=_EXAMPLES)
    calls = {"off": 1, "autotune": 3}.get(str(plan.settings.get(CALLS)), 0) or int(
        plan.settings[CALLS]
    )
    buffers = 0 if plan.settings[PREFETCH] == "off" else int(plan.settings[PREFETCH])
    resident = 1.1e9 + 4e7 * calls + 6e7 * buffers + 8e6 * float(rng.normal())
    readings = tuple(
        ResourceReading(at_s, 2 * at_s, 2 * at_s, resident, 4e9, 0.0, ()).row()
        for at_s in (0.0, 0.5, 1.0, 1.5)
    )
    events = events_of(samples, losses=(1.9,), emulations=EMULATED)
    for event in (
        EnvironmentSeen({"tensorflow": "2.21.0", "cores": 2}),
        *(one for one in events[:-1] if not isinstance(one, EnvironmentSeen)),
        ResourcesDescribed(ResourcesAbout(2, 8e9, (), "no NVIDIA GPU")),
        ResourcesSampled(np.array(readings)),
        RunEnded(RunState.DONE, None, 3.25, 0.125),
    ):
        session.handle(event)
    return session.run(recording.run().id)


def record_sweep(
    session: Session, experiment: Experiment | None = None, *, turns: int | None = None
) -> Experiment:
    """Keep a sweep and record its runs, or so many of them, in its order."""
    experiment = session.experiments.add(experiment or a_sweep())
    rng = np.random.default_rng(7)
    for place in experiment.order[:turns]:
        record_turn(session, experiment, place, rng)
    return experiment
