"""What came of a comparison or a sweep, in plain text."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.comparisons.comparison import Comparison
from core.analysis.comparisons.configurations import described
from core.analysis.sweeps.sweep import SweepResult
from core.cli.terminal.table import indented, table
from core.model.quantity import significant
from core.model.settings import Settings
from core.statistics import RatioInterval
from core.text.plural import plural
from core.text.workload_name import workload_name

_MOST_SHOWN = 20


def comparison_text(
    found: Comparison, workload: str, sides: Sequence[Settings] | None = None
) -> str:
    """What each configuration is, every metric, and what is to be known beside.

    Args:
        found: What came of it.
        workload: Id of the workload.
        sides: The settings of each configuration; None where this version does not know them.
    """
    names = [configuration.name for configuration in found.configurations]
    lines = [
        f"{workload_name(workload)}: {_repeats(found)} of each, in turn",
        *(f"  {name}: {text}" for name, text in zip(names, described(sides or ()), strict=False)),
    ]
    heads = ["", *names, *(f"{name} / {names[0]}" for name in names[1:]), ""]
    rows: list[tuple[str, ...]] = [tuple(heads)]
    for result in found.results:
        if all(mean.value is None for mean in result.means):
            continue
        ratios = [_ratio_text(interval) for interval in result.ratios]
        verdicts = "; ".join(result.verdict(index) for index in range(len(result.ratios)))
        rows.append(
            (
                f"  {result.metric.label}",
                *(mean.text() for mean in result.means),
                *ratios,
                verdicts,
            )
        )
    lines += [table(rows), indented(f"Throughput: {found.decisive.provenance(names)}.")]
    return "\n".join((*lines, *(indented(note) for note in found.notes)))


def _repeats(found: Comparison) -> str:
    return plural(len(found.configurations[0].repeats), "repeat")


def _ratio_text(found: RatioInterval | None) -> str:
    if found is None or found.ratio is None:
        return "–"
    if found.low is None or found.high is None:
        return f"{found.ratio:.3f} (one pair: no interval)"
    return f"{found.ratio:.3f} [{significant(found.low)}, {significant(found.high)}]"


def sweep_text(found: SweepResult) -> str:
    """Every configuration, the fastest first, and which knob mattered."""
    keys = [swept_knob.key for swept_knob in found.axes]
    rows: list[tuple[str, ...]] = [("  ", *keys, "throughput", "95 % interval", "device idle")]
    for place, point in enumerate(found.points[:_MOST_SHOWN], start=1):
        interval = (
            "too few repeats for one"
            if point.low is None or point.high is None
            else f"[{significant(point.low)}, {significant(point.high)}]"
        )
        values = (point.point.settings.format(key) for key in keys)
        doubtful = f"  doubts: {', '.join(point.doubts)}" if point.doubts else ""
        rows.append(
            (f"  {place}", *values, point.throughput.text(), interval, point.idle.text() + doubtful)
        )
    more = len(found.points) - _MOST_SHOWN
    rest = (f"  and {more} more",) if more > 0 else ()
    sources = dict.fromkeys(p.throughput.provenance() for p in found.points if p.throughput.value)
    source = " / ".join(sources)
    return "\n".join(
        (
            table(rows),
            *rest,
            indented(f"Throughput: {source}."),
            indented(found.sentence),
            *(indented(note) for note in found.notes),
        )
    )
