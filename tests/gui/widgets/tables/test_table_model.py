"""A table of any rows: what its columns say, what stays when rows change, and how it is sorted."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from gui.theme import DARK, LIGHT
from gui.widgets.tables.row_changes import change_rows
from gui.widgets.tables.table_model import (
    SORT_ROLE,
    Cell,
    CellColumn,
    Column,
    TableModel,
    sorted_places,
)

Role = Qt.ItemDataRole
UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


@dataclass(frozen=True)
class WordColumn(Column[str, str]):
    def text(self, row: str, facts: str) -> str:
        return row + facts

    def muted(self, row: str, facts: str) -> bool:
        return row == "grey"

    def failed(self, row: str, facts: str) -> bool:
        return row == "red"

    def needless(self, rows: Sequence[str]) -> bool:
        return len(set(rows)) < 2


@pytest.fixture
def model(qapp: object) -> TableModel[str, str]:
    length = Column[str, str]("length", "In characters", number=True)
    made = TableModel((WordColumn("word", "What it is"), length), "!", LIGHT)
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Warning, made)
    return made


def test_a_cell_says_what_its_column_says_of_the_row(model: TableModel[str, str]) -> None:
    model.show_rows(["Plain", "grey", "red"])
    words = [model.index(row, 0) for row in range(3)]
    assert [word.data() for word in words] == ["Plain!", "grey!", "red!"]
    colours = [word.data(Role.ForegroundRole) for word in words]
    assert colours == [None, QColor(LIGHT.muted), QColor(LIGHT.error)]
    assert words[0].data(SORT_ROLE) == "plain!"
    horizontal = Qt.Orientation.Horizontal
    assert model.headerData(0, horizontal) == "word"
    assert model.headerData(1, horizontal, Role.ToolTipRole) == "In characters"
    sides = [model.index(0, at).data(Role.TextAlignmentRole) for at in range(2)]
    assert [bool(Qt.AlignmentFlag(side) & Qt.AlignmentFlag.AlignRight) for side in sides] == [
        False, True,
    ]  # fmt: skip
    model.set_theme(DARK)
    assert words[1].data(Role.ForegroundRole) == QColor(DARK.muted)


def test_a_column_that_says_nothing_is_named(model: TableModel[str, str]) -> None:
    model.show_rows(["a", "a"])
    assert model.needless() == {0}
    model.show_rows(["a", "b"])
    assert model.needless() == set()


def test_other_texts_of_the_same_rows_leave_what_points_at_them(
    model: TableModel[str, str], qtbot: QtBot
) -> None:
    model.show_rows(["a", "b"])
    pointer = QPersistentModelIndex(model.index(1, 0))
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.show_rows(["a", "B"], same=True)
    assert pointer.data() == "B!"


@pytest.mark.parametrize("seed", range(20))
def test_what_points_at_a_row_goes_with_it_however_rows_change(
    model: TableModel[str, str], seed: int
) -> None:
    draw = random.Random(seed)
    letters = "abcdefghij"
    model.show_rows(draw.sample(letters, 6))
    pointers = {row: QPersistentModelIndex(model.index(at, 0)) for at, row in enumerate(model.rows)}
    for _ in range(5):
        before, wanted = set(model.rows), draw.sample(letters, draw.randrange(1, 9))
        change_rows(model, wanted, lambda row: row)
        assert model.rows == wanted
        pointers = {row: kept for row, kept in pointers.items() if row in before & set(wanted)}
        assert {row: kept.data() for row, kept in pointers.items()} == {
            row: f"{row}!" for row in pointers
        }


def test_sorting_puts_numbers_before_words_and_what_is_missing_last_either_way() -> None:
    keys = (3.0, None, "auto", 1.0, None)
    assert sorted_places(keys, UP) == [3, 0, 2, 1, 4]
    assert sorted_places(keys, DOWN) == [2, 0, 3, 1, 4]


def test_a_column_of_whole_cells_says_what_is_in_them(qapp: object) -> None:
    column = CellColumn[str]("x", cell=lambda row: Cell(row, f"about {row}", 2.0, muted=True))
    model: TableModel[str, None] = TableModel([column], None, LIGHT)
    model.show_rows(["a"])
    cell = model.index(0, 0)
    roles = (Role.DisplayRole, Role.ToolTipRole, SORT_ROLE, Role.ForegroundRole)
    assert [cell.data(role) for role in roles] == ["a", "about a", 2.0, QColor(LIGHT.muted)]
