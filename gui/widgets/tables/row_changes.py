"""Tells views of a model which rows came, went and moved, so that what is selected stays so."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import groupby

from gui.widgets.tables.table_model import NO_INDEX, Facts, Row, TableModel

# Beyond so many changes at once, starting over is quicker than telling of each.
MANY_CHANGES = 64


def change_rows(
    model: TableModel[Row, Facts], new: Sequence[Row], key: Callable[[Row], Hashable]
) -> None:
    """Turn the rows of a model into others, step by step.

    Args:
        model: Whose views are told.
        new: What its rows are to be.
        key: What makes a row the same row.
    """
    keys, old_keys = [key(row) for row in new], [key(row) for row in model.rows]
    known = set(old_keys)
    going, coming = _stretches(old_keys, without=set(keys)), _stretches(keys, without=known)
    if len(going) + len(coming) > MANY_CHANGES:
        model.show_rows(new)
        return
    for first, last in reversed(going):
        model.beginRemoveRows(NO_INDEX, first, last)
        model.take_rows([*model.rows[:first], *model.rows[last + 1 :]])
        model.endRemoveRows()
    _move(model, [row for row in new if key(row) in known], key)
    for first, last in coming:
        model.beginInsertRows(NO_INDEX, first, last)
        model.take_rows([*model.rows[:first], *new[first : last + 1], *model.rows[first:]])
        model.endInsertRows()
    model.take_rows(new)


def _move(model: TableModel[Row, Facts], wanted: list[Row], key: Callable[[Row], Hashable]) -> None:
    before = [key(row) for row in model.rows]
    places = {key(row): place for place, row in enumerate(wanted)}
    if list(places) == before:
        return
    model.layoutAboutToBeChanged.emit()
    held = model.persistentIndexList()
    model.take_rows(wanted)
    model.changePersistentIndexList(
        held, [model.index(places[before[index.row()]], index.column()) for index in held]
    )
    model.layoutChanged.emit()


def _stretches(keys: Sequence[Hashable], without: set[Hashable]) -> list[tuple[int, int]]:
    """First and last place of each stretch of keys that are not in a set."""
    stretches, place = [], 0
    for known, stretch in groupby(keys, without.__contains__):
        count = len(list(stretch))
        if not known:
            stretches.append((place, place + count - 1))
        place += count
    return stretches
