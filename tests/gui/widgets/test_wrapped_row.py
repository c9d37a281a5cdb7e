"""A row of controls breaks where it has too little room, and cuts none of them."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.elided_label import ElidedLabel
from gui.widgets.wrapped_row import WrappedRow


def row_of(qtbot: QtBot, width: int) -> tuple[QWidget, ElidedLabel, list[QPushButton]]:
    row = WrappedRow()
    qtbot.addWidget(row)
    heading = ElidedLabel("a heading that is much longer than there is room for in a row " * 3)
    buttons = [QPushButton(text) for text in ("Open", "Second trace", "Perfetto", "Delete")]
    row.add_widgets((heading, *buttons[:-1]))
    row.add_right(buttons[-1])
    row.resize(width, row.heightForWidth(width))
    row.show()
    return row, heading, buttons


def test_all_in_a_row_where_there_is_room_and_the_heading_takes_what_is_left(
    qtbot: QtBot,
) -> None:
    whole, heading, buttons = row_of(qtbot, 900)
    middles = {part.geometry().center().y() for part in buttons}
    assert max(middles) - min(middles) <= 1
    assert buttons[-1].geometry().right() == whole.width() - 1
    assert heading.width() > 300
    assert all(part.width() >= part.sizeHint().width() for part in buttons)


def test_parts_without_room_begin_another_row_and_none_is_cut(qtbot: QtBot) -> None:
    whole, heading, buttons = row_of(qtbot, 260)
    for part in buttons:
        assert part.width() >= part.minimumSizeHint().width()
        assert whole.rect().contains(part.geometry())
    assert len({part.y() for part in (heading, *buttons)}) > 1
    places = [part.geometry() for part in (heading, *buttons)]
    for at, place in enumerate(places):
        assert not any(place.intersects(other) for other in places[at + 1 :])


def test_a_page_gives_all_of_its_rows_their_height(qtbot: QtBot) -> None:
    row, _, buttons = row_of(qtbot, 260)
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    column.addWidget(row)
    column.addWidget(QPlainTextEdit(), 1)
    page.resize(280, 400)
    page.show()
    for part in buttons:
        assert row.rect().contains(part.geometry())
    assert row.height() == row.heightForWidth(row.width())
