from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.metrics.device_idle import DeviceIdle
from core.metrics.x_axis import XAxis
from core.model.events import StepsTaken
from core.session import Session
from gui.plotting.canvas import Canvas
from gui.run_plots.idle_plot import ON_A_GPU, IdlePlot
from gui.theme import CAUSE_LABELS, DARK, LIGHT
from tests.gui.builders import Script, play

EMULATED = {"fit__device": "emulated:20"}


def test_shares_of_the_causes_add_up_to_the_idle_line(session: Session) -> None:
    run = play(session, Script(noise=0.4), **EMULATED)
    info = IdlePlot().info((run,), run, XAxis.STEP)
    assert [area.cause for area in info.areas] == [0, 1, 2]
    total = sum(area.share for area in info.areas)
    assert info.focus is not None
    np.testing.assert_allclose(np.repeat(total, 2), info.focus.y)
    np.testing.assert_allclose(info.areas[-1].top, info.focus.y)
    assert (info.areas[0].top <= info.areas[1].top).all()


def test_shares_are_those_that_were_put_in(session: Session) -> None:
    script = Script(input_s=0.06, busy_s=0.03, host_s=0.01, turnaround_s=0.01, epochs=1, steps=400)
    run = play(session, script, **EMULATED)
    areas = IdlePlot().info((run,), run, XAxis.STEP).areas
    # The last bin has no gap after its last step.
    assert areas[0].share[:-1] == pytest.approx(60, abs=0.5)
    assert areas[1].share[:-1] == pytest.approx(10, abs=0.5)


def test_turnaround_shows_only_where_an_epoch_ends(session: Session) -> None:
    run = play(session, Script(epochs=2, turnaround_s=0.3), **EMULATED)
    turnaround = IdlePlot().info((run,), run, XAxis.STEP).areas[2].share
    assert np.count_nonzero(turnaround) == 1


def test_headline_of_a_run_that_is_over_is_the_metric_of_its_steady_part(
    session: Session,
) -> None:
    run = play(session, Script(), **EMULATED)
    headline = IdlePlot().headline(run)
    assert headline.value == DeviceIdle().of(run).text()
    assert headline.detail.startswith("steady part: waiting for input 57 · host 5 · ")
    assert headline.source == "timed in the loop, emulated accelerator 20 ms"


def test_headline_names_the_largest_cause_first(session: Session) -> None:
    run = play(session, Script(input_s=0.001, host_s=0.05), **EMULATED)
    assert IdlePlot().headline(run).detail.startswith("steady part: host")


def test_headline_of_a_run_under_way_is_of_its_last_two_seconds(session: Session) -> None:
    # Steps of 0.1 s; only the last epoch waits, so only the present does.
    run = play(session, Script(input_s=0, busy_s=0.1, host_s=0, epochs=1, state=None), **EMULATED)
    assert IdlePlot().headline(run).value == "0 %"
    assert session.recording is not None
    end = run.samples.done_s[-1]
    asked = end + 0.1 * np.arange(40)
    times = np.stack([asked, asked + 0.05, asked + 0.1], axis=1)
    session.recording.handle(StepsTaken(times, np.full(40, 32, np.int64), 1.0))
    headline = IdlePlot().headline(session.run(run.id))
    assert headline.value == "50.0 %"
    assert headline.detail.startswith("now: waiting for input 50")


def test_headline_says_that_a_run_still_warms_up(session: Session) -> None:
    run = play(session, Script(epochs=1, steps=10, state=None), **EMULATED)
    assert IdlePlot().headline(run).detail.startswith("now, warming up: ")


def test_on_a_gpu_idle_is_not_measured_and_only_input_wait_is_drawn(session: Session) -> None:
    run = play(session, Script(), fit__device="gpu:0")
    plot = IdlePlot()
    info = plot.info((run,), run, XAxis.STEP)
    assert [area.cause for area in info.areas] == [0]
    assert info.curves == ()
    headline = plot.headline(run)
    assert headline.value == "not measured"
    assert ON_A_GPU in headline.detail
    assert "waiting for input 57 %" in headline.detail


def test_a_run_without_steps_has_no_number(session: Session) -> None:
    run = play(session, Script(epochs=0))
    assert IdlePlot().headline(run).value == "not measured"
    assert IdlePlot().info((run,), run, XAxis.STEP).curves == ()


def test_before_its_first_step_a_run_says_what_it_does(session: Session) -> None:
    run = play(session, Script(epochs=0, state=None))
    headline = IdlePlot().headline(run)
    assert (headline.value, headline.detail) == ("no step yet", "training")


def test_the_y_range_is_always_0_to_100(session: Session) -> None:
    run = play(session, Script())
    plot = IdlePlot()
    assert plot.y_range(plot.info((run,), run, XAxis.STEP), 0, 5) == (0, 100)


def test_causes_are_written_into_their_areas(session: Session, item: Any) -> None:
    run = play(session, Script(input_s=0.04, host_s=0.03), **EMULATED)
    plot = IdlePlot()
    item.setXRange(0, 200)
    item.setYRange(0, 100)
    plot.draw(plot.info((run,), run, XAxis.STEP), item, LIGHT)
    texts = {label.toPlainText() for label in Canvas.of(item)._texts.values()}
    assert texts == set(CAUSE_LABELS[:2])


def test_other_runs_are_thinner_than_the_run_in_focus(session: Session, item: Any) -> None:
    first, second = play(session, Script()), play(session, Script())
    plot = IdlePlot()
    plot.draw(plot.info((first, second), second, XAxis.STEP), item, DARK)
    lines = Canvas.of(item)._lines
    assert lines[first.id].opts["pen"].widthF() < lines[second.id].opts["pen"].widthF()
