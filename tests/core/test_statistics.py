"""The verdict is wrong at most as often as it says, and never guesses."""

from __future__ import annotations

import numpy as np
import pytest

from core.model.experiment import interleaved
from core.statistics import (
    ERROR_RATE,
    LEAST_PAIRS,
    Schedule,
    Verdict,
    ratio_interval,
)

DIFFERENT = (Verdict.HIGHER, Verdict.LOWER)


def noisy(rng: np.random.Generator, repeats: int, speeds: tuple[float, float]) -> np.ndarray:
    """Throughputs of two configurations on a machine that drifts, shape ``(2, repeats)``.

    A run differs by 8 % from its like; the machine wanders by up to a factor of two, slowly.
    """
    order = interleaved(2, repeats)
    drift = np.cumsum(rng.normal(0, 0.06, len(order)))
    found = np.empty((2, repeats))
    for at, (repeat, which) in enumerate(order):
        found[which, repeat] = speeds[which] * np.exp(drift[at] + rng.normal(0, 0.08))
    return found


def test_the_interval_is_students_t_over_the_logarithms_of_the_pairs() -> None:
    # Logs of the ratios: 0.1, 0.2, 0.3; t(0.975, 2) = 4.3027; half = 4.3027 * 0.1 / sqrt(3).
    found = ratio_interval(np.exp([0.1, 0.2, 0.3]).tolist(), [1.0, 1.0, 1.0])
    assert found.ratio == pytest.approx(np.exp(0.2))
    assert found.low == pytest.approx(np.exp(0.2 - 0.24841), rel=1e-4)
    assert found.high == pytest.approx(np.exp(0.2 + 0.24841), rel=1e-4)
    assert found.verdict is Verdict.OPEN


def test_turning_it_round_says_the_same() -> None:
    a, b = [10.0, 12.0, 11.0, 10.5], [8.0, 9.1, 8.8, 8.1]
    there, back = ratio_interval(a, b), ratio_interval(b, a)
    assert there.verdict is Verdict.HIGHER
    assert back.verdict is Verdict.LOWER
    assert there.low is not None
    assert back.high == pytest.approx(1 / there.low)


@pytest.mark.parametrize(("spread", "verdict"), [(0.005, Verdict.SAME), (0.2, Verdict.OPEN)])
def test_only_a_narrow_interval_around_one_says_that_there_is_no_difference(
    spread: float, verdict: Verdict
) -> None:
    values = 1.0 + spread * np.array([1, -1, 1, -1, 0.5])
    assert ratio_interval(values.tolist(), [1.0] * 5).verdict is verdict


def test_a_few_percent_are_no_difference_even_where_the_interval_leaves_one_out() -> None:
    found = ratio_interval([1.02, 1.025, 1.03, 1.02, 1.025], [1.0] * 5)
    assert found.low is not None
    assert found.low > 1
    assert found.verdict is Verdict.SAME


@pytest.mark.parametrize("pairs", [0, 1, LEAST_PAIRS - 1])
def test_with_too_few_repeats_nothing_is_claimed(pairs: int) -> None:
    assert ratio_interval([2.0 + 0.001 * i for i in range(pairs)], [1.0] * pairs).verdict is (
        Verdict.OPEN
    )


def test_figures_that_have_no_ratio_are_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        ratio_interval([1.0, 0.0], [1.0, 1.0])


@pytest.mark.parametrize("early", [False, True])
def test_a_configuration_against_itself_is_called_different_at_most_as_often_as_it_says(
    early: bool,
) -> None:
    rng = np.random.default_rng(1)
    schedule = Schedule(8, early=early)
    trials, wrong = 2000, 0
    for _ in range(trials):
        a, b = noisy(rng, 8, (1000.0, 1000.0))
        looks = (ratio_interval(a[:n], b[:n], schedule.error_rate) for n in schedule.looks)
        wrong += any(look.verdict in DIFFERENT for look in looks)
    # Three standard errors above the rate that is stated.
    assert wrong / trials <= ERROR_RATE + 3 * (ERROR_RATE * (1 - ERROR_RATE) / trials) ** 0.5


def test_a_difference_of_ten_percent_is_found_or_left_open_but_hardly_ever_turned_round() -> None:
    rng = np.random.default_rng(2)
    found = [ratio_interval(*noisy(rng, 5, (1100.0, 1000.0))).verdict for _ in range(2000)]
    assert found.count(Verdict.LOWER) <= 10
    assert found.count(Verdict.HIGHER) > 400


def test_several_configurations_share_the_error_rate() -> None:
    rng = np.random.default_rng(3)
    schedule = Schedule(5, others=4)
    wrong = 0
    for _ in range(600):
        pairs = (noisy(rng, 5, (1.0, 1.0)) for _ in range(4))
        verdicts = [ratio_interval(a, b, schedule.error_rate).verdict for a, b in pairs]
        wrong += any(verdict in DIFFERENT for verdict in verdicts)
    assert wrong / 600 <= ERROR_RATE + 0.03


def test_what_is_said_of_the_confidence_is_what_is_computed_with() -> None:
    assert Schedule(5).explanation() == "Intervals hold with 95 % confidence."
    several = Schedule(8, others=2, early=True)
    assert several.looks == (3, 4, 5, 6, 7, 8)
    assert several.error_rate == pytest.approx(ERROR_RATE / 12)
    assert "99.58 % confidence each" in several.explanation()
    assert "6 looks and 2 comparisons" in several.explanation()


def test_rounds_are_balanced() -> None:
    assert interleaved(2, 3) == ((0, 0), (0, 1), (1, 1), (1, 0), (2, 0), (2, 1))


def test_a_ratio_of_a_few_percent_is_not_called_a_difference_even_where_1_is_left_out() -> None:
    # Logs 0.02 to 0.05: the mean is 0.035, the interval just above 0, up to 0.06 and more.
    found = ratio_interval(np.exp([0.02, 0.05, 0.04, 0.015, 0.05]).tolist(), [1.0] * 5)
    assert found.low is not None
    assert found.high is not None
    assert 1.0 < found.low < 1.05 < found.high
    assert found.verdict is Verdict.OPEN
