"""Every run of an experiment, and the environments that they took place in."""

from __future__ import annotations

from core.analysis.doubts.catalogue import doubts
from core.export.report.markup import Child, Markup, element, typed
from core.export.report.material import Material
from core.export.report.page import folded
from core.export.report.tables import TableCell, number, table
from core.metrics.catalogue import metric
from core.model.environment import seen_of
from core.model.kinds import Value
from core.model.run import Run
from core.text.plural import plural

_SHOWN = tuple(
    map(
        metric,
        (
            "throughput_examples_per_s",
            "device_idle_percent",
            "time_to_first_batch_s",
            "cpu_in_use_cores",
            "peak_memory_mb",
            "final_loss",
        ),
    )
)


_LONG_NAME = 24


def runs_table(material: Material) -> Markup:
    """A row for each run, also those that do not count, with the reason."""
    if not material.runs:
        return element("p", "Nothing of it was run yet.")
    heads = [
        TableCell(f"{metric.label} ({metric.unit})" if metric.unit else metric.label, "number")
        for metric in _SHOWN
    ]
    return element(
        "div",
        table(
            "Every run",
            ("run", "configuration", TableCell("repeat", "number"), "state", "counts", *heads,
             "emulated", "doubts, and what was not measured", "begun (UTC)"),
            [_row(run, material) for run in material.runs],
        ),
        element("p", f"Sources: {_sources()}.", class_="small muted"),
    )  # fmt: skip


def _sources() -> str:
    """``timed in the loop: throughput, device idle; Keras history: final loss``."""
    labels: dict[str, list[str]] = {}
    for shown in _SHOWN:
        labels.setdefault(shown.source.value, []).append(shown.label)
    return "; ".join(f"{source}: {', '.join(of_source)}" for source, of_source in labels.items())


def _row(run: Run, material: Material) -> tuple[Child | TableCell, ...]:
    member = material.members[run.id]
    figures = [metric.of(run) for metric in _SHOWN]
    missing = dict.fromkeys(
        quantity.reason for quantity in figures if quantity.value is None and quantity.reason
    )
    state: Child = run.state.value
    if run.failure is not None:
        state = element("span", f"{run.state.value}: {run.failure.text()}", class_="failed")
    return (
        TableCell(
            (typed(run.name), f" (run {run.number})" if run.label.name else None),
            "short" if len(run.name) < _LONG_NAME else "long",
            head=True,
        ),
        member.configuration,
        number(str(member.repeat)),
        TableCell(state, "long" if run.failure else ""),
        member.counted_words(),
        *(
            number(
                quantity.number() if quantity.value is not None else "–",
                measured=quantity.value is not None,
            )
            for quantity in figures
        ),
        ", ".join(run.emulations) or "nothing",
        TableCell(_doubts(run, tuple(missing)), "long"),
        TableCell(run.created[:19].replace("T", " "), "short"),
    )


def _doubts(run: Run, missing: tuple[str, ...]) -> Child:
    """Doubts in full, and why figures are not there; the person's note as well."""
    texts = [doubt.text for doubt in doubts(run)]
    note = element("p", "Note: ", typed(run.label.note)) if run.label.note else None
    return (
        folded(
            plural(len(texts), "doubt"),
            [element("p", text) for text in texts],
        )
        if texts
        else "none"
        if run.samples.steps
        else None,
        [element("p", f"Not measured: {reason}.", class_="muted") for reason in missing],
        note,
    )


def environments(material: Material) -> Markup:
    """Machine and versions; where runs took place in several, what differs comes first."""
    runs_by_environment: dict[tuple[tuple[str, Value], ...], list[Run]] = {}
    for run in material.runs:
        if run.environment:
            runs_by_environment.setdefault(tuple(run.environment.items()), []).append(run)
    if not runs_by_environment:
        return element("p", "No run has said where it took place.")
    each = [dict(environment) for environment in runs_by_environment]
    keys = list(dict.fromkeys(key for environment in each for key in environment))
    keys.sort(key=lambda key: len({environment.get(key) for environment in each}) == 1)
    several = len(each) > 1
    heads = [f"environment {index}" for index in range(1, len(each) + 1)] if several else ["value"]
    rows: list[tuple[Child | TableCell, ...]] = [
        (
            TableCell(key.removesuffix("_bytes").replace("_", " "), head=True),
            *(typed(_words(key, seen_of(environment, key))) for environment in each),
        )
        for key in keys
    ]
    if several:
        rows.insert(0, (TableCell("runs", head=True), *map(_listed, runs_by_environment.values())))
    said = None
    if several:
        unlike = [key for key in keys if len({environment.get(key) for environment in each}) > 1]
        said = element(
            "p",
            f"The runs took place in {len(each)} environments that differ in {', '.join(unlike)}. "
            "Only those of one are put together; the table of runs says which count.",
        )
    return element("div", said, table("Environment of the runs", ("", *heads), rows))


def _words(key: str, value: Value) -> str:
    if key.endswith("_bytes") and isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value / 1e9:.3g} GB"
    return str(value)


def _listed(runs: list[Run]) -> Child:
    return [(", " if index else None, typed(run.name)) for index, run in enumerate(runs)]
