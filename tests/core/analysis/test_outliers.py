from __future__ import annotations

import numpy as np
import pytest

from core.analysis.doubts.outliers import outliers


def test_a_figure_far_from_the_others_is_pointed_out() -> None:
    (found,) = outliers([600.0, 610.0, None, 402.0, 590.0, 605.0])
    assert found.index == 3
    assert found.value == 402.0
    assert found.median == pytest.approx(600.0)


@pytest.mark.parametrize(
    "values",
    [
        [600.0, 610.0, 400.0],  # too few to say what is usual
        [600.0, 500.0, 400.0, 700.0, 650.0],  # they scatter that much
        [600.0, 600.1, 600.2, 630.0],  # far by their scatter, but 5 % is next to nothing
        [],
    ],
)
def test_what_is_usual_is_not(values: list[float]) -> None:
    assert outliers(values) == ()


def test_the_usual_scatter_of_a_machine_is_seldom_called_far() -> None:
    rng = np.random.default_rng(1)
    called = sum(bool(outliers(np.exp(rng.normal(6, 0.08, 5)))) for _ in range(1000))
    # With five values the median deviation is itself rough: about one set in eight.
    assert called / 1000 < 0.2
