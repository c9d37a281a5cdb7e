"""Runs as a tidy table: one row a run, units in the headings."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from typing import ClassVar

from core.analysis.doubts import doubts
from core.export.exporter import Exporter
from core.metrics.accounting import steady_start
from core.metrics.catalogue import METRICS
from core.metrics.metric import Metric
from core.model.quantity import Quantity
from core.model.run import Run


class RunsCsv(Exporter):
    """A table for a spreadsheet or pandas; what was not measured is an empty cell."""

    id: ClassVar[str] = "csv"
    label: ClassVar[str] = "Table (CSV)"
    help: ClassVar[str] = "One row a run: settings, figures with their units, and their sources."

    def text(self, runs: Sequence[Run]) -> str:
        """See the base class."""
        knobs = tuple(dict.fromkeys(key for run in runs for key in run.plan.values))
        lines = io.StringIO(newline="")
        writer = csv.writer(lines)
        writer.writerow(
            (
                "number",
                "name",
                "note",
                "created (UTC)",
                "state",
                "doubts",
                "workload",
                *knobs,
                "steps",
                "steady steps",
                "examples",
                *(heading(metric) for metric in METRICS),
                "emulated",
                "sources",
                "not measured",
                "failure",
                "id",
            )
        )
        writer.writerows(_row(run, knobs) for run in runs)
        return lines.getvalue()


def heading(metric: Metric) -> str:
    """The name of a metric with its unit: ``throughput (examples/s)``."""
    return f"{metric.label} ({metric.unit})" if metric.unit else metric.label


def _row(run: Run, knobs: Sequence[str]) -> tuple[object, ...]:
    figures = {metric.label: metric.of(run) for metric in METRICS}
    samples = run.samples
    return (
        run.number,
        run.name,
        run.label.note,
        run.created,
        run.state.value,
        " ".join(doubt.text for doubt in doubts(run)),
        run.plan.workload,
        *(_value(run.plan.values.get(key, "")) for key in knobs),
        samples.steps,
        samples.steps - steady_start(run),
        int(samples.examples.sum()),
        *(_number(figure) for figure in figures.values()),
        "; ".join(run.emulations),
        _sources(figures),
        "; ".join(
            f"{label}: {figure.reason}" for label, figure in figures.items() if figure.reason
        ),
        run.failure.text() if run.failure else "",
        run.id,
    )


def _value(value: object) -> object:
    """A setting as the command line takes it."""
    return ("on" if value else "off") if isinstance(value, bool) else value


def _number(figure: Quantity) -> object:
    measured = figure.value is not None and math.isfinite(figure.value)
    return figure.value if measured else ""


def _sources(figures: dict[str, Quantity]) -> str:
    """``timed in the loop: throughput, device idle; Keras history: final loss``."""
    labels: dict[str, list[str]] = {}
    for label, figure in figures.items():
        if figure.value is not None:
            labels.setdefault(figure.source.value, []).append(label)
    return "; ".join(f"{source}: {', '.join(found)}" for source, found in labels.items())
