"""Runs laid side by side: settings, figures with their difference, and what is doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.comparisons.difference import (
    ONE_RUN_EACH,
    OTHER_WORKLOAD,
    Difference,
    difference,
)
from core.analysis.comparisons.knob_values import knob_name
from core.analysis.doubts.by_run import DoubtsByRun, doubts_by_run
from core.analysis.doubts.environments import EnvironmentRow, environment_rows
from core.analysis.side_by_side.notes import side_by_side_notes
from core.analysis.side_by_side.stages import StageLine, stage_lines
from core.analysis.stages.columns import NOT_THERE
from core.metrics.catalogue import METRICS
from core.metrics.metric import Metric
from core.metrics.range_figures import IN_TABLES, RANGE_KINDS, RangeFigure, range_figure
from core.metrics.x_axis import XRange
from core.model.knob import Knob
from core.model.quantity import Quantity
from core.model.run import Run

ABSENT = NOT_THERE


@dataclass(frozen=True)
class SettingRow:
    """One knob across the runs.

    Attributes:
        key: Its id.
        name: What the window calls it.
        values: As tables show them, in the order of the runs.
        differs: Whether they are not all the same.
    """

    key: str
    name: str
    values: tuple[str, ...]
    differs: bool


@dataclass(frozen=True)
class RunFigure:
    """One figure of one run.

    Attributes:
        quantity: The figure, or why there is none.
        difference: Against the baseline; None for the baseline and where there is none.
        remark: Why there is no difference although both figures exist; else empty.
    """

    quantity: Quantity
    difference: Difference | None = None
    remark: str = ""

    def text(self) -> str:
        """The number and its difference: ``774  (26 % faster)``."""
        beside = self.difference.text() if self.difference else self.remark
        return f"{self.quantity.number()}  ({beside})" if beside else self.quantity.number()


@dataclass(frozen=True)
class MetricRow:
    """One metric across the runs, in their order."""

    metric: Metric
    cells: tuple[RunFigure, ...]

    @property
    def label(self) -> str:
        """What it is called, with its unit in brackets."""
        unit = f" ({self.metric.unit})" if self.metric.unit else ""
        return self.metric.label + unit


@dataclass(frozen=True)
class RangeRow:
    """A figure of the selected steps across the runs, in their order."""

    label: str
    cells: tuple[RangeFigure, ...]


@dataclass(frozen=True)
class SideBySide:
    """A comparison of single runs.

    Attributes:
        runs: The runs, the baseline first.
        settings: Every knob; those that differ come first.
        metrics: Every metric.
        doubts: What is doubtful about each run by itself.
        environment: Where each run took place; what differs comes first.
        stages: What TensorFlow executes for each written stage, in the order of the data.
        notes: What makes the comparison doubtful, in sentences; never empty.
        selected: Which steps ``in_range`` is about, in words; empty for none.
        in_range: Figures of the selected steps.
    """

    runs: tuple[Run, ...]
    settings: tuple[SettingRow, ...]
    metrics: tuple[MetricRow, ...]
    doubts: DoubtsByRun
    environment: tuple[EnvironmentRow, ...]
    stages: tuple[StageLine, ...]
    notes: tuple[str, ...]
    selected: str = ""
    in_range: tuple[RangeRow, ...] = ()

    @property
    def baseline(self) -> Run:
        """The run that the others are compared with."""
        return self.runs[0]


def side_by_side(runs: Sequence[Run], baseline: Run, selected: XRange | None = None) -> SideBySide:
    """Lay runs beside a baseline.

    Args:
        runs: The runs, with or without the baseline.
        baseline: What the others are compared with; it comes first in the result.
        selected: Steps of which there are to be figures too.
    """
    others = tuple(run for run in runs if run.id != baseline.id)
    everyone = (baseline, *others)
    doubts = doubts_by_run(everyone)
    return SideBySide(
        runs=everyone,
        settings=_setting_rows(everyone),
        metrics=tuple(_metric_row(metric, baseline, others) for metric in METRICS),
        doubts=doubts,
        environment=tuple(sorted(environment_rows(everyone), key=lambda row: not row.differs)),
        stages=stage_lines(everyone),
        notes=(ONE_RUN_EACH, *side_by_side_notes(baseline, others, doubts)),
        selected="" if selected is None else selected.words(),
        in_range=() if selected is None else _range_rows(everyone, selected),
    )


def _range_rows(runs: Sequence[Run], selected: XRange) -> tuple[RangeRow, ...]:
    return tuple(
        RangeRow(RANGE_KINDS[key].label, tuple(range_figure(run, key, selected) for run in runs))
        for key in IN_TABLES
    )


def _setting_rows(runs: Sequence[Run]) -> tuple[SettingRow, ...]:
    columns = [_setting_texts(run) for run in runs]
    knobs: dict[str, Knob] = {}
    for settings in (run.settings for run in runs):
        knobs |= {} if settings is None else settings.chain.knobs
    keys = dict.fromkeys(key for column in columns for key in column)
    rows = []
    for key in keys:
        values = tuple(column.get(key, ABSENT) for column in columns)
        rows.append(SettingRow(key, knob_name(key, knobs.get(key)), values, len(set(values)) > 1))
    return tuple(sorted(rows, key=lambda row: not row.differs))


def _setting_texts(run: Run) -> dict[str, str]:
    settings = run.settings
    if settings is None:
        return {key: str(value) for key, value in run.plan.settings.items()}
    return {key: settings.format(key) for key in settings}


def _metric_row(metric: Metric, baseline: Run, others: Sequence[Run]) -> MetricRow:
    wanted = metric.of(baseline)
    cells = [RunFigure(wanted)]
    for run in others:
        quantity = metric.of(run)
        if run.plan.workload == baseline.plan.workload:
            cells.append(RunFigure(quantity, difference(metric, quantity, wanted)))
        else:
            remark = OTHER_WORKLOAD if quantity.value is not None else ""
            cells.append(RunFigure(quantity, remark=remark))
    return MetricRow(metric, tuple(cells))
