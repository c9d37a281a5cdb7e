"""The stages of several runs as TensorFlow executed them, beside each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.analysis.comparisons.difference import Difference, figures_apart
from core.analysis.stages.columns import (
    UNKNOWN,
    StageColumn,
    StageSlot,
    all_slots,
    stage_column,
)
from core.analysis.stages.executed_view import StageRow
from core.model.quantity import Quantity
from core.model.run import Run
from core.pipeline.graph.executed import Change

SOURCE = "estimates from TensorFlow's performance model, over the last 10 s of each run"
NARROWEST = "narrowest stage"
NONE_NAMED = "none named"
NO_FIGURE = "–"
_SEQUENTIAL = "sequential"
_WORDS = ("more", "less")


@dataclass(frozen=True)
class StageCell:
    """What is said of one run.

    Attributes:
        text: In a few words.
        more: The whole of it, with where a number comes from.
        missing: There is no node or no figure.
    """

    text: str
    more: str = ""
    missing: bool = False


@dataclass(frozen=True)
class StageLine:
    """One thing about one stage across the runs.

    Attributes:
        stage: Which stage, or node that TensorFlow put in; empty for the pipeline as a whole.
        label: What is told of it, with the unit in brackets; empty for what it runs as.
        help: What that means.
        cells: In the order of the runs.
        differs: What TensorFlow does is not the same in all runs; figures are never quite.
    """

    stage: str
    label: str
    help: str
    cells: tuple[StageCell, ...]
    differs: bool = False


def stage_lines(runs: Sequence[Run]) -> tuple[StageLine, ...]:
    """Lay the executed pipelines of runs beside each other, the baseline first.

    Returns:
        The narrowest stage of each; then for each stage, from the source to ``fit``, what it
        runs as and its figures. Differences are against the first run, and given only where
        both figures are of the same stages and of elements of a size.
    """
    columns = tuple(map(stage_column, runs))
    lines = [_narrowest(columns)]
    slots = all_slots(columns)
    for slot in slots:
        lines += _lines_of(slot, _name(slot, slots), columns)
    return tuple(lines)


def _narrowest(columns: Sequence[StageColumn]) -> StageLine:
    cells, names = [], set()
    for column in columns:
        tight = next((row for row in column.rows.values() if row.narrowest), None)
        if tight is not None:
            where = tight.written or tight.executed
            names.add(where)
            capacity = tight.capacity
            more = f"{where}: at most {capacity.text()}\n{capacity.provenance()}"
            cells.append(StageCell(f"{where}: at most {capacity.text()}", more))
            continue
        if column.rows:
            names.add("")
        text = NONE_NAMED if column.rows else UNKNOWN
        cells.append(StageCell(text, column.notes[0] if column.notes else "", missing=True))
    help_text = "The stage with the least capacity: what it could deliver if it were the only limit"
    return StageLine("", NARROWEST, help_text, tuple(cells), len(names) > 1)


def _name(slot: StageSlot, slots: Sequence[StageSlot]) -> str:
    alike = [other for other in slots if other[:2] == slot[:2]]
    nth = f" (node {slot.nth + 1})" if len(alike) > 1 else ""
    if slot.put_in:
        where = f" behind {slot.stage}" if slot.stage else ""
        return f"{slot.put_in}, put in{where}{nth}"
    return slot.stage + nth


def _lines_of(slot: StageSlot, name: str, columns: Sequence[StageColumn]) -> list[StageLine]:
    rows = [column.rows.get(slot) for column in columns]
    runs_as = tuple(_runs_as(slot, column) for column in columns)
    texts = {cell.text for cell, column in zip(runs_as, columns, strict=True) if column.rows}
    lines = [StageLine(name, "", "What TensorFlow executes it as", runs_as, len(texts) > 1)]
    there = [row for row in rows if row is not None]
    if not there:
        return lines

    pairs = [
        (row, _peer(row, column, rows[0], columns[0]))
        for row, column in zip(rows, columns, strict=True)
    ]

    def add(
        label: str,
        help_text: str,
        cell: Callable[[StageRow, StageRow | None], StageCell],
        differs: bool = False,
    ) -> None:
        cells = tuple(
            StageCell(NO_FIGURE, why.text, missing=True) if row is None else cell(row, peer)
            for (row, peer), why in zip(pairs, runs_as, strict=True)
        )
        lines.append(StageLine(name, label, help_text, cells, differs))

    add(
        "time per element (ms)",
        "Time it works on one of its elements, without what feeds it",
        _time,
    )
    if any(row.calls != _SEQUENTIAL for row in there):
        add(
            "parallel calls",
            "Calls at the same time that are in force; tuned: chosen by AUTOTUNE",
            lambda row, _: StageCell(row.calls),
            len({row.calls for row in there}) > 1,
        )
    if any(row.buffered for row in there):
        add(
            "buffered elements",
            "Elements that lie ready, of how many that have room; tuned: chosen by AUTOTUNE",
            lambda row, _: StageCell(row.buffered or "no buffer", missing=not row.buffered),
            len({row.room for row in there}) > 1,
        )
    add(
        "capacity (examples/s)",
        "What it could deliver if it were the only limit: an estimate, often too high",
        _capacity,
    )
    return lines


def _runs_as(slot: StageSlot, column: StageColumn) -> StageCell:
    row = column.rows.get(slot)
    if row is None:
        joined = column.joined.get(slot)
        more = joined.note if joined else "" if column.rows else " ".join(column.notes)
        return StageCell(column.missing(slot), more, missing=True)
    how = f" ({row.change.value})" if row.change is not Change.NONE else ""
    if row.change is Change.FUSED:
        how = f" (fused: {row.written})"
    return StageCell(row.executed + how, row.note)


def _peer(
    row: StageRow | None, column: StageColumn, first: StageRow | None, baseline: StageColumn
) -> StageRow | None:
    """What a node is compared with: the baseline's, where it does the work of the same stages."""
    if row is None or first is None or column is baseline or row.stages != first.stages:
        return None
    return first if column.run.plan.workload == baseline.run.plan.workload else None


def _time(row: StageRow, peer: StageRow | None) -> StageCell:
    # An element of a batch or of a fused node is more than an example: times then do not compare.
    apart = None
    if peer is not None and row.element and row.element == peer.element:
        apart = figures_apart(
            row.time_per_element, peer.time_per_element, _WORDS, higher_is_better=False
        )
    size = f" {row.element}" if row.element else ""
    return _figure(row, row.time_per_element, apart, size)


def _capacity(row: StageRow, peer: StageRow | None) -> StageCell:
    # In examples a second, whatever the elements are.
    apart = None
    if peer is not None:
        apart = figures_apart(row.capacity, peer.capacity, _WORDS, higher_is_better=True)
    return _figure(row, row.capacity, apart)


def _figure(
    row: StageRow, quantity: Quantity, apart: Difference | None, size: str = ""
) -> StageCell:
    if quantity.value is None:
        return StageCell(quantity.number(), f"{row.executed}: {quantity.text()}", missing=True)
    beside = f"  ({apart.text()})" if apart else ""
    more = f"{row.executed}: {quantity.text()}{size}\n{quantity.provenance()}"
    return StageCell(f"{quantity.number()}{size}{beside}", more)
