"""Comparisons and sweeps with runs of exact speeds, to test with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

from core.model.experiment import Experiment, SweptKnob
from core.model.kinds import Value
from core.model.measured.samples import Samples
from core.model.run import Failure, Label, Run, RunState
from core.model.turn import ExperimentKind, Place
from core.workloads.catalogue import workload
from tests.builders import even_samples, known_settings, run_of

EMULATED = ("emulated accelerator 20 ms",)


def comparison_of_two(
    *, values: Mapping[str, Value] | None = None, of: str = "augmented", **changes: object
) -> Experiment:
    """A without and B with a prefetch, three repeats each."""
    base = (
        workload(of).chain.defaults().with_values({"fit.device": "emulated:20", **(values or {})})
    )
    sides = (base, base.with_values({"prefetch.buffer_size": 2}))
    made = Experiment(
        ExperimentKind.COMPARISON,
        of,
        sides,
        3,
        id="abc123def456",
        created="2026-01-02T03:00:00.000+00:00",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def sweep_of_two_knobs(*, repeats: int = 2, **changes: object) -> Experiment:
    """Prefetch off, 1, 4 by batches of 16 and 32, as a grid."""
    axes = (
        SweptKnob("prefetch.buffer_size", ("off", 1, 4)),
        SweptKnob("batch.batch_size", (16, 32)),
    )
    base = workload("augmented").chain.defaults().with_values({"fit.device": "emulated:20"})
    points = tuple(
        base.with_values({axes[0].key: first, axes[1].key: second})
        for first, second in product(axes[0].values, axes[1].values)
    )
    made = Experiment(
        ExperimentKind.SWEEP,
        "augmented",
        points,
        repeats,
        axes,
        "grid",
        id="5eed5eed5eed",
        created="2026-01-02T03:00:00.000+00:00",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def run_at(
    experiment: Experiment, place: Place, speed: float, *, number: int = 1, name: str | None = None
) -> Run:
    """The run of a place, done, at so many examples a second and 50 % idle.

    Its first 10 of 110 steps are warm-up; the others are alike.
    """
    period_s = 32 / speed
    turn = experiment.turn(place)
    label = turn.name if experiment.kind is ExperimentKind.COMPARISON else ""
    run = run_of(
        even_samples(110, 1, wait_s=period_s / 2, busy_s=period_s / 2, host_s=0.0),
        number=number,
        emulations=EMULATED,
        label=Label(name=label if name is None else name),
    )
    plan = experiment.plan(place, "/data")
    return replace(run, plan=replace(plan, settings=known_settings(plan.workload, plan.settings)))


def runs_at(experiment: Experiment, speeds: Sequence[float], noise: float = 0.01) -> list[Run]:
    """Every run of it in its order; repeats of a configuration differ by ``noise`` and a bit."""
    return [
        run_at(
            experiment,
            place,
            speeds[place[1]] * (1 + noise * (place[0] - 1) + 0.001 * place[1]),
            number=number,
        )
        for number, place in enumerate(experiment.order, start=1)
    ]


def failed(run: Run, failure: Failure | None = None) -> Run:
    """The same, but it failed before its first step."""
    return replace(
        run,
        state=RunState.FAILED,
        failure=failure or Failure("The disk is full"),
        samples=Samples.empty(),
        epoch_losses=(),
    )
