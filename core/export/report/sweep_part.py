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
from core.model.quantity import Quantity, Source, emulated_in_all, significant
from core.model.run import Run
from core.text.plural import plural

_MEMORY = metric("memory_taken_mb")
_MOST_LISTED = 6


def lead(of: Material, found: SweepResult | None, workload: str) -> str:
    """What it is, in a sentence."""
    experiment = of.experiment
    axes = "; ".join(
        f"{axis.key}: {', '.join(_values(axis.key, axis.values, found))}"
        for axis in experiment.axes
    )
    design = experiment.design or "sweep"
    times = "once" if experiment.repeats == 1 else f"{experiment.repeats} times"
    many = plural(len(experiment.configurations), "configuration")
    return (
        f"A sweep of {workload} ({design}): {many}, each trained {times} in interleaved rounds"
        + (f", over {axes}." if axes else ".")
    )


def _values(key: str, values: Sequence[object], found: SweepResult | None) -> list[str]:
    if found is None or not found.points:
        return [str(value) for value in values]
    knob = found.points[0].point.settings.chain.knob(key)
    return [knob.format(value) for value in values]  # type: ignore[arg-type]


def verdict(found: SweepResult) -> Markup:
    """Which knob mattered, which configuration was fastest, and where the figures come from."""
    known = [point for point in found.points if point.throughput.value]
    fastest = known[0] if known else None
    return element(
        "div",
        element("p", found.sentence if known else "Nothing was measured yet.", class_="said"),
        element("p", _fastest(fastest, found), class_="said") if fastest else None,
        element("p", f"Throughput: {source_of(found)}.", class_="source"),
        class_="verdict",
    )


def _fastest(one: PointResult, found: SweepResult) -> str:
    values = ", ".join(f"{a.key}={one.point.settings.format(a.key)}" for a in found.axes)
    interval = ""
    if one.low is not None and one.high is not None:
        interval = f" [{significant(one.low)}, {significant(one.high)}]"
    close = [
        other
        for other in found.points[1:]
        if one.low is not None and other.high is not None and other.high >= one.low
    ]
    others = f"intervals of {len(close)} others reach" if len(close) > 1 else "next one's reaches"
    alike = f"; the {others} as far" if close else ""
    return f"Fastest: {values}, {one.throughput.text()}{interval}{alike}."


def source_of(found: SweepResult) -> str:
    """Source of throughput, with what was emulated in any of the runs that count."""
    runs = (run for point in found.points for run in point.counted)
    emulated = emulated_in_all(run.emulations for run in runs)
    return Quantity(None, "", Source.LOOP, emulated=emulated).provenance()


def names_by_place(of: Material, found: SweepResult) -> Mapping[int, str]:
    """What each configuration is called, by its place in the result."""
    numbers = dict(zip(of.settings, of.names, strict=True))
    return {place: numbers[point.point.settings] for place, point in enumerate(found.points)}


def plots(of: Material, found: SweepResult) -> Markup | None:
    """Influence, ranking, each knob, two knobs together, memory; nothing without a figure."""
    if not any(one.throughput.value for one in found.points):
        return None
    source = source_of(found)
    knobs = found.knobs
    runs = [
        RunSettings(run, dict(point.point.settings))
        for point in found.points
        for run in point.point.runs
    ]
    speed, memory = (gather(runs, one, knobs) for one in (THROUGHPUT, _MEMORY))
    varied = _by_influence(found)
    across = sorted(
        varied[:2], key=lambda key: -len({run_settings.values[key] for run_settings in runs})
    )
    return charts(
        draw(
            influence_chart(
                found.influence, None, found.knobs, what="log throughput", source=source
            )
        )
        if found.influence
        else None,
        draw(two_knobs(speed, *across)) if len(across) == 2 else None,
        *(draw(one_knob(speed, key, _second(key, varied, runs))) for key in varied),
        draw(speed_and_memory(speed, memory)) if len(memory.groups) > 1 else None,
        draw(ranked(found, names_by_place(of, found), source)),
    )


def _by_influence(found: SweepResult) -> list[str]:
    """Knobs that take several values, the one that matters most first."""
    places = {influence.key: place for place, influence in enumerate(found.influence)}
    varied = [
        axis.key
        for axis in found.axes
        if len({point.point.settings[axis.key] for point in found.points}) > 1
    ]
    return sorted(varied, key=lambda key: places.get(key, len(places)))


