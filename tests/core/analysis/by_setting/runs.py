"""Runs of which each has the speed that a test gives it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from core.analysis.by_setting.grouping import RunSettings, gather
from core.analysis.by_setting.run_groups import RunGroups
from core.metrics.catalogue import metric
from core.model.kinds import Value
from core.model.measured.resources import Resources
from core.model.run import RunState
from core.workloads.catalogue import workload
from tests.builders import even_samples, recorded_resources, run_of

PREFETCH = "prefetch.buffer_size"
BATCH = "batch.batch_size"
SHUFFLE = "shuffle.buffer_size"
THROUGHPUT = metric("throughput_examples_per_s")

_CHAIN = workload("in_memory").chain
_numbers = itertools.count(1)


def run_with(
    values: Mapping[str, Value],
    speed: float,
    *,
    state: RunState = RunState.DONE,
    cores: int = 2,
    memory_mb: float | None = None,
    emulations: tuple[str, ...] = (),
) -> RunSettings:
    """A run with these settings that trained so many examples a second."""
    settings = _CHAIN.defaults().with_values(values)
    period_s = 32 / speed
    run = run_of(
        even_samples(60, 1, wait_s=period_s / 4, busy_s=period_s * 3 / 4, host_s=0.0),
        number=next(_numbers),
        values=dict(settings),
        state=state,
        emulations=emulations,
    )
    read = Resources()
    if memory_mb is not None:
        recorded = recorded_resources(0.5)
        read = replace(recorded, rows=recorded.rows.copy())
        read.column("resident_bytes")[:] = memory_mb * 1e6
        # All of it is what the run took.
        read.column("resident_bytes")[0] = 0.0
    return RunSettings(replace(run, environment={"cores": cores}, resources=read), settings)


def grid(
    axes: Mapping[str, Sequence[Value]],
    speed: Callable[[dict[str, Value], int], float],
    repeats: int = 1,
) -> list[RunSettings]:
    """Every combination, so many times; the speed follows from the values and the repeat."""
    return [
        run_with(values, speed(values, repeat))
        for repeat in range(repeats)
        for combination in itertools.product(*axes.values())
        for values in [dict(zip(axes, combination, strict=True))]
    ]


def throughput(candidates: Sequence[RunSettings]) -> RunGroups:
    """The throughput of runs of ``in_memory``."""
    return gather(candidates, THROUGHPUT, _CHAIN.knobs)


def of_metric(candidates: Sequence[RunSettings], key: str) -> RunGroups:
    """Another metric of them."""
    return gather(candidates, metric(key), _CHAIN.knobs)
