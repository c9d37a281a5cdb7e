"""What holds for every plot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.metrics.x_axis import XAxis
from core.model.tracing import Tracing
from core.session import Session
from gui.plotting.canvas import Canvas
from gui.run_plots.catalogue import ON_DEMAND, PLOTS
from gui.run_plots.plot import Plot
from gui.theme import DARK, LIGHT
from tests.gui.builders import Script, play

EVERY = (*PLOTS, *ON_DEMAND)
every_plot = pytest.mark.parametrize("plot", EVERY, ids=lambda plot: plot.key)


def test_keys_are_told_apart() -> None:
    assert len({plot.key for plot in EVERY}) == len(EVERY)


@every_plot
def test_it_says_what_it_is(plot: Plot) -> None:
    assert plot.title
    assert plot.help.endswith(".")
    assert not plot.unit or f"({plot.unit})" in plot.title


@every_plot
def test_without_runs_it_has_a_headline_and_nothing_to_draw(plot: Plot, item: Any) -> None:
    assert plot.headline(None).value
    plot.draw(plot.info((), None, XAxis.STEP), item, LIGHT)
    assert not Canvas.of(item).names


@every_plot
def test_every_number_has_a_source_and_says_what_was_emulated(plot: Plot, session: Session) -> None:
    run = play(session, Script(), fit__device="emulated:20")
    assert plot.headline(run).source.endswith(", emulated accelerator 20 ms")
    assert plot.headline(run).value.endswith(plot.unit)


@every_plot
def test_drawing_again_reuses_what_was_drawn(
    plot: Plot, session: Session, item: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = play(session, Script()), play(session, Script())
    plot.draw(plot.info((first, second), second, XAxis.STEP), item, LIGHT)
    items = set(item.items)
    lines = Canvas.of(item)._lines
    for line in lines.values():
        monkeypatch.setattr(line, "setData", lambda *_, **__: pytest.fail("set again"))
    plot.draw(plot.info((first, second), second, XAxis.STEP), item, DARK)
    assert set(item.items) == items


@every_plot
def test_a_run_that_is_not_shown_any_more_is_taken_away(
    plot: Plot, session: Session, item: Any
) -> None:
    first, second = play(session, Script()), play(session, Script())
    plot.draw(plot.info((first, second), second, XAxis.STEP), item, LIGHT)
    assert any(first.id in name for name in Canvas.of(item).names)
    plot.draw(plot.info((second,), second, XAxis.STEP), item, LIGHT)
    assert not any(first.id in name for name in Canvas.of(item).names)


@every_plot
def test_traced_steps_of_the_run_in_focus_are_shaded(
    plot: Plot, session: Session, item: Any
) -> None:
    run = replace(play(session, Script(warm_up=5)), tracing=Tracing(8, 6))
    plot.draw(plot.info((run,), run, XAxis.STEP), item, LIGHT)
    canvas = Canvas.of(item)
    assert canvas.traced.region.getRegion() == (8, 14)
    assert canvas.traced.text.toPlainText() == "traced"
    plot.draw(plot.info((run,), None, XAxis.STEP), item, LIGHT)
    assert not canvas.traced.shown


@every_plot
def test_the_warm_up_of_the_run_in_focus_is_shaded(plot: Plot, session: Session, item: Any) -> None:
    run = play(session, Script(warm_up=30))
    plot.draw(plot.info((run,), run, XAxis.STEP), item, LIGHT)
    canvas = Canvas.of(item)
    assert canvas.warm_up.shown
    assert canvas.warm_up.region.getRegion() == (0, 30)
    assert canvas.warm_up.text.toPlainText() == "warm-up"
    plot.draw(plot.info((run,), None, XAxis.STEP), item, LIGHT)
    assert not canvas.warm_up.shown


@every_plot
@pytest.mark.parametrize("x_axis", list(XAxis))
def test_a_run_of_one_step_can_be_drawn(
    plot: Plot, x_axis: XAxis, session: Session, item: Any
) -> None:
    run = play(session, Script(epochs=1, steps=1, state=None))
    info = plot.info((run,), run, x_axis)
    plot.draw(info, item, LIGHT)
    low, high = plot.y_range(info, 0, 1)
    assert high > low
    item.getViewWidget().grab()
