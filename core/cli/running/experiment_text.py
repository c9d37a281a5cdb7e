"""What came of a comparison or a sweep, in plain text."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.comparisons.comparison import Comparison
from core.analysis.comparisons.configurations import described
from core.analysis.comparisons.ways_table import (
    HEADS,
    ratio_text,
    way_rows,
    way_sentences,
    ways_of,
)
from core.analysis.sweeps.sweep import SweepResult
from core.cli.terminal.table import indented, table
from core.model.experiment import Experiment
from core.model.quantity import interval_text
from core.model.settings import Settings
from core.text.plural import plural
from core.text.workload_name import workload_name

_MOST_SHOWN = 20


def comparison_text(
    comparison: Comparison, workload: str, sides: Sequence[Settings] | None = None
) -> str:
    """What each configuration is, every metric, and what is to be known beside.

    Args:
        comparison: What came of it.
        workload: Id of the workload.
        sides: The settings of each configuration; None where this version does not know them.
    """
    names = [configuration.name for configuration in comparison.configurations]
    lines = [
        f"{workload_name(workload)}{_where(comparison)}: {_repeats(comparison)} of each, in turn",
        *(f"  {name}: {text}" for name, text in zip(names, described(sides or ()), strict=False)),
    ]
    heads = ["", *names, *(f"{name} / {names[0]}" for name in names[1:]), ""]
    rows: list[tuple[str, ...]] = [tuple(heads)]
    for result in comparison.results:
        if all(mean.value is None for mean in result.means):
            continue
        ratios = [ratio_text(interval) for interval in result.ratios]
        verdicts = "; ".join(result.verdict(index) for index in range(len(result.ratios)))
        rows.append(
            (
                f"  {result.metric.label}",
                *(mean.text() for mean in result.means),
                *ratios,
                verdicts,
            )
        )
    lines += [table(rows), indented(f"Throughput: {comparison.decisive.provenance(names)}.")]
    return "\n".join((*lines, *(indented(note) for note in comparison.notes)))


def _where(comparison: Comparison) -> str:
    """The Python and machine that it took place in, where they are not this program's own."""
    repeats = (run for each in comparison.configurations for run in each.repeats)
    return next((run.plan.elsewhere for run in repeats if run is not None), "")


def ways_text(experiment: Experiment, comparison: Comparison) -> str:
    """Threads, processes or a service: a row for each way, and what follows.

    Args:
        experiment: The comparison.
        comparison: What came of it.

    Returns:
        Nothing where it is a comparison of something else.
    """
    ways = ways_of(experiment)
    if not ways:
        return ""
    baseline = comparison.configurations[0].name
    heads = [head.format(baseline=baseline) for head in HEADS]
    rows = [tuple(heads), *(row.cells for row in way_rows(comparison, ways))]
    indented_rows = [(f"  {first}", *others) for first, *others in rows]
    sentences = map(indented, way_sentences(experiment, comparison))
    return "\n".join((table(indented_rows), *sentences))


def _repeats(comparison: Comparison) -> str:
    return plural(len(comparison.configurations[0].repeats), "repeat")


def sweep_text(sweep: SweepResult) -> str:
    """Every configuration, the fastest first, and which knob mattered."""
    keys = [swept_knob.key for swept_knob in sweep.axes]
    rows: list[tuple[str, ...]] = [("  ", *keys, "throughput", "95 % interval", "device idle")]
    for place, point in enumerate(sweep.points[:_MOST_SHOWN], start=1):
        interval = interval_text(point.low, point.high) or "too few repeats for one"
        values = (point.point.settings.format(key) for key in keys)
        doubtful = f"  doubts: {', '.join(point.doubts)}" if point.doubts else ""
        rows.append(
            (f"  {place}", *values, point.throughput.text(), interval, point.idle.text() + doubtful)
        )
    more = len(sweep.points) - _MOST_SHOWN
    rest = (f"  and {more} more",) if more > 0 else ()
    sources = dict.fromkeys(p.throughput.provenance() for p in sweep.points if p.throughput.value)
    source = " / ".join(sources)
    runs = (run for point in sweep.points for run in point.point.runs)
    where = next((run.plan.elsewhere for run in runs), "")
    return "\n".join(
        (
            table(rows),
            *rest,
            indented(f"Throughput: {source}{where}."),
            indented(sweep.sentence),
            *(indented(note) for note in sweep.notes),
        )
    )
