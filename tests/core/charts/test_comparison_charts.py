"""Charts of a comparison: every repeat, and the ratios."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest

from core.analysis.comparisons.comparison import Comparison
from core.charts.chart import Axis, Chart, Dot, Target, Tick
from core.charts.ratios import BAND, TICKS, ratio_text, ratios, ticks_with_room
from core.charts.repeats import SHAPES, Standing, repeats
from core.folders import Folders
from core.metrics.catalogue import metric
from core.model.experiment import Experiment
from core.model.run import RunState
from core.model.turn import Place
from core.session import Session
from tests.core.charts.reading import dots, intervals, lines
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


def chart_of(session: Session, experiment: Experiment, wait: Wait = STEADY) -> Chart:
    carry_out(session, experiment, wait)
    return repeats(result(session, experiment), THROUGHPUT)


def named(chart: Chart, name: str) -> tuple[Dot, Target]:
    """The dot of a run, such as ``B 3``, and what it says."""
    for dot in dots(chart):
        if dot.target is not None and dot.target.rows[0][0].endswith(name):
            return dot, dot.target
    raise AssertionError(name)


def of(chart: Chart, which: str) -> list[Dot]:
    return [named(chart, f"{which} {number}")[0] for number in range(1, 6)]


def keys(chart: Chart) -> list[str]:
    return [key.text for key in chart.keys]


def test_repeats_stand_in_turn_beside_the_middle_of_their_configuration(session: Session) -> None:
    chart = chart_of(session, comparison(repeats=5))
    assert [tick.text for tick in chart.x.ticks or ()] == ["A (baseline)", "B"]
    for at, which in enumerate("AB"):
        places = [dot.x for dot in of(chart, which)]
        assert places == sorted(places)
        assert sum(places) / 5 == pytest.approx(at)
        assert max(places) - min(places) < 1
    assert chart.source == f"timed in the loop, {EMULATED[0]}"


def test_each_repeat_is_joined_with_the_one_that_ran_beside_it(session: Session) -> None:
    chart = chart_of(session, comparison("off", 1, 2, repeats=3))
    places = {
        (dot.target.rows[0][0][-3:], dot.x): (dot.x, dot.y) for dot in dots(chart) if dot.target
    }
    by_name = {name: place for (name, _), place in places.items()}
    joined = [tuple(line) for line in lines(chart)[:6]]
    assert joined == [
        (by_name[f"{left} {number}"], by_name[f"{right} {number}"])
        for left, right in ("AB", "BC")
        for number in (1, 2, 3)
    ]


def test_means_and_intervals_are_those_of_the_logarithms(session: Session) -> None:
    chart = chart_of(session, comparison(repeats=5))
    logs = [math.log(dot.y) for dot in of(chart, "A")]
    centre = sum(logs) / 5
    deviation = math.sqrt(sum((log - centre) ** 2 for log in logs) / 4)
    half = 2.7764451 * deviation / math.sqrt(5)
    first = intervals(chart)[0]
    assert first.low == pytest.approx(math.exp(centre - half))
    assert first.high == pytest.approx(math.exp(centre + half))
    mean = next(line for line in lines(chart) if line[0][1] == line[1][1])
    assert mean[0][1] == pytest.approx(math.exp(centre))
    assert "geometric mean, 95 % interval" in keys(chart)


def test_one_repeat_has_a_mean_but_no_interval(session: Session) -> None:
    chart = chart_of(session, comparison(repeats=1))
    assert intervals(chart) == []
    assert "geometric mean" in keys(chart)


def test_figures_of_0_have_a_mean_but_no_interval(session: Session) -> None:
    experiment = comparison(repeats=3)
    carry_out(session, experiment, STEADY)
    chart = repeats(result(session, experiment), metric("epoch_turnaround_percent"))
    assert intervals(chart) == []
    assert "mean" in keys(chart)


def test_a_repeat_that_lies_far_out_is_marked_named_and_counted(session: Session) -> None:
    def wait(experiment: Experiment, place: Place) -> float:
        return 0.08 if place == (3, 1) else STEADY(experiment, place)

    chart = chart_of(session, comparison(repeats=5), wait)
    far, said = named(chart, "B 4")
    assert far.shape == SHAPES[Standing.FAR]
    assert any("it counts" in name for name, _ in said.rows)
    assert keys(chart)[:2] == ["counts", "far from the others"]


def test_a_doubtful_repeat_is_marked_with_its_doubts(session: Session) -> None:
    experiment = comparison(repeats=2)
    carry_out(session, experiment, STEADY, experiment.order[:3])
    carry_out(session, experiment, STEADY, experiment.order[3:], steps=30)
    chart = repeats(result(session, experiment), THROUGHPUT)
    doubtful = [dot for dot in dots(chart) if dot.shape == SHAPES[Standing.DOUBTFUL]]
    assert len(doubtful) == 1
    assert doubtful[0].target is not None
    assert "steady steps" in doubtful[0].target.words
    assert keys(chart)[:2] == ["counts", "doubtful"]


def test_a_failed_repeat_is_struck_out_and_joined_to_nothing(session: Session) -> None:
    experiment = comparison(repeats=2)
    carry_out(session, experiment, STEADY, experiment.order[:3])
    carry_out(session, experiment, STEADY, experiment.order[3:], state=RunState.FAILED)
    chart = repeats(result(session, experiment), THROUGHPUT)
    (failed,) = (dot for dot in dots(chart) if dot.struck)
    assert failed.target is not None
    assert failed.target.rows[0][1] == "no figure"
    assert ("It failed and does not count.", "") in failed.target.rows
    assert len([line for line in lines(chart) if line[0][1] != line[1][1]]) == 1
    assert any("Without a figure" in note for note in chart.notes)


def test_a_repeat_from_another_environment_is_shown_but_not_pooled(session: Session) -> None:
    experiment = comparison(repeats=2)
    carry_out(session, experiment, STEADY, experiment.order[:3], environment={"tensorflow": "2.21"})
    carry_out(session, experiment, STEADY, experiment.order[3:], environment={"tensorflow": "2.20"})
    chart = repeats(result(session, experiment), THROUGHPUT)
    (excluded,) = (dot for dot in dots(chart) if dot.hollow)
    assert excluded.target is not None
    assert "tensorflow 2.20 instead of 2.21" in excluded.target.words


def test_ratios_are_those_of_the_verdict(session: Session) -> None:
    experiment = comparison("off", 1, 2)
    carry_out(session, experiment, waits(0.03, 0.015, 0.03, noise=0.001))
    chart = ratios(result(session, experiment), THROUGHPUT)
    assert [tick.text for tick in chart.y.ticks or ()] == ["B", "C"]
    faster, alike = chart.targets
    assert faster.rows[0][0] == "B / A"
    assert faster.rows[0][1].startswith("1.50 [")
    assert faster.rows[1] == ("faster", "5 pairs")
    assert alike.rows[1] == ("no measurable difference", "5 pairs")
    assert len(faster.run_ids) == 5
    assert "97.5 % interval" in chart.x.label


def test_without_pairs_a_ratio_says_so(session: Session) -> None:
    experiment = comparison()
    session.experiments.add(experiment)
    chart = ratios(result(session, experiment), THROUGHPUT)
    assert dots(chart) == []
    assert ratio_text(None).startswith("no ratio")
    assert chart.description.startswith("B / A: no ratio")


def test_the_axis_shows_1_the_band_and_every_ratio_however_wide_an_interval(
    session: Session,
) -> None:
    experiment = comparison(repeats=2)
    carry_out(session, experiment, waits(0.001, 0.04, noise=0.6, seed=4))
    chart = ratios(result(session, experiment), THROUGHPUT)
    low, high = chart.x.low, chart.x.high
    (target,) = chart.targets
    assert len(intervals(chart)) == 1
    assert low < min(BAND[0], target.x)
    assert high > max(BAND[1], target.x)
    assert low > target.x / 5


@pytest.mark.parametrize(("low", "high"), [(0.86, 1.16), (0.6, 2.9), (0.01, 60.0), (0.94, 1.06)])
def test_ticks_stand_apart_and_1_is_among_them(low: float, high: float) -> None:
    every = tuple(Tick(one, f"{one:g}") for one in TICKS if low <= one <= high)
    found = [tick.at for tick in ticks_with_room(Axis("", low, high, every, True), 6)]
    assert 1.0 in found
    assert 2 <= len(found) <= 7
    logs = [math.log(one) for one in found]
    least = min(right - left for left, right in itertools.pairwise(logs))
    assert least >= (math.log(high) - math.log(low)) / 6 - 1e-9
