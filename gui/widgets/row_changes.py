"""Tells views of a model which rows came, went and moved, so that what is selected stays so."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex

T = TypeVar("T")
_NONE = QModelIndex()

# Beyond so many changes at once, starting over is quicker than telling of each.
_MANY_CHANGES = 64


def told(
    model: QAbstractTableModel,
    old: Sequence[T],
    new: Sequence[T],
    key: Callable[[T], Hashable],
    take: Callable[[list[T]], None],
) -> None:
    """Turn the rows of a model into others, step by step.

    Args:
        model: Whose views are told.
        old: Its present rows.
        new: What they are to be.
        key: What makes a row the same row.
        take: Gives the model its rows after each step; the last is ``new``.
    """
    wanted, known = {key(one) for one in new}, {key(one) for one in old}
    going = _stretches([key(one) not in wanted for one in old])
    coming = _stretches([key(one) not in known for one in new])
    if len(going) + len(coming) > _MANY_CHANGES:
        model.beginResetModel()
        take(list(new))
        model.endResetModel()
        return
    rows = list(old)
    for first, last in reversed(going):
        model.beginRemoveRows(_NONE, first, last)
        rows = rows[:first] + rows[last + 1 :]
        take(rows)
        model.endRemoveRows()
    rows = _moved(model, rows, [one for one in new if key(one) in known], key, take)
    for first, last in coming:
        model.beginInsertRows(_NONE, first, last)
        rows = rows[:first] + list(new[first : last + 1]) + rows[first:]
        take(rows)
        model.endInsertRows()


def _moved(
    model: QAbstractTableModel,
    rows: list[T],
    wanted: list[T],
    key: Callable[[T], Hashable],
    take: Callable[[list[T]], None],
) -> list[T]:
    before = [key(one) for one in rows]
    places = {key(one): row for row, one in enumerate(wanted)}
    if [key(one) for one in wanted] == before:
        return rows
    model.layoutAboutToBeChanged.emit()
    held = model.persistentIndexList()
    take(wanted)
    model.changePersistentIndexList(
        held, [model.index(places[before[index.row()]], index.column()) for index in held]
    )
    model.layoutChanged.emit()
    return wanted


def _stretches(marked: Sequence[bool]) -> list[tuple[int, int]]:
    """First and last of each stretch that is marked."""
    found: list[tuple[int, int]] = []
    for row, one in enumerate(marked):
        if one and found and found[-1][1] == row - 1:
            found[-1] = found[-1][0], row
        elif one:
            found.append((row, row))
    return found
