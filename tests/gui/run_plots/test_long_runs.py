"""Plots of very long runs: few points, no peak lost, and more detail where the view is close."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from core.metrics.x_axis import XAxis, x_at
from core.model.measured.samples import Samples
from core.model.run import Run
from gui.run_plots.catalogue import PLOTS
from gui.run_plots.curve import Curve, CurvesInfo, binned, looked_at
from gui.run_plots.idle_plot import IdleInfo
from gui.run_plots.loss_plot import LossInfo, LossPlot
from gui.run_plots.plot import Plot
from tests.builders import even_samples, run_of

STEPS, EPOCHS, READINGS = 300_000, 3_000, 60_000
STALL = 123_456
MOST_POINTS = 4 * 1000
"""Four for each pixel of a plot of usual width."""


@cache
def long_run() -> Run:
    """Even steps of 45 ms, but for one that waited two seconds for its batch."""
    samples = even_samples(STEPS, EPOCHS)
    shift = np.where(np.arange(STEPS) > STALL, 2.0, 0.0)
    stalled = np.where(np.arange(STEPS) >= STALL, 2.0, 0.0)
    losses = np.linspace(2.0, 1.0, READINGS)
    losses[31_007], losses[44_003] = 9.0, -3.0
    return replace(
        run_of(),
        samples=Samples(
            samples.asked_s + shift,
            samples.ready_s + stalled,
            samples.done_s + stalled,
            samples.examples,
            samples.epoch_starts,
            np.linspace(5, STEPS, READINGS).astype(np.int64),
            losses,
        ),
        epoch_losses=tuple(2.0 - epoch / EPOCHS for epoch in range(EPOCHS)),
    )


def lines(info: CurvesInfo) -> list[np.ndarray]:
    found = [curve.x for curve in info.curves]
    if isinstance(info, IdleInfo):
        found += [area.x for area in info.areas]
    if isinstance(info, LossInfo):
        found += [means.x for means in info.epoch_means]
    return found


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.key)
@pytest.mark.parametrize("x_axis", list(XAxis))
@pytest.mark.parametrize("part", [None, (0.3, 0.31), (0.99, 1.5)])
def test_a_plot_is_given_no_more_points_than_a_screen_can_show(
    plot: Plot, x_axis: XAxis, part: tuple[float, float] | None
) -> None:
    run = long_run()
    if part is None:
        info = plot.info((run,), run, x_axis)
    else:
        end = float(x_at(run, np.array([STEPS]), x_axis)[0])
        info = plot.info((run,), run, x_axis, (part[0] * end, part[1] * end))
    found = lines(info)
    assert found
    for x in found:
        assert len(x) <= MOST_POINTS
        assert (np.diff(x) >= 0).all()


def focus(info: CurvesInfo) -> Curve:
    assert info.focus is not None
    return info.focus


@pytest.mark.parametrize("seen", [None, (0.0, 5000.0)])
def test_of_many_readings_of_the_loss_the_greatest_and_the_least_are_drawn(
    seen: tuple[float, float] | None,
) -> None:
    run, plot = long_run(), LossPlot()
    info = (
        plot.info((run,), run, XAxis.STEP)
        if seen is None
        else plot.info((run,), run, XAxis.STEP, seen)
    )
    line = focus(info)
    assert (line.y.max(), line.y.min()) == (9.0, -3.0)
    assert line.y[-1] == 1.0


def test_where_the_view_is_close_every_reading_is_drawn() -> None:
    run = long_run()
    seen = (100_000.0, 101_000.0)
    line = focus(LossPlot().info((run,), run, XAxis.STEP, seen))
    readings = run.samples.loss_steps
    inside = readings[(readings >= seen[0]) & (readings <= seen[1])]
    assert set(inside.tolist()) <= set(line.x.tolist())


@pytest.mark.parametrize("x_axis", list(XAxis))
def test_a_stall_that_is_lost_in_a_long_bin_stands_out_where_the_view_is_close(
    x_axis: XAxis,
) -> None:
    run = long_run()
    whole = binned(run, x_axis).series.input_wait_percent
    assert whole.max() < 75
    low, high = x_at(run, np.array([STALL - 60, STALL + 60]), x_axis)
    close = binned(run, x_axis, (float(low), float(high)))
    assert close.series.input_wait_percent.max() > 95
    worst = int(close.series.input_wait_percent.argmax())
    begin, end = close.edges[worst : worst + 2]
    assert begin <= float(x_at(run, np.array([STALL]), x_axis)[0]) <= end


def test_a_closer_look_changes_neither_the_ends_nor_the_rest_of_a_line() -> None:
    run = long_run()
    whole, close = (binned(run, XAxis.STEP, seen) for seen in (None, (150_000.0, 151_000.0)))
    assert (close.edges[0], close.edges[-1]) == (whole.edges[0], whole.edges[-1])
    assert (np.diff(close.edges) > 0).all()
    away = (whole.edges < 145_000) | (whole.edges > 156_000)
    assert set(whole.edges[away].tolist()) <= set(close.edges.tolist())
    assert ((close.edges >= 150_000) & (close.edges <= 151_000)).sum() > 200


def test_no_closer_look_is_taken_where_the_view_shows_most_of_the_runs() -> None:
    assert looked_at((0.0, 100.0), None) is None
    assert looked_at((0.0, 100.0), (0.0, 100.0)) is None
    assert looked_at((10.0, 80.0), (0.0, 100.0)) is None


@pytest.mark.parametrize("width", [1.0, 3.0, 17.0, 49.0])
def test_a_closer_look_reaches_beyond_the_view_and_stays_while_that_moves_a_little(
    width: float,
) -> None:
    parts = [looked_at((20 + by, 20 + by + width), (0.0, 100.0)) for by in np.linspace(0, 0.2, 9)]
    for part in parts:
        assert part is not None
        assert part[0] < 20
        assert part[1] > 20 + width
        assert part[1] - part[0] < 4 * width
    assert len(set(parts)) <= 3
