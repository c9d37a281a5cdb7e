"""What a report says of a comparison: verdict, charts and a table of every metric."""

from __future__ import annotations

from core.analysis.comparisons.comparison import DECIDES, Comparison, MetricResult, in_words
from core.analysis.comparisons.same_training import other_workload_notes, training_notes
from core.analysis.comparisons.ways_table import HEADS, TITLE, way_rows, way_sentences, ways_of
from core.analysis.doubts.losses import losses
from core.analysis.stages.idle_causes import idle_causes
from core.charts.idle import idle
from core.charts.loss import loss
from core.charts.ratios import ratios
from core.charts.repeats import repeats
from core.export.report.chart_svg import draw
from core.export.report.markup import Child, Markup, element
from core.export.report.material import Material
from core.export.report.page import charts
from core.export.report.tables import TableCell, number, table
from core.model.quantity import Quantity, Source, emulated_in_all
from core.model.run import Run


def lead(comparison: Comparison, workload: str) -> str:
    """What it is, in a sentence."""
    names = [configuration.name for configuration in comparison.configurations]
    rounds = len(comparison.configurations[0].repeats)
    times = "once" if rounds == 1 else f"{rounds} times"
    turns = " ".join([*names, *reversed(names)])
    return (
        f"A comparison of {len(names)} configurations of {workload}, each trained {times} in "
        f"balanced turns ({turns} …). {names[0]} is the baseline."
        if len(names) < 6
        else f"A comparison of {len(names)} configurations of {workload}, each trained {times} in "
        f"balanced turns. {names[0]} is the baseline."
    )


def verdict(comparison: Comparison) -> Markup:
    """The verdicts in words, and where the figures come from."""
    said = [element("p", sentence, class_="said") for sentence in in_words(comparison)]
    source = comparison.decisive.provenance(
        [configuration.name for configuration in comparison.configurations]
    )
    return element(
        "div", said, element("p", f"Throughput: {source}.", class_="source"), class_="verdict"
    )


def source_of(comparison: Comparison) -> str:
    """Source of throughput, with what was emulated in any of the runs that count."""
    emulated = emulated_in_all(run.emulations for run in comparison.pool.kept)
    return Quantity(None, "", Source.LOOP, emulated=emulated).provenance()


def plots(comparison: Comparison) -> Markup | None:
    """Repeats, ratios, idle causes and loss."""
    source = source_of(comparison)
    counted = [
        (configuration.name, _counted(configuration.repeats, comparison))
        for configuration in comparison.configurations
    ]
    keras = source.replace(Source.LOOP.value, Source.KERAS.value)
    return charts(
        draw(ratios(comparison, DECIDES, source)),
        draw(idle([idle_causes(name, runs) for name, runs in counted], source)),
        draw(repeats(comparison, DECIDES, source=source)),
        draw(loss([losses(name, runs) for name, runs in counted], keras, _training(comparison))),
    )


def _counted(runs: tuple[Run | None, ...], comparison: Comparison) -> list[Run]:
    return [run for run in runs if run is not None and comparison.pool.counts(run)]


def _training(comparison: Comparison) -> str:
    """Where the configurations do not train on the same."""
    first = [
        next(filter(None, configuration.repeats), None)
        for configuration in comparison.configurations
    ]
    if first[0] is None:
        return ""
    others = [run for run in first[1:] if run is not None]
    notes = (*other_workload_notes(others, first[0]), *training_notes(others, first[0]))
    return f"The training differs: {' '.join(notes)}" if notes else ""


def metrics_table(comparison: Comparison) -> Markup:
    """Both means, the ratio with its interval, the verdict and the source, for every metric."""
    names = [configuration.name for configuration in comparison.configurations]
    known = [
        result
        for result in comparison.results
        if any(mean.value is not None for mean in result.means)
    ]
    rows = [row for result in known for row in _rows(result, names)]
    missing = [result for result in comparison.results if result not in known]
    several = len(names) > 2
    second = TableCell(f"{names[1]}, mean", "number")
    return element(
        "div",
        table(
            "Every metric",
            (
                "metric",
                TableCell(f"{names[0]}, mean", "number"),
                *(("", TableCell("mean", "number")) if several else (second,)),
                TableCell(f"ratio to {names[0]}", "number"),
                TableCell(f"{100 * (1 - comparison.schedule.error_rate):.4g} % interval", "number"),
                "verdict",
                "source",
            ),
            rows,
        ),
        element(
            "p",
            "Not measured: "
            + "; ".join(f"{result.metric.label} ({_reason(result)})" for result in missing)
            + ".",
            class_="small muted",
        )
        if missing
        else None,
    )  # fmt: skip


def ways_table(material: Material, comparison: Comparison) -> Markup | None:
    """Threads, processes or a service; None where it is a comparison of something else."""
    rows = way_rows(comparison, ways_of(material.experiment))
    if not rows:
        return None
    baseline = comparison.configurations[0].name
    sentences = way_sentences(material.experiment, comparison)
    return element(
        "div",
        table(
            TITLE,
            tuple(head.format(baseline=baseline) for head in HEADS),
            [(TableCell(row.label, head=True), *row.cells[1:]) for row in rows],
        ),
        [element("p", sentence) for sentence in sentences],
    )


def _reason(result: MetricResult) -> str:
    return next((mean.reason for mean in result.means if mean.reason), "no reason is known")


def _rows(result: MetricResult, names: list[str]) -> list[tuple[Child | TableCell, ...]]:
    others = len(names) - 1
    sources = dict.fromkeys(mean.provenance() for mean in result.means if mean.value is not None)
    head = TableCell(result.metric.label, "short", others, head=True)
    rows: list[tuple[Child | TableCell, ...]] = []
    for index, name in enumerate(names[1:]):
        ratio = result.ratios[index]
        low = high = None
        if ratio is not None and ratio.ratio is not None:
            low, high = ratio.low, ratio.high
        figure = None if ratio is None else ratio.ratio
        row: list[Child | TableCell] = [
            *((TableCell(name, "short"),) if others > 1 else ()),
            _mean(result.means[index + 1]),
            number(f"{figure:.3f}") if figure is not None else TableCell("–", "none"),
            number(f"{low:.3f} to {high:.3f}")
            if low is not None and high is not None
            else TableCell("–", "none"),
            result.verdict(index),
        ]
        if index == 0:
            baseline = _mean(result.means[0])
            row[:0] = [head, TableCell(baseline.content, baseline.kind, rows=others)]
            row.append(TableCell("; ".join(sources), rows=others))
        rows.append(tuple(row))
    return rows


def _mean(quantity: Quantity) -> TableCell:
    return number(quantity.text(), measured=quantity.value is not None)
