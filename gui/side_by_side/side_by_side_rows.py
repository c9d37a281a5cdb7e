"""The rows of runs side by side, in sections, as plain text."""

from __future__ import annotations

from dataclasses import dataclass

from core.analysis.doubts.by_run import NONE, DoubtRow
from core.analysis.doubts.environments import NOT_SEEN, EnvironmentRow
from core.analysis.side_by_side.runs import (
    ABSENT,
    MetricRow,
    RangeRow,
    RunFigure,
    SettingRow,
    SideBySide,
)
from core.analysis.side_by_side.stages import SOURCE, StageLine
from core.text.plural import plural

DIFFERS_MARK = "\N{NOT EQUAL TO}"
_NO_DOUBT = "–"


@dataclass(frozen=True)
class TableLine:
    """One row.

    Attributes:
        head: What stands before it, with the unit in brackets.
        help: What it means, for the tooltip of its heading.
        texts: What stands in its cells.
        tips: What the cells say when asked.
        muted: Which cells have less weight.
        group: It is a heading of the rows below; ``texts`` then holds a single sentence.
        within: What the row tells more of; it then stands a little to the right, below that.
        marked: The runs are unlike in it, among rows in which they need not be.
    """

    head: str
    help: str
    texts: tuple[str, ...]
    tips: tuple[str, ...] = ()
    muted: tuple[bool, ...] = ()
    group: bool = False
    within: str = ""
    marked: bool = False

    @property
    def shown(self) -> str:
        """Its heading below and above others."""
        if self.group:
            return self.head.upper()
        mark = f"{DIFFERS_MARK} " if self.marked else ""
        return f"      {mark}{self.head}" if self.within else f"{mark}{self.head}"

    @property
    def alone(self) -> str:
        """Its heading where it stands by itself."""
        if self.group:
            return self.head.upper()
        mark = f"{DIFFERS_MARK} " if self.marked else ""
        return f"{mark}{self.within}: {self.head}" if self.within else f"{mark}{self.head}"


def lines_of(shown: SideBySide, *, equal_rows: bool) -> list[TableLine]:
    """All rows.

    Args:
        shown: The runs.
        equal_rows: Also settings and facts of the environment that all runs share.
    """
    lines = [
        *_settings(shown),
        *_in_range(shown),
        _group("Measured", f"in brackets: the difference to {shown.baseline.name}"),
        *map(_metric_line, shown.metrics),
        *_doubts(shown),
        *_environment(shown, equal_rows),
        _group("Stages as executed", f"{SOURCE}; {DIFFERS_MARK} not the same in all of them"),
        *map(_stage_line, shown.stages),
    ]
    if equal_rows:
        alike = [row for row in shown.settings if not row.differs]
        lines += [_group("Same", plural(len(alike), "setting")), *map(_setting_line, alike)]
    return lines


def _group(head: str, text: str) -> TableLine:
    return TableLine(head, text, (text,), group=True)


def _unlike(values: tuple[str, ...], without: str) -> tuple[bool, ...]:
    """Less weight for what is missing and for what is as in the first column."""
    return tuple(
        value == without or (at > 0 and value == values[0]) for at, value in enumerate(values)
    )


def _settings(shown: SideBySide) -> list[TableLine]:
    unlike = [row for row in shown.settings if row.differs]
    said = f"{len(unlike)} of {len(shown.settings)} settings" if unlike else "no setting differs"
    return [_group("Differs", said), *map(_setting_line, unlike)]


def _setting_line(row: SettingRow) -> TableLine:
    tips = tuple(f"{row.key} = {value}" for value in row.values)
    return TableLine(row.name, row.key, row.values, tips, _unlike(row.values, ABSENT))


def _metric_line(row: MetricRow) -> TableLine:
    return TableLine(
        row.label,
        row.metric.help,
        tuple(cell.text() for cell in row.cells),
        tuple(_tip(cell) for cell in row.cells),
        tuple(cell.quantity.value is None for cell in row.cells),
    )


def _tip(cell: RunFigure) -> str:
    quantity = cell.quantity
    return (
        quantity.text() if quantity.value is None else f"{quantity.text()}\n{quantity.provenance()}"
    )


def _in_range(shown: SideBySide) -> list[TableLine]:
    """The steps that are selected in the plots."""
    if not shown.selected:
        return []
    head = _group(f"In {shown.selected}", "mean · p50 · p95; selected in the plots, until Esc")
    return [head, *map(_range_line, shown.in_range)]


def _range_line(row: RangeRow) -> TableLine:
    return TableLine(
        row.label,
        "Mean, median and 95th percentile over the selected steps",
        tuple(figure.numbers() for figure in row.cells),
        tuple(figure.text() for figure in row.cells),
        tuple(figure.mean.value is None for figure in row.cells),
    )


def _doubts(shown: SideBySide) -> list[TableLine]:
    known = shown.doubts
    every = tuple("\n".join(doubt.text for doubt in doubts) for doubts in known.by_run)
    some = any(known.by_run)
    said = "of each run by itself; in full above and when pointed at" if some else "of no run"
    count = TableLine(
        "doubts",
        "How many reasons there are to doubt the figures of each run by itself",
        known.counts,
        every,
        tuple(count == NONE for count in known.counts),
    )
    return [_group("Doubts", said), count, *map(_doubt_line, known.rows)]


def _doubt_line(row: DoubtRow) -> TableLine:
    return TableLine(
        row.label,
        next(text for text in row.texts if text),
        tuple("yes" if text else _NO_DOUBT for text in row.texts),
        row.texts,
        tuple(not text for text in row.texts),
        within="doubts",
    )


def _environment(shown: SideBySide, equal_rows: bool) -> list[TableLine]:
    unlike = [row for row in shown.environment if row.differs]
    unknown = any(NOT_SEEN in row.values for row in shown.environment)
    if unlike:
        said = f"{', '.join(row.label for row in unlike)} not the same: do not pool these runs"
    elif unknown:
        said = "the same, as far as it is known"
    else:
        said = "the same machine, versions and device"
    rows = shown.environment if equal_rows else unlike
    return [_group("Environment", said), *map(_environment_line, rows)]


def _environment_line(row: EnvironmentRow) -> TableLine:
    tips = tuple(f"{row.label}: {value}" for value in row.values)
    return TableLine(row.label, row.label, row.values, tips, _unlike(row.values, NOT_SEEN))


def _stage_line(line: StageLine) -> TableLine:
    figures = bool(line.stage and line.label)
    texts = tuple(cell.text for cell in line.cells)
    muted = [cell.missing for cell in line.cells]
    for at in range(1, len(texts)):
        muted[at] = muted[at] or texts[at] == texts[0]
    return TableLine(
        line.label or line.stage,
        line.help,
        texts,
        tuple(cell.more or cell.text for cell in line.cells),
        tuple(muted),
        within=line.stage if figures else "",
        marked=line.differs,
    )
