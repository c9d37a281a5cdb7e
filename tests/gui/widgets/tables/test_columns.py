"""Columns that a person widens, moves and hides, the same in every table."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QStandardItemModel
from PySide6.QtWidgets import QApplication, QMenu, QTableView
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.runs_table.run_columns import COLUMNS, DEVICE, SETTINGS, WORKLOAD
from gui.state.remembered import KeptValues
from gui.text_size import TEXT_SIZES_PX
from gui.theme import LIGHT, apply_theme
from gui.widgets.tables.column_widths import narrowed
from gui.widgets.tables.columns import TableColumns
from tests.gui.builders import play
from tests.gui.conftest import MakeWindow


@pytest.fixture
def table(qtbot: QtBot) -> QTableView:
    view = QTableView()
    qtbot.addWidget(view)
    model = QStandardItemModel(2, 4, view)
    model.setHorizontalHeaderLabels(["run", "settings", "throughput\n(examples/s)", "state"])
    for row in range(2):
        for column, text in enumerate(("run 1", "prefetch=2", "1,232 [1,232, 1,240]", "done")):
            model.setData(model.index(row, column), text)
    view.setModel(model)
    view.resize(900, 200)
    view.show()
    return view


def widths(table: QTableView) -> list[int]:
    return [table.columnWidth(column) for column in range(table.model().columnCount())]


def test_texts_fit_and_the_wide_column_takes_what_is_left(table: QTableView) -> None:
    columns = TableColumns(table, "t", wide=1, least_px=200)
    columns.fit()
    for column in (0, 2, 3):
        assert table.columnWidth(column) >= table.sizeHintForColumn(column)
    assert sum(widths(table)) == table.viewport().width()
    table.resize(300, 200)
    assert table.columnWidth(1) == 200


def test_what_the_person_set_stays_and_reset_forgets_it(table: QTableView) -> None:
    columns = TableColumns(table, "t", wide=1)
    columns.fit()
    before, heads = widths(table), table.horizontalHeader()
    heads.resizeSection(2, 260)
    heads.resizeSection(1, 111)
    heads.moveSection(0, 3)
    columns.show_column(3, on=False)
    columns.fit()
    assert widths(table)[1:3] == [111, 260]
    assert table.isColumnHidden(3)
    assert heads.visualIndex(0) == 3
    columns.reset()
    assert widths(table) == before
    assert not table.isColumnHidden(3)
    assert heads.visualIndex(0) == 0


def test_columns_that_say_nothing_are_hidden_until_the_person_wants_them(
    table: QTableView,
) -> None:
    columns = TableColumns(table, "t", wide=1)
    columns.hide_needless(frozenset({3}))
    assert table.isColumnHidden(3)
    columns.show_column(3, on=True)
    columns.hide_needless(frozenset({3}))
    assert not table.isColumnHidden(3)


def test_the_menu_opens_by_right_click_and_menu_key_and_keeps_one_column(
    table: QTableView, qtbot: QtBot
) -> None:
    columns = TableColumns(table, "t", wide=1)
    heads = table.horizontalHeader()
    assert heads.focusPolicy() & Qt.FocusPolicy.TabFocus
    where = heads.viewport().rect().center()
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(heads, QContextMenuEvent(reason, where, heads.mapToGlobal(where)))
    menu = table.findChild(QMenu)
    assert isinstance(menu, QMenu)
    lines = [line for line in menu.actions() if line.isCheckable()]
    assert [line.text() for line in lines] == [
        "run",
        "settings",
        "throughput (examples/s)",
        "state",
    ]
    for line in lines[1:]:
        line.trigger()
    menu.close()
    assert [table.isColumnHidden(column) for column in range(4)] == [False, True, True, True]
    assert not columns.menu().actions()[0].isEnabled()


@pytest.mark.parametrize(
    "state",
    [
        {"widths": [1], "shown": 3, "order": {"run": 1}},
        {"widths": {"run": "9", "state": -5}, "shown": {"run": "no"}, "order": [1, "gone", None]},
    ],
)
def test_what_is_remembered_may_be_nonsense(table: QTableView, state: dict[str, object]) -> None:
    columns = TableColumns(table, "t", wide=1)
    columns.fit()
    before = widths(table)
    columns.restore(KeptValues(state))
    assert widths(table) == before


def test_the_columns_of_every_table_are_there_after_a_restart(make_window: MakeWindow) -> None:
    window = make_window()
    play(window.session)
    for index in range(window.tabs.count()):
        window.tabs.setCurrentIndex(index)
    tables = {one.objectName() for one in window.findChildren(TableColumns)}
    assert tables == {
        f"columns.{name}"
        for name in (
            "changes",
            "other changes",
            "runs",
            "queue",
            "stages",
            "timeline",
            "comparison",
            "sweep",
            "side by side",
        )
    }
    window.pages.stages.page.columns.show_column(1, on=False)
    heads = window.runs.table.horizontalHeader()
    heads.resizeSection(DEVICE, 177)
    heads.moveSection(heads.visualIndex(SETTINGS), 1)
    window.runs.columns.show_column(WORKLOAD, on=True)
    window.close()
    # A page that nobody shows keeps what is remembered of it.
    make_window().close()
    later = make_window()
    assert later.pages.stages.page.table.isColumnHidden(1)
    again = later.runs.table
    assert again.columnWidth(DEVICE) == 177
    assert again.horizontalHeader().visualIndex(SETTINGS) == 1
    assert not again.isColumnHidden(WORKLOAD)


def test_settings_have_room_and_no_number_is_cut_at_the_usual_size(window: MainWindow) -> None:
    base = play(window.session)
    play(window.session, **{"prefetch.buffer_size": 2, "batch.batch_size": 64})
    window.session.set_baseline(base.id)
    table = window.runs.table
    assert table.columnWidth(SETTINGS) >= table.fontMetrics().horizontalAdvance("prefetch=autotune")
    for section, column in enumerate(COLUMNS):
        if column.number and not table.isColumnHidden(section):
            assert table.columnWidth(section) >= table.sizeHintForColumn(section)


def test_texts_fit_again_after_they_were_larger(
    qtbot: QtBot, qapp: QApplication, table: QTableView
) -> None:
    apply_theme(qapp, LIGHT, TEXT_SIZES_PX[-1])
    try:
        columns = TableColumns(table, "t", wide=1)
        columns.fit()
    finally:
        apply_theme(qapp, LIGHT)

    def fits() -> bool:
        return all(table.columnWidth(at) >= table.sizeHintForColumn(at) for at in range(4))

    qtbot.waitUntil(fits)


@pytest.mark.parametrize(
    ("room", "widths"),
    [
        (100, {0: 30, 1: 50, 2: 20}),
        (80, {0: 30, 1: 30, 2: 20}),
        (60, {0: 20, 1: 20, 2: 20}),
        (10, {0: 10, 1: 15, 2: 20}),
    ],
)
def test_the_widest_columns_give_way_first(room: int, widths: dict[int, int]) -> None:
    assert narrowed({0: 30, 1: 50, 2: 20}, {0: 10, 1: 15}, room) == widths
