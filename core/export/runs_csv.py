"""Runs as a tidy table: one row a run, so one row a repeat, units in the headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from core.analysis.comparisons.members import ExperimentMember
from core.analysis.doubts.catalogue import doubts
from core.export.exporter import Exporter
from core.export.spreadsheet import csv_text, figure, heading
from core.metrics.accounting import averaged_steps
from core.metrics.catalogue import METRICS
from core.model.quantity import Quantity
from core.model.run import Run


class RunsCsv(Exporter):
    """A table for a spreadsheet or pandas; what was not measured is an empty cell.

    Of a run that belongs to a comparison or sweep it says which, its configuration and repeat, and
    whether it counts there; of a run by itself these cells are empty.
    """

    id: ClassVar[str] = "csv"
    label: ClassVar[str] = "Table (CSV)"
    help: ClassVar[str] = (
        "One row a run: settings, figures with their units and sources, its comparison or sweep."
    )

    def written(self, runs: Sequence[Run], members: Mapping[str, ExperimentMember]) -> str:
        """See the base class."""
        knobs = tuple(dict.fromkeys(key for run in runs for key in run.plan.settings.values_by_key))
        head = (
            "number",
            "name",
            "note",
            "tags",
            "created (UTC)",
            "state",
            "doubts",
            "experiment",
            "kind",
            "configuration",
            "repeat",
            "counted",
            "workload",
            "engine",
            "interpreter",
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
        return csv_text((head, *(_row(run, knobs, members.get(run.id)) for run in runs)))


def _row(run: Run, knobs: Sequence[str], member: ExperimentMember | None) -> tuple[object, ...]:
    figures = {metric.label: metric.of(run) for metric in METRICS}
    samples = run.samples
    return (
        run.number,
        run.label.name or run.name,
        run.label.note,
        " ".join(f"#{tag}" for tag in run.label.tags),
        run.created,
        run.state.value,
        " ".join(doubt.text for doubt in doubts(run)),
        *_membership(member),
        run.plan.workload,
        run.plan.engine,
        run.plan.interpreter,
        *(_value(run.plan.settings.values_by_key.get(key, "")) for key in knobs),
        samples.steps,
        averaged_steps(run),
        int(samples.examples.sum()),
        *(figure(quantity.value) for quantity in figures.values()),
        "; ".join(run.emulations),
        _sources(figures),
        "; ".join(
            f"{label}: {quantity.reason}" for label, quantity in figures.items() if quantity.reason
        ),
        run.failure.text() if run.failure else "",
        run.id,
    )


def _membership(member: ExperimentMember | None) -> tuple[object, ...]:
    if member is None:
        return ("",) * 5
    return (
        member.title,
        member.kind,
        member.configuration,
        member.repeat,
        member.counted_words(),
    )


def _value(value: object) -> object:
    """A setting as the command line takes it."""
    return ("on" if value else "off") if isinstance(value, bool) else value


def _sources(figures: dict[str, Quantity]) -> str:
    """``timed in the loop: throughput, device idle; Keras history: final loss``."""
    labels: dict[str, list[str]] = {}
    for label, quantity in figures.items():
        if quantity.value is not None:
            labels.setdefault(quantity.source.value, []).append(label)
    return "; ".join(f"{source}: {', '.join(labelled)}" for source, labelled in labels.items())
