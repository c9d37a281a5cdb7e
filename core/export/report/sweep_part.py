"""What a report says of a sweep: which knob mattered, charts, and every configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.analysis.by_setting.grouping import RunSettings, gather
from core.analysis.comparisons.same_training import listed, training_notes
from core.analysis.doubts.catalogue import doubts
from core.analysis.doubts.outliers import outliers
from core.analysis.numbers.means import mean_of
from core.analysis.sweeps.sweep import THROUGHPUT, PointResult, SweepResult
from core.charts.influence import influence_chart
from core.charts.memory import speed_and_memory
from core.charts.one_knob import MOST_SERIES, one_knob
from core.charts.ranked import ranked
from core.charts.two_knobs import two_knobs
from core.export.report.chart_svg import draw
from core.export.report.markup import Child, Markup, element
from core.export.report.material import Material
from core.export.report.page import charts
from core.export.report.tables import Row, TableCell, number, table
from core.metrics.catalogue import METRICS, metric
from core.metrics.metric import Metric
from core.model.quantity import Quantity, Source, emulated_in_all, interval_text, significant
from core.model.run import Run
from core.text.plural import plural

_MEMORY = metric("memory_taken_mb")
_MOST_LISTED = 6


def lead(material: Material, sweep: SweepResult | None, workload: str) -> str:
    """What it is, in a sentence."""
    experiment = material.experiment
    axes = "; ".join(
        f"{axis.key}: {', '.join(_values(axis.key, axis.values, sweep))}"
        for axis in experiment.axes
    )
    design = experiment.design or "sweep"
    times = "once" if experiment.repeats == 1 else f"{experiment.repeats} times"
    many = plural(len(experiment.configurations), "configuration")
    return (
        f"A sweep of {workload} ({design}): {many}, each trained {times} in interleaved rounds"
        + (f", over {axes}." if axes else ".")
    )


def _values(key: str, values: Sequence[object], sweep: SweepResult | None) -> list[str]:
    if sweep is None or not sweep.points:
        return [str(value) for value in values]
    knob = sweep.points[0].point.settings.chain.knob(key)
    return [knob.format(value) for value in values]  # type: ignore[arg-type]


def verdict(sweep: SweepResult) -> Markup:
    """Which knob mattered, which configuration was fastest, and where the figures come from."""
    known = [point for point in sweep.points if point.throughput.value]
    fastest = known[0] if known else None
    return element(
        "div",
        element("p", sweep.sentence if known else "Nothing was measured yet.", class_="said"),
        element("p", _fastest(fastest, sweep), class_="said") if fastest else None,
        element("p", f"Throughput: {source_of(sweep)}.", class_="source"),
        class_="verdict",
    )


def _fastest(point: PointResult, sweep: SweepResult) -> str:
    values = ", ".join(f"{a.key}={point.point.settings.format(a.key)}" for a in sweep.axes)
    interval = f" {interval_text(point.low, point.high)}".rstrip()
    close = [
        other
        for other in sweep.points[1:]
        if point.low is not None and other.high is not None and other.high >= point.low
    ]
    others = f"intervals of {len(close)} others reach" if len(close) > 1 else "next one's reaches"
    alike = f"; the {others} as far" if close else ""
    return f"Fastest: {values}, {point.throughput.text()}{interval}{alike}."


def source_of(sweep: SweepResult) -> str:
    """Source of throughput, with what was emulated in any of the runs that count."""
    runs = (run for point in sweep.points for run in point.counted)
    emulated = emulated_in_all(run.emulations for run in runs)
    return Quantity(None, "", Source.LOOP, emulated=emulated).provenance()


def names_by_place(material: Material, sweep: SweepResult) -> Mapping[int, str]:
    """What each configuration is called, by its place in the result."""
    numbers = dict(zip(material.settings, material.names, strict=True))
    return {place: numbers[point.point.settings] for place, point in enumerate(sweep.points)}


def plots(material: Material, sweep: SweepResult) -> Markup | None:
    """Influence, ranking, each knob, two knobs together, memory; nothing without a figure."""
    if not any(point.throughput.value for point in sweep.points):
        return None
    source = source_of(sweep)
    knobs = sweep.knobs
    runs = [
        RunSettings(run, dict(point.point.settings))
        for point in sweep.points
        for run in point.point.runs
    ]
    speed, memory = (gather(runs, metric, knobs) for metric in (THROUGHPUT, _MEMORY))
    varied = _by_influence(sweep)
    across = sorted(
        varied[:2], key=lambda key: -len({run_settings.values[key] for run_settings in runs})
    )
    return charts(
        draw(
            influence_chart(
                sweep.influence, None, sweep.knobs, what="log throughput", source=source
            )
        )
        if sweep.influence
        else None,
        draw(two_knobs(speed, *across)) if len(across) == 2 else None,
        *(draw(one_knob(speed, key, _second(key, varied, runs))) for key in varied),
        draw(speed_and_memory(speed, memory)) if len(memory.groups) > 1 else None,
        draw(ranked(sweep, names_by_place(material, sweep), source)),
    )


def _by_influence(sweep: SweepResult) -> list[str]:
    """Knobs that take several values, the one that matters most first."""
    places = {influence.key: place for place, influence in enumerate(sweep.influence)}
    varied = [
        axis.key
        for axis in sweep.axes
        if len({point.point.settings[axis.key] for point in sweep.points}) > 1
    ]
    return sorted(varied, key=lambda key: places.get(key, len(places)))


def _second(key: str, varied: Sequence[str], runs: Sequence[RunSettings]) -> str:
    """The most influential other knob that can be told apart by colours and shapes."""
    others = (other for other in varied if other != key)
    return next(
        (other for other in others if len({r.values[other] for r in runs}) <= MOST_SERIES), ""
    )


def points_table(material: Material, sweep: SweepResult) -> Markup:
    """Every configuration, the fastest first, with the mean of every metric that was measured."""
    names = names_by_place(material, sweep)
    means = {
        metric: [mean_of(metric, point.counted) for point in sweep.points]
        for metric in METRICS
        if metric.key != THROUGHPUT.key
    }
    shown = {
        metric: all_ for metric, all_ in means.items() if any(q.value is not None for q in all_)
    }
    missing = [mean.label for mean in means if mean not in shown]
    keys = [axis.key for axis in sweep.axes]
    head: Row = (
        "configuration", *keys, TableCell("runs that count", "number"),
        TableCell("throughput (examples/s)", "number"), TableCell("95 % interval", "number"),
        *(TableCell(f"{m.label} ({m.unit})" if m.unit else m.label, "number") for m in shown),
        "doubts",
    )  # fmt: skip
    rows = [
        _row(names[place], point, keys, [all_[place] for all_ in shown.values()])
        for place, point in enumerate(sweep.points)
    ]
    return element(
        "div",
        table("Every configuration", head, rows),
        element("p", f"Throughput is the geometric mean, the others are arithmetic means over "
                f"the runs that count. {_sources(sweep, shown)}", class_="small muted"),
        element("p", f"Not measured: {', '.join(missing)}.", class_="small muted")
        if missing else None,
    )  # fmt: skip


def _row(
    name: str, point: PointResult, keys: Sequence[str], figures: Sequence[Quantity]
) -> tuple[Child | TableCell, ...]:
    speed = point.throughput
    interval = TableCell("–", "none")
    if point.low is not None and point.high is not None:
        interval = number(f"{significant(point.low)} to {significant(point.high)}")
    return (
        TableCell(name, "short", head=True),
        *(point.point.settings.format(key) for key in keys),
        number(f"{len(point.counted)} of {len(point.point.runs)}"),
        number(speed.number()) if speed.value is not None else TableCell(speed.text(), "none"),
        interval,
        *(
            number(quantity.number()) if quantity.value is not None else TableCell("–", "none")
            for quantity in figures
        ),
        ", ".join(point.doubts).replace("_", " ") or "none",
    )


def _sources(sweep: SweepResult, shown: Mapping[Metric, object]) -> str:
    sources: dict[str, list[str]] = {THROUGHPUT.source.value: [THROUGHPUT.label]}
    for mean in shown:
        sources.setdefault(mean.source.value, []).append(mean.label)
    said = "; ".join(f"{source}: {', '.join(labels)}" for source, labels in sources.items())
    emulated = source_of(sweep).partition(", ")[2]
    return f"Sources: {said}." + (f" All with {emulated}." if emulated else "")


def notes(material: Material, sweep: SweepResult) -> tuple[str, ...]:
    """What is to be known beside the figures: the sweep's own, outliers, training, doubts."""
    runs = [run for point in sweep.points for run in point.counted]
    known = {point.point.settings: point.counted[0] for point in sweep.points if point.counted}
    first = [known[settings] for settings in material.settings if settings in known]
    return (
        *sweep.notes,
        *_far(material, sweep),
        *(training_notes(first[1:], first[0]) if first else ()),
        *_doubts(runs),
    )


def _far(material: Material, sweep: SweepResult) -> tuple[str, ...]:
    names = names_by_place(material, sweep)
    return tuple(
        f"{point.counted[far.index].name} lies far from the other repeats of {names[place]}: "
        f"{significant(far.value)} against a median of {significant(far.median)} "
        f"{THROUGHPUT.unit}. It counts all the same."
        for place, point in enumerate(sweep.points)
        for far in outliers([THROUGHPUT.of(run).value for run in point.counted])
    )


def _doubts(runs: Sequence[Run]) -> tuple[str, ...]:
    """Each kind of doubt once, with the runs that have it; the table has each in full."""
    by_key: dict[str, list[tuple[Run, str]]] = {}
    for run in runs:
        for doubt in doubts(run):
            by_key.setdefault(doubt.key, []).append((run, doubt.text))
    return tuple(
        f"{listed([run for run, _ in alike])}, {len(alike)} of {len(runs)} runs: {alike[0][1]}"
        for alike in by_key.values()
    )
