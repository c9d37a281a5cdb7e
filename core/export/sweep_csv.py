"""What came of a sweep as a table: one row a configuration, the fastest first."""

from __future__ import annotations

from core.analysis.numbers.means import mean_of
from core.analysis.sweeps.sweep import THROUGHPUT, PointResult, SweepResult
from core.export.spreadsheet import csv_text, figure, heading
from core.metrics.catalogue import METRICS

_OTHERS = tuple(metric for metric in METRICS if metric.key != THROUGHPUT.key)


def sweep_csv(found: SweepResult) -> str:
    """Values of the knobs, throughput with its interval, and means of every other metric."""
    keys = [axis.key for axis in found.axes]
    head = (
        *keys, "runs", "runs that count", f"{heading(THROUGHPUT)}, geometric mean", "low", "high",
        "confidence", *(f"{heading(metric)}, mean" for metric in _OTHERS), "emulated", "doubts",
    )  # fmt: skip
    return csv_text((head, *(_row(point, keys) for point in found.points)))


def _row(one: PointResult, keys: list[str]) -> tuple[object, ...]:
    settings = one.point.settings
    return (
        *(settings.chain.knob(key).kind.format(settings[key]) for key in keys),
        len(one.point.runs),
        len(one.counted),
        figure(one.throughput.value),
        figure(one.low),
        figure(one.high),
        "" if one.low is None else 0.95,
        *(figure(mean_of(other, one.counted).value) for other in _OTHERS),
        "; ".join(one.throughput.emulated),
        " ".join(one.doubts),
    )
