from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.metrics.throughput import Throughput
from core.metrics.x_axis import XAxis
from core.model.measured.ceilings import Ceilings
from core.session import Session
from gui.plotting.canvas import Canvas
from gui.run_plots.throughput_plot import ThroughputPlot
from gui.theme import LIGHT
from tests.gui.builders import Script, play

STEADY = Script(input_s=0.03, busy_s=0.02, host_s=0.0, turnaround_s=0.0, examples=32)


def test_every_bin_has_the_throughput_that_was_put_in(session: Session) -> None:
    run = play(session, STEADY)
    curve = ThroughputPlot().info((run,), run, XAxis.SECONDS).curves[0]
    assert curve.y == pytest.approx(640)
    assert curve.x[-1] == pytest.approx(200 * 0.05)


def test_headline_of_a_run_that_is_over_is_the_metric(session: Session) -> None:
    run = play(session, STEADY, fit__device="emulated:20")
    headline = ThroughputPlot().headline(run)
    assert headline.value == Throughput().of(run).text() == "640 examples/s"
    assert headline.detail == "steady part"
    assert headline.source == "timed in the loop, emulated accelerator 20 ms"


def test_headline_of_a_run_under_way_says_now(session: Session) -> None:
    run = play(session, Script(state=None))
    assert ThroughputPlot().headline(run).detail == "now"


def test_on_a_gpu_throughput_is_measured_all_the_same(session: Session) -> None:
    run = play(session, STEADY, fit__device="gpu:0")
    assert ThroughputPlot().headline(run).value == "640 examples/s"


def test_bins_stay_few_however_long_the_run(session: Session) -> None:
    run = play(session, Script(epochs=3, steps=2000))
    assert len(ThroughputPlot().info((run,), run, XAxis.STEP).curves[0].x) <= 400


def test_the_y_axis_starts_at_0_and_ends_above_what_is_seen(session: Session) -> None:
    slow = play(session, STEADY)
    fast = play(session, Script(input_s=0.0, busy_s=0.02, host_s=0.0, epochs=1, steps=50))
    plot = ThroughputPlot()
    info = plot.info((slow, fast), fast, XAxis.STEP)
    low, high = plot.y_range(info, 0, 200)
    assert low == 0
    assert 1600 < high < 2000
    # The fast run is over after 50 steps: beyond, only the slow one is seen.
    assert plot.y_range(info, 100, 200)[1] < 800


def test_nothing_to_see_still_has_a_range() -> None:
    plot = ThroughputPlot()
    low, high = plot.y_range(plot.info((), None, XAxis.STEP), 0, 1)
    assert high > low


def test_a_hidden_or_renamed_run_keeps_its_cached_numbers(session: Session) -> None:
    run = play(session, STEADY)
    plot = ThroughputPlot()
    before = plot.info((run,), run, XAxis.STEP).curves[0]
    session.relabel(run.id, name="naive")
    renamed = session.run(run.id)
    after = plot.info((renamed,), renamed, XAxis.STEP).curves[0]
    assert after.name == "naive"
    assert after.y is before.y
    assert np.array_equal(after.x, before.x)


def test_ceilings_of_the_run_in_focus_are_lines_with_their_share_in_the_headline(
    session: Session, item: Any
) -> None:
    plot = ThroughputPlot()
    run = replace(play(session, STEADY), ceilings=Ceilings(8000.0, 1280.0))
    other = play(session, STEADY)
    headline = plot.headline(run)
    assert headline.detail == (
        "steady part · 50 % of pipeline alone (1\N{NARROW NO-BREAK SPACE}280)"
    )
    info = plot.info((run, other), run, XAxis.STEP)
    # What is far above would press the lines to the ground: it stands in the headline only.
    assert 1280 < plot.y_range(info, 0, 200)[1] < 2000
    item.getViewBox().setRange(yRange=plot.y_range(info, 0, 200), padding=0)
    plot.draw(info, item, LIGHT)
    assert {"pipeline alone", "pipeline alone label"} <= Canvas.of(item).names
    assert "model alone" not in Canvas.of(item).names
    plot.draw(plot.info((run, other), other, XAxis.STEP), item, LIGHT)
    assert "pipeline alone" not in Canvas.of(item).names
