"""Whole comparisons on a simulated machine that drifts: what they claim, and how often wrongly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.analysis.comparisons.comparison import comparison_of, settles
from core.model.chain import recorded
from core.model.experiment import Experiment
from core.model.measured.resources import Resources
from core.model.measured.samples import Samples
from core.model.run import Run
from core.model.turn import ExperimentKind, Place
from core.statistics import ERROR_RATE
from tests.builders import run_of, with_throughput

TRIALS = 200
RUN = replace(run_of(Samples.empty()), resources=Resources())


def simulated(rng: np.random.Generator, faster_by: float, *, early: bool) -> str:
    """The verdict of a comparison of 5 repeats, B being faster by so much.

    A run differs by 8 % from its like, as measured on a shared machine of two cores; the machine
    wanders slowly by up to a factor of two.
    """
    sides = ({"prefetch.buffer_size": "off"}, {"prefetch.buffer_size": 2})
    configurations = tuple(map(recorded, sides))
    experiment = Experiment(ExperimentKind.COMPARISON, "in_memory", configurations, 5, early=early)
    runs: dict[Place, Run] = {}
    drift = 0.0
    for place in experiment.order:
        if experiment.settled_after is not None and place[0] >= experiment.settled_after:
            break
        drift += rng.normal(0, 0.06)
        speed = np.exp(drift + rng.normal(0, 0.08)) * (1 + faster_by * place[1])
        settings = RUN.plan.settings.with_values(sides[place[1]])
        plan = replace(RUN.plan, id=str(place), settings=settings)
        runs[place] = with_throughput(replace(RUN, plan=plan), 640 * speed)
        if settles(experiment, runs, place[0]):
            experiment = replace(experiment, settled_after=place[0] + 1)
    return comparison_of(experiment, runs).decisive.verdict(0)


@pytest.mark.parametrize("early", [False, True], ids=["all repeats", "stops early"])
def test_a_configuration_against_itself_is_called_different_at_most_at_the_stated_rate(
    early: bool,
) -> None:
    rng = np.random.default_rng(11)
    verdicts = [simulated(rng, 0.0, early=early) for _ in range(TRIALS)]
    wrong = sum(verdict in ("faster", "slower") for verdict in verdicts)
    # Three standard errors of a rate over so many trials.
    assert wrong / TRIALS <= ERROR_RATE + 3 * (ERROR_RATE * (1 - ERROR_RATE) / TRIALS) ** 0.5
    assert set(verdicts) <= {"faster", "slower", "no measurable difference", "not enough data"}


def test_ten_percent_is_found_or_left_open_and_never_turned_round() -> None:
    rng = np.random.default_rng(12)
    verdicts = [simulated(rng, 0.10, early=False) for _ in range(TRIALS)]
    assert verdicts.count("slower") == 0
    assert verdicts.count("faster") > TRIALS / 10
