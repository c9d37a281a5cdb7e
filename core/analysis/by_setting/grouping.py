"""Puts the runs that a plot is about together by configuration."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.analysis.by_setting.run_groups import Frozen, GroupReading, RunGroup, RunGroups
from core.analysis.comparisons.same_training import training_notes
from core.analysis.numbers.means import is_geometric
from core.analysis.numbers.pooling import pooled
from core.analysis.numbers.variance import scatter_of
from core.metrics.metric import Metric
from core.model.kinds import Value
from core.model.knob import Knob
from core.model.quantity import Quantity
from core.model.run import Run, RunState


@dataclass(frozen=True)
class RunSettings:
    """A run and the value of each of its knobs, with those that it did not have at default."""

    run: Run
    values: Mapping[str, Value]


def gather(
    runs: Sequence[RunSettings],
    metric: Metric,
    knobs: Mapping[str, Knob],
    figure: Callable[[Run, Metric], Quantity] | None = None,
) -> RunGroups:
    """Put the runs together by configuration.

    Args:
        runs: Runs of one workload (and one device, unless the device is looked at).
        metric: The metric.
        knobs: The knobs of the workload by id.
        figure: Gives the metric of a run, where it is known already.
    """
    figure = figure or _figure
    pool = pooled(reading.run for reading in runs)
    elsewhere = {run.id: reason for run, reason in pool.apart}
    left_out: Counter[str] = Counter()
    readings: list[GroupReading] = []
    sources: dict[str, None] = {}
    for run_settings in runs:
        quantity = figure(run_settings.run, metric)
        reason = _why_not(run_settings.run) or _not_measured(quantity)
        if reason or quantity.value is None:
            left_out[reason] += 1
            continue
        excluded_reason = elsewhere.get(run_settings.run.id, "")
        if run_settings.run.state.cut_short:
            excluded_reason = f"{run_settings.run.state} before its end"
        readings.append(
            GroupReading(run_settings.run, run_settings.values, quantity.value, excluded_reason)
        )
        sources[quantity.provenance()] = None
    groups = _by_settings(
        [group_reading for group_reading in readings if not group_reading.excluded_reason]
    )
    logs = is_geometric(metric, [value for group in groups for value in group.figures])
    unscattered = RunGroups(metric, knobs, logs=logs)
    short = Counter(
        group_reading.run.state for group_reading in readings if group_reading.run.state.cut_short
    )
    short_notes = [
        f"{count} {state} before the end: shown hollow, not counted."
        for state, count in sorted(short.items())
    ]
    return RunGroups(
        metric,
        knobs,
        tuple(readings),
        groups,
        logs,
        scatter_of([unscattered.scaled(group) for group in groups]),
        tuple(left_out.items()),
        (*pool.notes(), *short_notes),
        " / ".join(sources),
    )


def training_of(run_groups: RunGroups, baseline: Run | None = None) -> tuple[str, ...]:
    """What makes the training of some configurations another than the others', in sentences.

    Args:
        run_groups: Runs by configuration; the repeats of one train alike.
        baseline: What they are compared with; else, and where it has another workload, the first.
    """
    first, *others = [group.runs[0] for group in run_groups.groups] or (None,)
    if first is None:
        return ()
    if baseline is None or baseline.plan.workload != first.plan.workload:
        return training_notes(others, first)
    return training_notes([run for run in (first, *others) if run.id != baseline.id], baseline)


def _figure(run: Run, metric: Metric) -> Quantity:
    return metric.of(run)


def _by_settings(readings: Sequence[GroupReading]) -> tuple[RunGroup, ...]:
    groups: dict[Frozen, list[GroupReading]] = {}
    for group_reading in readings:
        groups.setdefault(tuple(group_reading.values.items()), []).append(group_reading)
    return tuple(
        RunGroup(
            group[0].values,
            tuple(reading.run for reading in group),
            tuple(reading.value for reading in group),
        )
        for group in groups.values()
    )


def _why_not(run: Run) -> str:
    if not run.state.over:
        return "still under way"
    return "failed" if run.state is RunState.FAILED else ""


def _not_measured(quantity: Quantity) -> str:
    if quantity.value is not None and math.isfinite(quantity.value):
        return ""
    return f"not measured ({quantity.reason})" if quantity.reason else "not measured"
