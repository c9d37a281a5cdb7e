"""What the plots of a comparison show, apart from how it is drawn."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest

from core.analysis.comparison import Comparison
from core.analysis.comparison_plot import Mark, RepeatPoint, RepeatsInfo, repeats_info
from core.analysis.ratio_plot import BAND, ratio_ticks, ratios_info
from core.folders import Folders
from core.metrics.catalogue import metric
from core.model.experiment import Experiment
from core.model.plan import Place
from core.model.run import RunState
from core.session import Session
from tests.experiment_builders import EMULATED, Wait, carry_out, comparison, waits

THROUGHPUT = metric("throughput_examples_per_s")
STEADY = waits(0.03, 0.015, noise=0.01)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(Folders.under(tmp_path), record=False)


def result(session: Session, experiment: Experiment) -> Comparison:
    found = session.experiments.result(experiment)
    assert isinstance(found, Comparison)
    return found


def info_of(session: Session, experiment: Experiment, wait: Wait = STEADY) -> RepeatsInfo:
    carry_out(session, experiment, wait)
    return repeats_info(result(session, experiment), THROUGHPUT)


def point_at(info: RepeatsInfo, place: Place) -> RepeatPoint:
    return next(one for one in info.points if (one.repeat, one.which) == place)


def test_repeats_stand_in_turn_beside_the_middle_of_their_configuration(session: Session) -> None:
    info = info_of(session, comparison(repeats=5))
    assert info.names == ("A", "B")
    for which in (0, 1):
        places = [point.x for point in info.points if point.which == which]
        assert places == sorted(places)
        assert sum(places) / 5 == pytest.approx(which)
        assert max(places) - min(places) < 1
    assert info.source == f"timed in the loop, {EMULATED[0]}"


def test_each_repeat_is_joined_with_the_one_that_ran_beside_it(session: Session) -> None:
    info = info_of(session, comparison("off", 1, 2, repeats=3))
    ends = [((one.x, one.y), (other.x, other.y)) for one, other in _pairs(info)]
    assert list(info.links) == ends
    assert len(ends) == 6


def _pairs(info: RepeatsInfo) -> list[tuple[RepeatPoint, RepeatPoint]]:
    return [
        (point_at(info, (repeat, which)), point_at(info, (repeat, which + 1)))
        for which in (0, 1)
        for repeat in range(3)
    ]


def test_means_and_intervals_are_those_of_the_logarithms(session: Session) -> None:
    info = info_of(session, comparison(repeats=5))
    logs = [math.log(point.y) for point in info.points if point.which == 0 and point.y]
    centre = sum(logs) / 5
    deviation = math.sqrt(sum((one - centre) ** 2 for one in logs) / 4)
    half = 2.7764451 * deviation / math.sqrt(5)
    mean = info.means[0]
    assert mean.mean == pytest.approx(math.exp(centre))
    assert mean.low == pytest.approx(math.exp(centre - half))
    assert mean.high == pytest.approx(math.exp(centre + half))
    assert mean.count == 5


def test_one_repeat_has_a_mean_but_no_interval(session: Session) -> None:
    info = info_of(session, comparison(repeats=1))
    assert [(one.count, one.low, one.high) for one in info.means] == [(1, None, None)] * 2


def test_figures_of_0_have_a_mean_but_no_interval(session: Session) -> None:
    experiment = comparison(repeats=3)
    carry_out(session, experiment, STEADY)
    found = repeats_info(result(session, experiment), metric("epoch_turnaround_percent"))
    assert [(one.mean, one.low) for one in found.means] == [(0.0, None)] * 2


def test_a_repeat_that_lies_far_out_is_marked_named_and_counted(session: Session) -> None:
    def wait(experiment: Experiment, place: Place) -> float:
        return 0.08 if place == (3, 1) else STEADY(experiment, place)

    info = info_of(session, comparison(repeats=5), wait)
    far = point_at(info, (3, 1))
    assert far.mark is Mark.FAR
    assert "it counts" in far.remarks[0]
    assert info.means[1].count == 5
    assert [one.mark for one in info.points].count(Mark.FAR) == 1


def test_a_doubtful_repeat_is_marked_with_its_doubts(session: Session) -> None:
    experiment = comparison(repeats=2)
    carry_out(session, experiment, STEADY, experiment.order[:3])
    carry_out(session, experiment, STEADY, experiment.order[3:], steps=30)
    info = repeats_info(result(session, experiment), THROUGHPUT)
    doubtful = point_at(info, experiment.order[3])
    assert doubtful.mark is Mark.DOUBTFUL
    assert "steady steps" in doubtful.remarks[0]
    assert info.marks == (Mark.DOUBTFUL, Mark.COUNTED)


def test_a_failed_repeat_is_shown_without_a_figure_and_joined_to_nothing(session: Session) -> None:
    experiment = comparison(repeats=2)
    carry_out(session, experiment, STEADY, experiment.order[:3])
    carry_out(session, experiment, STEADY, experiment.order[3:], state=RunState.FAILED)
    info = repeats_info(result(session, experiment), THROUGHPUT)
    failed = point_at(info, experiment.order[3])
    assert failed.y is None
    assert failed.mark is Mark.WITHOUT
    assert failed.remarks[0] == "It failed and counts for nothing."
    assert len(info.links) == 1


def test_a_repeat_from_another_environment_is_shown_but_not_pooled(session: Session) -> None:
    experiment = comparison(repeats=2)
    carry_out(session, experiment, STEADY, experiment.order[:3], environment={"tensorflow": "2.21"})
    carry_out(session, experiment, STEADY, experiment.order[3:], environment={"tensorflow": "2.20"})
    info = repeats_info(result(session, experiment), THROUGHPUT)
    apart = point_at(info, experiment.order[3])
    assert apart.y is not None
    assert apart.mark is Mark.APART
    assert "tensorflow 2.20 instead of 2.21" in apart.remarks[0]
    assert sum(one.count for one in info.means) == 3


def test_ratios_are_those_of_the_verdict(session: Session) -> None:
    experiment = comparison("off", 1, 2)
    carry_out(session, experiment, waits(0.03, 0.015, 0.03, noise=0.001))
    found = result(session, experiment)
    info = ratios_info(found, THROUGHPUT)
    assert info.baseline == "A"
    assert [point.name for point in info.points] == ["B", "C"]
    assert [point.words() for point in info.points] == [
        "faster, 5 pairs",
        "no measurable difference, 5 pairs",
    ]
    assert info.points[0].figures().startswith("1.50 [")
    assert info.confidence_percent == pytest.approx(97.5)


def test_without_pairs_a_ratio_says_so(session: Session) -> None:
    experiment = comparison()
    session.experiments.add(experiment)
    (point,) = ratios_info(result(session, experiment), THROUGHPUT).points
    assert (point.figures(), point.words()) == ("no ratio", "no pair has both figures above 0")
    assert not point.settled


def test_the_axis_shows_1_the_band_and_every_ratio_however_wide_an_interval(
    session: Session,
) -> None:
    experiment = comparison(repeats=2)
    carry_out(session, experiment, waits(0.001, 0.04, noise=0.6, seed=4))
    info = ratios_info(result(session, experiment), THROUGHPUT)
    low, high = info.axis_range()
    (point,) = info.points
    assert point.ratio is not None
    assert point.low is not None
    assert low < min(BAND[0], point.ratio)
    assert high > max(BAND[1], point.ratio)
    assert low > point.ratio / 5


@pytest.mark.parametrize(("low", "high"), [(0.86, 1.16), (0.6, 2.9), (0.01, 60.0), (0.94, 1.06)])
def test_ticks_stand_apart_and_1_is_among_them(low: float, high: float) -> None:
    ticks = ratio_ticks(low, high, 6)
    assert 1.0 in ticks
    assert 2 <= len(ticks) <= 7
    assert all(low <= one <= high for one in ticks)
    logs = [math.log(one) for one in ticks]
    least = min(right - left for left, right in itertools.pairwise(logs))
    assert least >= (math.log(high) - math.log(low)) / 6 - 1e-9
