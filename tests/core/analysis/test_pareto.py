"""Which points no other beats in both."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.comparisons.pareto import pareto_front


def test_the_front_goes_from_cheap_to_fast() -> None:
    assert pareto_front([10, 30, 20, 25, 5], [1, 4, 2, 3, 9]) == (0, 2, 3, 1)


def test_of_equal_points_all_stay_and_of_half_equal_ones_the_better() -> None:
    assert pareto_front([10, 10, 10], [1, 1, 2]) == (0, 1)
    assert pareto_front([10, 12], [1, 1]) == (1,)
    assert pareto_front([], []) == ()


@pytest.mark.parametrize("seed", range(20))
def test_it_is_that_of_the_definition(seed: int) -> None:
    rng = np.random.default_rng(seed)
    gains, costs = rng.integers(0, 6, (2, 30)).tolist()

    def beaten(one: int) -> bool:
        return any(
            gains[other] >= gains[one]
            and costs[other] <= costs[one]
            and (gains[other], costs[other]) != (gains[one], costs[one])
            for other in range(30)
        )

    assert set(pareto_front(gains, costs)) == {one for one in range(30) if not beaten(one)}
