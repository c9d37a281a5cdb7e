"""Axes, marks and texts of the charts, and the markup that they are written in."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from core.export.report import drawing
from core.export.report.markup import Markup, element, joined, safe, typed
from core.export.report.scales import linear, ratios, tick_text


@pytest.mark.parametrize(
    "figures",
    [(981.0, 1302.0), (0.0, 0.003), (5.0,), (0.0,), (), (1e9, 3e9), (-2.0, 4.0), (1e-7, 2e-7)],
)
def test_an_axis_holds_all_figures_between_round_ends(figures: tuple[float, ...]) -> None:
    scale = linear(figures, 200.0, 40.0)
    assert scale.low < scale.high
    assert 2 <= len(scale.ticks) <= 9
    assert (scale.at(scale.low), scale.at(scale.high)) == (200.0, 40.0)
    for figure in figures:
        assert scale.low <= figure <= scale.high
        assert 40.0 <= scale.at(figure) <= 200.0
    assert all(tick >= 0 for tick in scale.ticks) or min(figures) < 0


def test_an_axis_ignores_what_is_no_number() -> None:
    assert linear((1.0, math.nan, math.inf, 2.0), 0.0, 100.0) == linear((1.0, 2.0), 0.0, 100.0)


@pytest.mark.parametrize("figures", [(), (1.001,), (0.2, 7.0), (1.16, 1.21), (0.001, 900.0)])
def test_an_axis_of_ratios_has_1_on_it_and_ticks_that_do_not_touch(
    figures: tuple[float, ...],
) -> None:
    scale = ratios(figures, 10.0, 450.0)
    assert 1.0 in scale.ticks
    places = [scale.at(tick) for tick in scale.ticks]
    assert all(b - a >= 38 for a, b in pairwise(places))
    assert all(10.0 <= scale.at(figure) <= 450.0 for figure in figures)


def test_equal_ratios_are_equally_far_apart() -> None:
    scale = ratios((0.2, 5.0), 0.0, 100.0)
    assert scale.at(2) - scale.at(1) == pytest.approx(scale.at(1) - scale.at(0.5))


@pytest.mark.parametrize(
    ("figure", "text"),
    [(0.0, "0"), (1500.0, "1\u202f500"), (0.25, "0.25"), (-2.0, "\u22122"), (2e9, "2e+09")],
)
def test_ticks_have_no_more_digits_than_they_need(figure: float, text: str) -> None:
    assert tick_text(figure) == text


def test_text_is_escaped_and_markup_is_not() -> None:
    assert element("p", "a < b", element("b", "&")) == "<p>a &lt; b<b>&amp;</b></p>"
    assert element("p", ["a", None, ["b"]]) == "<p>ab</p>"
    assert isinstance(joined("x"), Markup)
    assert typed("<") == "<bdi>&lt;</bdi>"


def test_attributes_are_escaped_and_left_out_where_there_is_none() -> None:
    found = element("g", class_='a"b', stroke_width=1.5, open=True, hidden=False, id=None)
    assert found == '<g class="a&quot;b" stroke-width="1.5" open></g>'


def test_what_html_has_no_sign_for_is_replaced() -> None:
    assert safe("a\x00b\x1bc\ud800d\uffff") == "a\ufffdb\ufffdc\ufffdd\ufffd"
    # What turns the direction of writing round would turn the sentence around it as well.
    assert safe("a\u202eb\u2066c") == "a\ufffdb\ufffdc"
    assert safe("tab\tand\nline") == "tab\tand\nline"


def test_text_that_has_no_room_is_cut_and_all_of_it_is_there_on_a_hover() -> None:
    assert drawing.cut("short", 100) == "short"
    cut = drawing.cut("a long label that has no room", 100)
    assert cut.endswith("…")
    assert len(cut) * drawing.LETTER <= 100
    # Signs that are twice as wide leave room for half as many.
    assert len(drawing.cut("日" * 40, 100)) < len(drawing.cut("a" * 40, 100))
    assert "<title>a long label" in drawing.text(0, 0, "a long label that has no room", room=60)


def test_every_series_has_a_shape_of_its_own() -> None:
    drawn = [drawing.mark(index, 0, 0, "").partition("class")[0] for index in range(8)]
    assert len(set(drawn)) == 8
