"""The words behind a bar have room, however narrow the chart is."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication

from core.charts.chart import Bar
from gui.plotting.pixel_marks import room_behind, words_left

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


def test_words_begin_behind_a_line_that_would_cross_them() -> None:
    assert words_left(100.0, 80.0, (), 400.0) == 108.0
    assert words_left(100.0, 80.0, (50.0, 300.0), 400.0) == 108.0
    assert words_left(100.0, 80.0, (120.0,), 400.0) == 128.0
    # Without room behind the line they stay.
    assert words_left(100.0, 80.0, (150.0,), 200.0) == 108.0
