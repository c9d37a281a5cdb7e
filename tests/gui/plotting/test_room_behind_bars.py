"""The words behind a bar have room, however narrow the chart is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.charts.chart import Axis, Bar, Chart, Tick
from gui.plotting.chart_view import ChartView
from gui.plotting.pixel_marks import room_behind, words_left
from gui.theme import LIGHT

WORDS = "93 %  measurable difference"


@pytest.mark.parametrize("width_px", [280.0, 400.0, 1000.0])
def test_the_words_behind_the_longest_bar_end_before_the_axis(
    qapp: QApplication, width_px: float
) -> None:
    font = QFont()
    bars = [Bar(0, 0, 93.0, text=WORDS), Bar(-1, 0, 7.0, text=WORDS)]
    high = room_behind(bars, 100.0, width_px, font)
    end_px = 93.0 / high * width_px
    assert end_px + QFontMetricsF(font).horizontalAdvance(WORDS) <= width_px


def test_an_axis_with_room_stays_as_it_is(qapp: QApplication) -> None:
    assert room_behind([Bar(0, 0, 10.0, text=WORDS)], 165.0, 1000.0, QFont()) == 165.0
    assert room_behind([], 165.0, 0.0, QFont()) == 165.0


def test_an_axis_that_does_not_begin_at_0_has_room_too(qapp: QApplication) -> None:
    font, width_px = QFont(), 300.0
    high = room_behind([Bar(0, 2, 5.0, text=WORDS)], 6.0, width_px, font, 2.0)
    end_px = (5.0 - 2.0) / (high - 2.0) * width_px
    assert end_px + QFontMetricsF(font).horizontalAdvance(WORDS) <= width_px


def test_words_begin_behind_a_line_that_would_cross_them() -> None:
    assert words_left(100.0, 80.0, (), 400.0) == 108.0
    assert words_left(100.0, 80.0, (50.0, 300.0), 400.0) == 108.0
    assert words_left(100.0, 80.0, (120.0,), 400.0) == 128.0
    # Without room behind the line they stay.
    assert words_left(100.0, 80.0, (150.0,), 200.0) == 108.0


def test_numbers_along_a_narrow_axis_do_not_run_into_each_other(qtbot: QtBot) -> None:
    ticks = tuple(Tick(at, f"1{10 * '0'}") for at in range(1, 9))
    view = ChartView("bars", "", LIGHT)
    qtbot.addWidget(view)
    view.resize(300, 150)
    view.show()
    view.show_chart(
        Chart(x=Axis("", 1, 9, ticks), y=Axis("", -1, 1, ()), marks=(Bar(0, 1, 5.0, text="5"),))
    )
    (shown,) = view.item.getAxis("bottom")._tickLevels
    a_unit_px = view.item.vb.width() / (view.item.vb.viewRange()[0][1] - 1)
    wide_px = view.fontMetrics().horizontalAdvance(ticks[0].text)
    assert 1 < len(shown) < len(ticks)
    assert all(
        (after - before) * a_unit_px > wide_px for (before, _), (after, _) in pairwise(shown)
    )


def test_long_names_of_rows_leave_most_of_the_width_to_the_bars(qtbot: QtBot) -> None:
    name = "map_3  load_and_preprocess_image_and_mask.py:142"
    view = ChartView("bars", "", LIGHT)
    qtbot.addWidget(view)
    view.resize(500, 150)
    view.show()
    view.show_chart(
        Chart(
            x=Axis("", 0, 5, ()),
            y=Axis("", -1, 1, (Tick(0, name),)),
            marks=(Bar(0, 0, 4.0, text=WORDS),),
        )
    )
    ((_, shown),) = view.item.getAxis("left")._tickLevels[0]
    assert view.item.vb.width() > 0.5 * view.width()
    # The line stays readable: what is left out is the middle.
    assert shown.startswith("map_3")
    assert shown.endswith("142")
    assert "…" in shown
    view.resize(1400, 150)
    ((_, shown),) = view.item.getAxis("left")._tickLevels[0]
    assert shown == name
