"""Differences are said with sign and word, and never for what was not measured."""

from __future__ import annotations

import pytest

from core.analysis.comparisons.difference import difference
from core.metrics.catalogue import METRICS, metric
from core.metrics.metric import Metric
from core.model.quantity import Quantity, Source, not_measured


def between(key: str, value: float, baseline: float) -> str:
    of = metric(key)
    found = difference(
        of, Quantity(value, of.unit, Source.LOOP), Quantity(baseline, of.unit, Source.LOOP)
    )
    assert found is not None
    return found.text()


def test_more_throughput_is_faster_and_less_is_slower() -> None:
    assert between("throughput_examples_per_s", 774, 612) == "26 % faster"
    assert between("throughput_examples_per_s", 306, 612) == "50 % slower"
    assert between("throughput_examples_per_s", 1836, 612) == "200 % faster"


def test_percentages_differ_by_points_not_by_percent_of_a_percentage() -> None:
    assert between("device_idle_percent", 36.0, 62.0) == "26 points less"
    assert between("device_idle_percent", 64.2, 62.0) == "2.2 points more"


def test_other_figures_are_more_or_less() -> None:
    assert between("final_loss", 1.65, 1.5) == "10 % more"
    assert between("input_wait_s_per_step", 0.01, 0.02) == "50 % less"


@pytest.mark.parametrize("value", [612.0, 614.0, 610.0])
def test_less_than_half_a_percent_is_the_same(value: float) -> None:
    assert between("throughput_examples_per_s", value, 612.0) == "same"


def test_a_baseline_of_zero_gives_a_word_without_a_percentage() -> None:
    assert between("final_loss", 0.2, 0.0) == "more"
    assert between("final_loss", 0.0, 0.0) == "same"


@pytest.mark.parametrize("of", METRICS, ids=lambda one: one.key)
def test_which_way_is_better_follows_from_the_metric(of: Metric) -> None:
    found = difference(
        of, Quantity(30.0, of.unit, Source.LOOP), Quantity(20.0, of.unit, Source.LOOP)
    )
    assert found is not None
    assert found.improved is (of.better == "higher")


@pytest.mark.parametrize("of", METRICS, ids=lambda one: one.key)
def test_nothing_differs_from_what_was_not_measured(of: Metric) -> None:
    there, missing = Quantity(2.0, of.unit, Source.LOOP), of.missing("why")
    assert difference(of, there, missing) is None
    assert difference(of, missing, there) is None
    assert difference(of, not_measured(of.unit, Source.LOOP, ""), missing) is None


def test_only_examples_a_second_go_faster() -> None:
    assert between("disk_read_mb_per_s", 1.0, 4.0).endswith("less")
    assert between("throughput_examples_per_s", 1.0, 4.0).endswith("slower")
