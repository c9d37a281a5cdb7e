"""Axes as people type them, and the designs made of them."""

from __future__ import annotations

import pytest

from core.analysis.sweeps.design import at_random, axis, designed, grid, one_at_a_time, size
from core.model.errors import InputError
from core.model.experiment import SweptKnob
from tests.builders import small_chain

CHAIN = small_chain()
BASE = CHAIN.defaults()
AXES = (SweptKnob("prefetch.buffer_size", ("off", 1, 2)), SweptKnob("batch.batch_size", (16, 32)))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("prefetch.buffer_size=off,2, 4", ("off", 2, 4)),
        ("prefetch.buffer_size=1..4", (1, 2, 3, 4)),
        ("prefetch.buffer_size=1..16*2", (1, 2, 4, 8, 16)),
        ("prefetch.buffer_size=off,1..4*2,autotune,2", ("off", 1, 2, 4, "autotune")),
        ("batch.drop_remainder=sensible", (False, True)),
    ],
)
def test_values_are_lists_ranges_doublings_or_what_the_knob_suggests(
    text: str, values: tuple[object, ...]
) -> None:
    assert axis(text, CHAIN).values == values


@pytest.mark.parametrize(
    "text",
    [
        "",
        "batch.batch_size",
        "batch.batch_size=",
        "batch.batch_size=4..1",
        "nothing=1",
        "batch.batch_size=0..4*2",
        "batch.batch_size=1..100000",
        "batch.batch_size=1..8*1",
    ],
)
def test_what_is_no_axis_is_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(InputError) as caught:
        axis(text, CHAIN)
    assert caught.value.expected


def test_a_grid_has_every_combination_once() -> None:
    found = grid(BASE, AXES)
    assert len(found) == 6
    assert len({tuple(one[axis.key] for axis in AXES) for one in found}) == 6


def test_one_at_a_time_leaves_everything_else_as_it_is() -> None:
    found = one_at_a_time(BASE, AXES)
    assert found[0] == BASE
    assert all(len(one.differing(BASE)) <= 1 for one in found)
    # The base has a prefetch that is off and batches of 32 already.
    assert len(found) == 1 + 2 + 1


def test_a_random_design_is_part_of_the_grid_and_the_same_every_time() -> None:
    drawn = at_random(BASE, AXES, 4)
    assert len(set(drawn)) == 4
    assert set(drawn) <= set(grid(BASE, AXES))
    assert drawn == at_random(BASE, AXES, 4)
    assert len(at_random(BASE, AXES, 100)) == 6


def test_a_few_are_drawn_from_millions_without_making_them_all() -> None:
    axes = [SweptKnob(key, tuple(range(1, 101))) for key in ("prefetch.buffer_size", "fit.epochs")]
    axes += [SweptKnob("batch.batch_size", tuple(range(1, 1001)))]
    drawn = at_random(BASE, axes, 20)
    assert len(set(drawn)) == 20
    assert len({one["fit.epochs"] for one in drawn}) > 5


@pytest.mark.parametrize("design", ["grid", "one-at-a-time", "random:4", "random:100"])
def test_the_size_of_a_design_is_known_before_it_is_made(design: str) -> None:
    base = BASE.with_values({"prefetch.buffer_size": 2})
    assert size(design, base, AXES) == len(designed(design, base, AXES))


@pytest.mark.parametrize("design", ["", "grid:2", "random", "random:0", "random:x", "latin"])
def test_a_design_that_there_is_not_is_refused(design: str) -> None:
    with pytest.raises(InputError, match="no design"):
        size(design, BASE, AXES)
