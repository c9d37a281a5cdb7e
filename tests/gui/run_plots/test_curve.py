from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.metrics.accounting import steady_start
from core.metrics.x_axis import XAxis, step_at, x_at
from core.model.events import EpochBegan, StepsTaken
from core.session import Session
from gui.run_plots.curve import Curve, RunCache, binned, warm_up
from gui.run_plots.follow import Follow
from tests.gui.builders import Script, begin, play


def _curve(x: list[float], y: list[float]) -> Curve:
    return Curve("a", "a", 0, False, np.array(x), np.array(y))


@pytest.mark.parametrize(
    ("x", "value"), [(0, 5), (0.9, 5), (1, 7), (2, 7), (-0.1, None), (2.1, None)]
)
def test_a_level_line_is_read_at_the_bin_that_the_place_is_in(
    x: float, value: float | None
) -> None:
    assert _curve([0, 1, 1, 2], [5, 5, 7, 7]).at(x) == value


def test_a_value_that_is_no_number_is_not_read() -> None:
    assert _curve([0, 1], [np.nan, 1]).at(0.5) is None


@pytest.mark.parametrize("x_axis", list(XAxis))
def test_edges_ascend_and_span_the_run(session: Session, x_axis: XAxis) -> None:
    run = play(session, Script(noise=0.3, epochs=3))
    edges = binned(run, x_axis).edges
    assert (np.diff(edges) > 0).all()
    whole = {XAxis.STEP: 300, XAxis.SECONDS: run.samples.done_s[-1], XAxis.EPOCH: 3}
    assert (edges[0], edges[-1]) == (0, pytest.approx(whole[x_axis]))


@pytest.mark.parametrize("x_axis", list(XAxis))
def test_the_step_at_a_place_is_the_one_under_way_there(session: Session, x_axis: XAxis) -> None:
    run = play(session, Script(noise=0.3, epochs=3))
    begin_x, end_x = x_at(run, np.array([123, 124]), x_axis)
    assert step_at(run, (begin_x + end_x) / 2, x_axis) == 123
    assert step_at(run, -1, x_axis) is None
    assert step_at(run, 1e9, x_axis) is None


def test_a_run_without_steps_has_no_step_anywhere(session: Session) -> None:
    run = play(session, Script(epochs=0))
    assert step_at(run, 0, XAxis.STEP) is None


def test_half_of_the_first_epoch_is_half_an_epoch_while_it_runs(session: Session) -> None:
    script = Script(epochs=1, steps=50, state=None)
    run = play(session, script)
    assert run.prepared is not None
    run = replace(run, prepared=replace(run.prepared, steps_per_epoch=100))
    assert x_at(run, np.array([50]), XAxis.EPOCH)[0] == pytest.approx(0.5)


@pytest.mark.parametrize("x_axis", list(XAxis))
def test_warm_up_reaches_to_the_first_steady_step(session: Session, x_axis: XAxis) -> None:
    run = play(session, Script(warm_up=20))
    stop = steady_start(run)
    region = warm_up((run,), run, x_axis)
    assert stop == 20
    assert region == pytest.approx(tuple(x_at(run, np.array([0, 20]), x_axis)))


def test_there_is_no_warm_up_without_a_shown_run_in_focus(session: Session) -> None:
    run = play(session, Script(warm_up=20))
    assert warm_up((), run, XAxis.STEP) is None
    assert warm_up((run,), None, XAxis.STEP) is None


def test_runs_that_are_over_are_computed_once_for_each_axis(session: Session) -> None:
    computed: list[XAxis] = []
    cache = RunCache(lambda run, x_axis: computed.append(x_axis))
    run = play(session, Script())
    for _ in range(3):
        cache.get(run, XAxis.STEP)
        cache.get(run, XAxis.EPOCH)
    assert computed == [XAxis.STEP, XAxis.EPOCH]


def test_a_run_under_way_is_computed_again_after_new_steps(session: Session) -> None:
    cache = RunCache(lambda run, x_axis: run.samples.steps)
    begin(session)
    recording = session.recording
    assert recording is not None
    recording.handle(EpochBegan(0))
    for steps in (1, 2, 3):
        times = np.array([[steps, steps + 0.1, steps + 0.2]])
        recording.handle(StepsTaken(times, np.array([32]), None))
        assert cache.get(recording.run(), XAxis.STEP) == steps


class TestFollow:
    def test_all_is_seen_at_first(self) -> None:
        assert Follow().view((0, 300), 120) == (0, 300)

    def test_the_newest_step_is_seen_once_a_part_is_looked_at(self) -> None:
        follow = Follow()
        follow.take_over()
        assert not follow.on
        follow.turn_on((50, 80), (0, 300))
        low, high = follow.view((0, 300), 120)
        assert high - low == pytest.approx(30)
        assert low < 120 <= high

    def test_it_shows_all_again_when_all_was_seen(self) -> None:
        follow = Follow()
        follow.turn_on((-20, 310), (0, 300))
        assert follow.view((0, 400), 350) == (0, 400)

    def test_a_single_place_still_has_a_width(self) -> None:
        low, high = Follow().view((5, 5), 5)
        assert high > low
