"""What came of a sweep as a table: one row a configuration, the fastest first."""

from __future__ import annotations

from core.analysis.numbers.means import mean_of
from core.analysis.sweeps.sweep import THROUGHPUT, PointResult, SweepResult
from core.export.spreadsheet import csv_text, figure, heading
from core.metrics.catalogue import METRICS

_OTHERS = tuple(metric for metric in METRICS if metric.key != THROUGHPUT.key)


def sweep_csv(sweep: SweepResult) -> str:
    """Values of the knobs, throughput with its interval, and means of every other metric."""
    keys = [axis.key for axis in sweep.axes]
    head = (
        *keys, "runs", "runs that count", f"{heading(THROUGHPUT)}, geometric mean", "low", "high",
        "confidence", *(f"{heading(metric)}, mean" for metric in _OTHERS), "interpreter",
        "emulated", "doubts",
    )  # fmt: skip
    return csv_text((head, *(_row(point, keys) for point in sweep.points)))


def _row(point: PointResult, keys: list[str]) -> tuple[object, ...]:
    settings = point.point.settings
    return (
        *(settings.chain.knob(key).kind.format(settings[key]) for key in keys),
        len(point.point.runs),
        len(point.counted),
        figure(point.throughput.value),
        figure(point.low),
        figure(point.high),
        "" if point.low is None else 0.95,
        *(figure(mean_of(other, point.counted).value) for other in _OTHERS),
        "; ".join(dict.fromkeys(run.plan.interpreter for run in point.point.runs)),
        "; ".join(point.throughput.emulated),
        " ".join(point.doubts),
    )
