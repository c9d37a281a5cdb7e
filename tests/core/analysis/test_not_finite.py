from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.analysis.doubts.catalogue import doubts
from core.analysis.doubts.losses import losses
from core.analysis.doubts.not_finite import not_finite
from core.metrics.catalogue import metric
from core.model.run import Run
from tests.builders import even_samples, run_of

NAN, INF = float("nan"), float("inf")


def run_with(readings: dict[int, float], epochs: tuple[float | None, ...] = (1.0, 1.0)) -> Run:
    """200 steps in two epochs; the loss was read after these steps."""
    samples = replace(
        even_samples(200, 2),
        loss_steps=np.array(list(readings), np.int64),
        losses=np.array(list(readings.values())),
    )
    return replace(run_of(samples), epoch_losses=epochs)


def test_a_loss_that_is_a_number_throughout_is_not_told_of() -> None:
    assert not_finite(run_with({1: 2.0, 100: 1.0, 200: 0.5})) is None


@pytest.mark.parametrize(
    ("readings", "word", "when"),
    [
        ({30: 1.0, 31: NAN, 200: NAN}, "NaN", "from step 31 on"),
        (
            {12: 1.0, 31: NAN, 200: NAN},
            "NaN",
            "from step 31 on at the latest (after step 12 it was still a number)",
        ),
        ({1: NAN, 200: NAN}, "NaN", "from step 1 on"),
        ({4: NAN}, "NaN", "from step 4 on at the latest (it never was a number)"),
        ({7: 1.0, 8: INF}, "infinite", "from step 8 on"),
        ({7: 1.0, 8: NAN, 101: 1.0}, "NaN", "from step 8 for some steps"),
    ],
)
def test_it_says_from_which_step_on_as_far_as_the_loss_was_read(
    readings: dict[int, float], word: str, when: str
) -> None:
    found = not_finite(run_with(readings))
    assert found is not None
    assert (found.word, found.when()) == (word, when)


def test_an_epoch_whose_mean_alone_is_no_number_is_found_too() -> None:
    found = not_finite(run_with({1: 1.0}, (1.0, NAN)))
    assert found is not None
    assert (found.step, found.last_good, found.epoch) == (200, 100, 2)


def test_the_doubt_says_that_the_speed_holds() -> None:
    (doubt,) = (one for one in doubts(run_with({5: NAN})) if one.key == "loss_not_finite")
    assert "the speed figures hold, the training does not" in doubt.text
    assert "check_numerics" in doubt.text


def test_a_loss_that_is_nan_is_neither_more_nor_less_than_another() -> None:
    from core.analysis.comparisons.difference import difference

    of = metric("final_loss")
    lost, sound = of.of(run_with({5: NAN}, (NAN,))), of.of(run_with({5: 1.0}))
    assert lost.text() == "NaN"
    assert difference(of, lost, sound) is None
    assert difference(of, sound, lost) is None


def test_curves_say_of_how_many_runs_the_loss_was_lost() -> None:
    runs = [run_with({}, (1.0, NAN)), run_with({}, (1.0, 0.5))]
    found = losses("B", runs)
    assert found.lost == 1
    # Of the runs that still have one there is no mean: it would be that of others than before.
    assert found.mean == (1.0, None)
