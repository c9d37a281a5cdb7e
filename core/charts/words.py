"""What several charts say of means: texts for pointing, tables and empty charts."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.by_setting.run_groups import Mean, RunGroups
from core.charts.chart import Colour, Row, Target, Texts
from core.text.plural import plural

MEAN_COLUMNS = ("95 % from", "95 % to", "configurations", "runs")
NO_POINT = "None of these runs can be shown here."


def mean_rows(groups: RunGroups, mean: Mean, name: str = "mean") -> Texts:
    """A mean and its interval."""
    rows = [(name, groups.number(mean.value))]
    if interval := groups.interval(mean):
        rows.append(("95 % interval", interval))
    return tuple(rows)


def mean_target(
    groups: RunGroups, mean: Mean, values: Texts, x: float, y: float, colour: Colour
) -> Target:
    """What a mean says when it is pointed at."""
    counts = f"{plural(mean.configurations, 'configuration')}, {plural(len(mean.run_ids), 'run')}"
    rows = (*mean_rows(groups, mean), *values, ("of", counts))
    return Target(x, y, rows, mean.run_ids, note=groups.source, colour=colour)


def mean_cells(mean: Mean) -> Row:
    """A mean as cells of a table: value, interval, configurations, runs."""
    ends = ("" if end is None else number(end) for end in (mean.low, mean.high))
    return (number(mean.value), *ends, str(mean.configurations), str(len(mean.run_ids)))


def titled(text: str) -> str:
    """A text as the beginning of a title."""
    return text[:1].upper() + text[1:]


def number(value: float) -> str:
    """A figure in a table: to be read by other programs."""
    return f"{value:.6g}"


def nothing_to_draw(groups: RunGroups) -> str:
    """Why a chart of these runs is empty."""
    return " ".join((NO_POINT, *groups.notes()))


def as_text(rows: Sequence[Row], source: str) -> str:
    """Tab-separated lines, and where the figures come from below them."""
    lines = ["\t".join(row) for row in rows]
    return "\n".join([*lines, "", source] if source else lines) + "\n"
