"""Brushes on axes, moved by mouse and keys."""

from __future__ import annotations

import pytest

from gui.by_setting.brushes import Brushes

STOPS = (0.0, 0.5, 1.0)


@pytest.fixture
def brushes() -> Brushes:
    made = Brushes()
    made.set_axes((STOPS, STOPS))
    return made


def through(brushes: Brushes, axis: int = 0) -> list[float]:
    low, high = brushes.on[axis]
    return [stop for stop in STOPS if low <= stop <= high]


def test_a_drag_goes_either_way_and_stays_on_the_axis(brushes: Brushes) -> None:
    brushes.drag(1, 0.8, -0.4)
    assert brushes.on == {1: (0.0, 0.8)}
    assert brushes.focus == 1


def test_a_click_brushes_the_nearest_value_and_a_second_one_lets_it_go(brushes: Brushes) -> None:
    brushes.click(0, 0.4)
    assert through(brushes) == [0.5]
    brushes.click(0, 0.55)
    assert brushes.on == {}


def test_keys_begin_at_an_end_and_move_by_one_value(brushes: Brushes) -> None:
    brushes.step(1)
    assert through(brushes) == [0.0]
    brushes.step(1)
    assert through(brushes) == [0.5]
    brushes.step(1)
    brushes.step(1)
    assert through(brushes) == [1.0]
    brushes.clear()
    brushes.step(-1)
    assert through(brushes) == [1.0]


def test_keys_widen(brushes: Brushes) -> None:
    brushes.step(1)
    brushes.step(1, extend=True)
    assert through(brushes) == [0.0, 0.5]
    brushes.step(1)
    assert through(brushes) == [0.5, 1.0]
    brushes.step(-1, extend=True)
    assert through(brushes) == [0.0, 0.5, 1.0]


def test_the_focus_stays_among_the_axes(brushes: Brushes) -> None:
    brushes.move_focus(-1)
    assert brushes.focus == 0
    brushes.move_focus(1)
    brushes.move_focus(1)
    assert brushes.focus == 1


def test_brushes_outlive_new_lines_but_not_other_axes(brushes: Brushes) -> None:
    brushes.drag(1, 0.0, 0.5)
    brushes.set_axes((STOPS, STOPS))
    assert brushes.on
    brushes.set_axes((STOPS, (0.0, 1.0)))
    assert brushes.on == {}
    assert brushes.focus == 0
