"""A metric over two knobs: a heat map of means."""

from __future__ import annotations

from dataclasses import dataclass

from core.analysis.against.gathered import Gathered, Mean, Texts
from core.analysis.against.matching import matched
from core.analysis.knob_values import in_order
from core.metrics.metric import Better


@dataclass(frozen=True)
class HeatCell:
    """The mean over one value of each of the two knobs.

    Attributes:
        column, row: Indices of the values, from the left and from below.
        mean: The mean.
        values: The values of the two knobs, as ``(knob, value)``.
    """

    column: int
    row: int
    mean: Mean
    values: Texts


@dataclass(frozen=True)
class TwoKnobs:
    """What the heat map shows.

    Attributes:
        x_key, y_key: The knobs; empty where there are no two that vary.
        x_ticks, y_ticks: Their values that occur, in order.
        cells: Those that were measured, by row and then by column.
        best: Index of the best cell; None where there is no cell, or where the cells differ by
            other settings, too.
        low, high: The least and the greatest mean.
        notes: What must be known to read it, in sentences.
    """

    x_key: str = ""
    y_key: str = ""
    x_ticks: tuple[str, ...] = ()
    y_ticks: tuple[str, ...] = ()
    cells: tuple[HeatCell, ...] = ()
    best: int | None = None
    low: float = 0.0
    high: float = 0.0
    notes: tuple[str, ...] = ()

    def share(self, cell: HeatCell) -> float:
        """Where a cell's mean lies between the least and the greatest, 0 to 1."""
        span = self.high - self.low
        return (cell.mean.value - self.low) / span if span > 0 else 0.5


def two_knobs(gathered: Gathered, x_key: str, y_key: str) -> TwoKnobs:
    """The metric over two different knobs; only runs that count have part in it.

    Args:
        gathered: The metric of the runs.
        x_key: The knob whose values go from left to right.
        y_key: The knob whose values go upwards.
    """
    keys = (x_key, y_key)
    knobs = gathered.knobs
    columns, rows = (
        in_order((one.values[key] for one in gathered.configurations), knobs[key]) for key in keys
    )
    places = matched(gathered.configurations, keys, gathered.keys)
    cells = tuple(
        HeatCell(
            column,
            row,
            places.mean(gathered, members),
            gathered.texts({x_key: x, y_key: y}, keys),
        )
        for row, y in enumerate(rows)
        for column, x in enumerate(columns)
        if (members := places.cells.get((x, y)))
    )
    means = [cell.mean.value for cell in cells]
    best = max if gathered.metric.better is Better.HIGHER else min
    blank = len(columns) * len(rows) - len(cells)
    notes = [places.note()]
    if len(cells) > 1 and places.balanced:
        notes.append("Best: by its mean; a cell whose interval reaches it may be as good.")
    if blank:
        notes.append(f"{blank} of {len(columns) * len(rows)} combinations were not measured.")
    return TwoKnobs(
        x_key,
        y_key,
        tuple(knobs[x_key].format(value) for value in columns),
        tuple(knobs[y_key].format(value) for value in rows),
        cells,
        means.index(best(means)) if means and places.balanced else None,
        min(means, default=0.0),
        max(means, default=0.0),
        tuple(note for note in (*notes, *gathered.notes()) if note),
    )