def _second(key: str, varied: Sequence[str], runs: Sequence[RunSettings]) -> str:
    """The most influential other knob that can be told apart by colours and shapes."""
    others = (one for one in varied if one != key)
    return next(
        (other for other in others if len({r.values[other] for r in runs}) <= MOST_SERIES), ""
    )


def points_table(of: Material, found: SweepResult) -> Markup:
    """Every configuration, the fastest first, with the mean of every metric that was measured."""
    names = names_by_place(of, found)
    means = {
        one: [mean_of(one, point.counted) for point in found.points]
        for one in METRICS
        if one.key != THROUGHPUT.key
    }
    shown = {one: all_ for one, all_ in means.items() if any(q.value is not None for q in all_)}
    missing = [mean.label for mean in means if mean not in shown]
    keys = [axis.key for axis in found.axes]
    head: Row = (
        "configuration", *keys, TableCell("runs that count", "number"),
        TableCell("throughput (examples/s)", "number"), TableCell("95 % interval", "number"),
        *(TableCell(f"{m.label} ({m.unit})" if m.unit else m.label, "number") for m in shown),
        "doubts",
    )  # fmt: skip
    rows = [
        _row(names[place], point, keys, [all_[place] for all_ in shown.values()])
        for place, point in enumerate(found.points)
    ]
    return element(
        "div",
        table("Every configuration", head, rows),
        element("p", f"Throughput is the geometric mean, the others are arithmetic means over "
                f"the runs that count. {_sources(found, shown)}", class_="small muted"),
        element("p", f"Not measured: {', '.join(missing)}.", class_="small muted")
        if missing else None,
    )  # fmt: skip


def _row(
    name: str, one: PointResult, keys: Sequence[str], figures: Sequence[Quantity]
) -> tuple[Child | TableCell, ...]:
    speed = one.throughput
    interval = TableCell("–", "none")
    if one.low is not None and one.high is not None:
        interval = number(f"{significant(one.low)} to {significant(one.high)}")
    return (
        TableCell(name, "short", head=True),
        *(one.point.settings.format(key) for key in keys),
        number(f"{len(one.counted)} of {len(one.point.runs)}"),
        number(speed.number()) if speed.value is not None else TableCell(speed.text(), "none"),
        interval,
        *(
            number(quantity.number()) if quantity.value is not None else TableCell("–", "none")
            for quantity in figures
        ),
        ", ".join(one.doubts).replace("_", " ") or "none",
    )


def _sources(found: SweepResult, shown: Mapping[Metric, object]) -> str:
    sources: dict[str, list[str]] = {THROUGHPUT.source.value: [THROUGHPUT.label]}
    for one in shown:
        sources.setdefault(one.source.value, []).append(one.label)
    said = "; ".join(f"{source}: {', '.join(labels)}" for source, labels in sources.items())
    emulated = source_of(found).partition(", ")[2]
    return f"Sources: {said}." + (f" All with {emulated}." if emulated else "")


def notes(of: Material, found: SweepResult) -> tuple[str, ...]:
    """What is to be known beside the figures: the sweep's own, outliers, training, doubts."""
    runs = [run for point in found.points for run in point.counted]
    known = {point.point.settings: point.counted[0] for point in found.points if point.counted}
    first = [known[settings] for settings in of.settings if settings in known]
    return (
        *found.notes,
        *_far(of, found),
        *(training_notes(first[1:], first[0]) if first else ()),
        *_doubts(runs),
    )


def _far(of: Material, found: SweepResult) -> tuple[str, ...]:
    names = names_by_place(of, found)
    return tuple(
        f"{point.counted[far.index].name} lies far from the other repeats of {names[place]}: "
        f"{significant(far.value)} against a median of {significant(far.median)} "
        f"{THROUGHPUT.unit}. It counts all the same."
        for place, point in enumerate(found.points)
        for far in outliers([THROUGHPUT.of(run).value for run in point.counted])
    )


def _doubts(runs: Sequence[Run]) -> tuple[str, ...]:
    """Each kind of doubt once, with the runs that have it; the table has each in full."""
    found: dict[str, list[tuple[Run, str]]] = {}
    for run in runs:
        for doubt in doubts(run):
            found.setdefault(doubt.key, []).append((run, doubt.text))
    return tuple(
        f"{listed([run for run, _ in alike])}, {len(alike)} of {len(runs)} runs: {alike[0][1]}"
        for alike in found.values()
    )
