from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.metrics.final_loss import FinalLoss
from core.metrics.x_axis import XAxis
from core.model.run import RunState
from core.session import Session
from gui.run_plots.loss_plot import LossPlot
from gui.theme import LIGHT
from tests.gui.builders import Script, play


def test_readings_stand_where_they_were_read(session: Session) -> None:
    run = play(session, Script(epochs=1, steps=100))
    curve = LossPlot().info((run,), run, XAxis.STEP).curves[0]
    assert curve.x.tolist() == list(range(10, 101, 10))
    assert curve.y == pytest.approx(run.samples.losses)


def test_epoch_means_stand_at_the_ends_of_epochs(session: Session) -> None:
    run = play(session, Script(epochs=3, steps=50))
    means = LossPlot().info((run,), run, XAxis.STEP).epoch_means[0]
    assert means.x.tolist() == [50, 100, 150]
    assert means.y.tolist() == list(run.epoch_losses)
    in_epochs = LossPlot().info((run,), run, XAxis.EPOCH).epoch_means[0]
    assert in_epochs.x.tolist() == [1, 2, 3]


def test_headline_of_a_run_that_is_over_is_its_final_loss(session: Session) -> None:
    run = play(session, Script())
    headline = LossPlot().headline(run)
    assert headline.value == FinalLoss().of(run).text()
    assert headline.detail == "mean of the last finished epoch"
    assert headline.source == "Keras history"


def test_headline_of_a_run_under_way_names_the_epoch(session: Session) -> None:
    run = play(session, Script(epochs=2, steps=50, state=None))
    headline = LossPlot().headline(run)
    assert headline.detail == "now: mean of epoch 2 so far"


def test_a_run_stopped_in_its_first_epoch_says_so(session: Session) -> None:
    run = play(session, Script(epochs=1, state=RunState.STOPPED))
    headline = LossPlot().headline(replace(run, epoch_losses=()))
    assert headline.detail == "last reading: mean of epoch 1 so far"


def test_a_loss_that_was_not_read_is_not_measured(session: Session) -> None:
    run = play(session, Script())
    nothing = replace(run.samples, losses=np.empty(0), loss_steps=np.empty(0, np.int64))
    headline = LossPlot().headline(replace(run, samples=nothing, epoch_losses=()))
    assert headline.value == "not measured"


def test_a_loss_that_is_no_number_neither_breaks_the_range_nor_the_drawing(
    session: Session, item: Any
) -> None:
    run = play(session, Script(epochs=1))
    losses = run.samples.losses.copy()
    losses[3:] = np.nan
    run = replace(run, samples=replace(run.samples, losses=losses), epoch_losses=(float("nan"),))
    plot = LossPlot()
    info = plot.info((run,), run, XAxis.STEP)
    assert np.isfinite(plot.y_range(info, 0, 100)).all()
    plot.draw(info, item, LIGHT)
    item.getViewWidget().grab()
    headline = plot.headline(run)
    assert headline.value == "NaN"
    assert headline.detail.startswith("from step ")


def test_peaks_are_kept_beside_readings_that_are_no_number(session: Session) -> None:
    run = play(session, Script(epochs=1, steps=6000))
    losses = run.samples.losses.copy()
    losses[1::2] = np.nan
    losses[4] = 99.0
    run = replace(run, samples=replace(run.samples, losses=losses))
    curve = LossPlot().info((run,), run, XAxis.STEP).curves[0]
    assert np.nanmax(curve.y) == 99.0


def test_many_readings_are_thinned_and_the_last_is_kept(session: Session) -> None:
    run = play(session, Script(epochs=1, steps=6000))
    curve = LossPlot().info((run,), run, XAxis.STEP).curves[0]
    assert len(curve.x) <= 400
    assert curve.x[-1] == 6000
