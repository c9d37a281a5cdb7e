"""Runs laid side by side: settings, figures with their difference, and what is doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.difference import Difference, difference
from core.analysis.doubts import FEW_STEPS, doubts
from core.analysis.same_training import listed, settings_of, training_notes
from core.metrics.accounting import steady_account
from core.metrics.catalogue import METRICS
from core.metrics.metric import Metric
from core.model.quantity import Quantity
from core.model.run import Run, RunState

ABSENT = "not in this pipeline"
OTHER_WORKLOAD = "other workload"
ONE_RUN_EACH = (
    "One run each proves little: runs of identical settings differ by up to 40 % on a shared "
    "machine. Repeat them in turn (A B A B)."
)


@dataclass(frozen=True)
class SettingRow:
    """One knob across the runs; ``values`` are as tables show them, in the order of the runs."""

    key: str
    values: tuple[str, ...]
    differs: bool


@dataclass(frozen=True)
class Cell:
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
        """The number and its difference: ``774  (+26 % faster)``."""
        beside = self.difference.text() if self.difference else self.remark
        return f"{self.quantity.number()}  ({beside})" if beside else self.quantity.number()


@dataclass(frozen=True)
class MetricRow:
    """One metric across the runs, in their order."""

    metric: Metric
    cells: tuple[Cell, ...]

    @property
    def label(self) -> str:
        """What it is called, with its unit in brackets."""
        unit = f" ({self.metric.unit})" if self.metric.unit else ""
        return self.metric.label + unit


@dataclass(frozen=True)
class SideBySide:
    """A comparison of single runs.

    Attributes:
        runs: The runs, the baseline first.
        settings: Every knob; those that differ come first.
        metrics: Every metric.
        notes: What makes the comparison doubtful, in sentences; never empty.
    """

    runs: tuple[Run, ...]
    settings: tuple[SettingRow, ...]
    metrics: tuple[MetricRow, ...]
    notes: tuple[str, ...]

    @property
    def baseline(self) -> Run:
        """The run that the others are compared with."""
        return self.runs[0]


def side_by_side(runs: Sequence[Run], baseline: Run) -> SideBySide:
    """Lay runs beside a baseline.

    Args:
        runs: The runs, with or without the baseline.
        baseline: What the others are compared with; it comes first in the result.
    """
    others = tuple(run for run in runs if run.id != baseline.id)
    return SideBySide(
        runs=(baseline, *others),
        settings=_setting_rows((baseline, *others)),
        metrics=tuple(_metric_row(metric, baseline, others) for metric in METRICS),
        notes=_notes(baseline, others),
    )


def _setting_rows(runs: Sequence[Run]) -> tuple[SettingRow, ...]:
    columns = [_setting_texts(run) for run in runs]
    keys = dict.fromkeys(key for column in columns for key in column)
    rows = []
    for key in keys:
        values = tuple(column.get(key, ABSENT) for column in columns)
        rows.append(SettingRow(key, values, len(set(values)) > 1))
    return tuple(sorted(rows, key=lambda row: not row.differs))


def _setting_texts(run: Run) -> dict[str, str]:
    settings = settings_of(run)
    if settings is None:
        return {key: str(value) for key, value in run.plan.values.items()}
    return {key: settings.format(key) for key in settings}


def _metric_row(metric: Metric, baseline: Run, others: Sequence[Run]) -> MetricRow:
    wanted = metric.of(baseline)
    cells = [Cell(wanted)]
    for run in others:
        found = metric.of(run)
        if run.plan.workload == baseline.plan.workload:
            cells.append(Cell(found, difference(metric, found, wanted)))
        else:
            remark = OTHER_WORKLOAD if found.value is not None else ""
            cells.append(Cell(found, remark=remark))
    return MetricRow(metric, tuple(cells))


def _notes(baseline: Run, others: Sequence[Run]) -> tuple[str, ...]:
    runs = (baseline, *others)
    return (
        ONE_RUN_EACH,
        *_state_notes(runs),
        *_unlike_notes(baseline, others),
        *training_notes(others, baseline),
        *_environment_notes(baseline, others),
        *_length_notes(runs),
        *_doubt_notes(runs),
    )


def _state_notes(runs: Sequence[Run]) -> tuple[str, ...]:
    said = {
        RunState.WAITING: "has not begun",
        RunState.RUNNING: "is still under way: its figures will change",
        RunState.STOPPED: "was stopped before its end",
        RunState.FAILED: "failed before its end",
    }
    return tuple(
        f"{run.name} {words}."
        for state, words in said.items()
        for run in runs
        if run.state is state
    )


def _unlike_notes(baseline: Run, others: Sequence[Run]) -> tuple[str, ...]:
    """Other work or another device: the figures then speak of different things."""
    notes = []
    workloads = [run for run in others if run.plan.workload != baseline.plan.workload]
    if workloads:
        notes.append(
            f"{listed(workloads)} against {baseline.name}: another workload, so no difference is "
            "given."
        )
    devices = [run for run in others if run.plan.device != baseline.plan.device]
    if devices:
        notes.append(
            f"{listed(devices)} against {baseline.name}: another device "
            f"({', '.join(dict.fromkeys(r.plan.device for r in devices))} instead of "
            f"{baseline.plan.device})."
        )
    for run in others:
        if run.prepared is None or baseline.prepared is None:
            continue
        here, there = _beside_device(run), _beside_device(baseline)
        if here != there:
            notes.append(
                f"{run.name} against {baseline.name}: {', '.join(here) or 'nothing'} beside the "
                f"device instead of {', '.join(there) or 'nothing'}."
            )
    return tuple(notes)


def _beside_device(run: Run) -> tuple[str, ...]:
    """What is emulated apart from the device, which has a note of its own."""
    return tuple(text for text in run.emulations if not text.startswith("emulated accelerator"))


def _environment_notes(baseline: Run, others: Sequence[Run]) -> tuple[str, ...]:
    notes = []
    for run in others:
        if not run.environment or not baseline.environment:
            continue
        keys = dict.fromkeys((*baseline.environment, *run.environment))
        unlike = [
            f"{key} ({run.environment.get(key, 'unknown')} instead of "
            f"{baseline.environment.get(key, 'unknown')})"
            for key in keys
            if run.environment.get(key) != baseline.environment.get(key)
        ]
        if unlike:
            notes.append(
                f"{run.name} against {baseline.name}: another environment, {', '.join(unlike)}."
            )
    return tuple(notes)


def _doubt_notes(runs: Sequence[Run]) -> tuple[str, ...]:
    """What is doubtful about a run by itself and was not said above."""
    said = ("few_steps", "ended_early")
    return tuple(
        f"{run.name}: {doubt.text}"
        for run in runs
        for doubt in doubts(run)
        if doubt.key not in said
    )


def _length_notes(runs: Sequence[Run]) -> tuple[str, ...]:
    short = []
    for run in runs:
        account = steady_account(run)
        steps = account.steps if account else 0
        if steps < FEW_STEPS:
            short.append((run, steps))
    if not short:
        return ()
    counts = ", ".join(str(steps) for _, steps in short[:3])
    more = " and others" if len(short) > 3 else ""
    return (
        f"Few steady steps in {listed([run for run, _ in short])} ({counts}{more}; at least "
        f"{FEW_STEPS} are wanted): their figures are rough.",
    )
