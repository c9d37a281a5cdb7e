"""How many elements pass where, over the whole graph."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.model.recorded_call import Argument
from core.pipeline.cardinality import Cardinality
from core.pipeline.step_counts import ENDLESS, CountedCall


def step(key: str, *inputs: str, elements: int | None = None, **values: Argument) -> CountedCall:
    """A step of the kind that its key begins with."""
    return CountedCall(key, key.rstrip("0123456789"), values, inputs, "", elements)


TEN = step("range", elements=10)
MORE = step("range2", elements=40)
AGAIN = step("repeat", "range", count=None)
CHOOSE, SAMPLE = "choose_from_datasets", "sample_from_datasets"


def elements(*steps: CountedCall) -> int | None:
    return Cardinality(steps).elements(steps[-1].key)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((TEN, AGAIN), ENDLESS),
        ((TEN, step("repeat", "range", count=3)), 30),
        ((step("range", elements=0), AGAIN), 0),
        ((TEN, step("repeat", "range")), None),
        ((TEN, step("batch", "range", batch_size=4)), 3),
        ((TEN, step("batch", "range", batch_size=4, drop_remainder=True)), 2),
        ((TEN, step("skip", "range", count=4)), 6),
        ((TEN, step("shard", "range", num_shards=3, index=1)), 3),
        ((TEN, step("filter", "range")), None),
        ((TEN, AGAIN, step("filter", "repeat"), step("batch", "filter", batch_size=4)), ENDLESS),
        ((TEN, AGAIN, step("take", "repeat", count=25)), 25),
        ((TEN, AGAIN, step("take", "repeat", count=-1)), ENDLESS),
        ((TEN, AGAIN, step("take_while", "repeat")), None),
        ((TEN, AGAIN, MORE, step("zip", "repeat", "range2")), 40),
        ((TEN, AGAIN, step("records"), step("zip", "repeat", "records")), None),
        ((TEN, AGAIN, step("counter"), step("zip", "repeat", "counter")), ENDLESS),
        ((TEN, AGAIN, MORE, step("concatenate", "range2", "repeat")), ENDLESS),
        ((TEN, MORE, step("concatenate", "range", "range2")), 50),
        # One that runs out ends a choice, and does not end a sample.
        ((TEN, AGAIN, MORE, step("counter"), step(CHOOSE, "repeat", "range2", "counter")), None),
        ((TEN, AGAIN, MORE, step(CHOOSE, "repeat", "repeat", "range2", elements=ENDLESS)), None),
        ((TEN, AGAIN, step("counter"), step(CHOOSE, "repeat", "repeat", "counter")), ENDLESS),
        ((TEN, AGAIN, MORE, step(SAMPLE, "repeat", "range2")), ENDLESS),
        (
            (TEN, AGAIN, MORE, step(SAMPLE, "repeat", "range2", stop_on_empty_dataset=True)),
            None,
        ),
    ],
)
def test_how_many_elements_a_step_delivers(
    steps: tuple[CountedCall, ...], expected: int | None
) -> None:
    assert elements(*steps) == expected


def test_what_stands_in_a_function_can_be_what_never_ends() -> None:
    reader = CountedCall("records", "tfrecord", {}, (), "interleave")
    again = CountedCall("repeat", "repeat", {"count": None}, ("records",), "interleave")
    files = step("range", elements=3)
    assert elements(reader, again, files, step("interleave", "range")) == ENDLESS


def test_a_loop_that_makes_a_chain_longer_has_no_number_and_an_end() -> None:
    longer = replace(step("shuffle", "map", buffer_size=4), count=2)
    assert elements(TEN, longer, replace(step("map", "range", "shuffle"), count=2)) is None


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((step("batch", "repeat", batch_size=4),), ENDLESS),
        ((step("take", "repeat", count=10),), 1),
        ((step("batch", "repeat", batch_size=5), step("take", "batch", count=3)), 2),
        ((step("filter", "repeat"), step("take", "filter", count=3)), None),
        ((MORE, step("zip", "repeat", "range2")), 1),
        ((step("counter"), step("zip", "repeat", "counter")), ENDLESS),
        ((step("unique", "repeat"),), 1),
        ((MORE, step(SAMPLE, "repeat", "range2")), ENDLESS),
        ((MORE, step(SAMPLE, "repeat", "range2", stop_on_empty_dataset=True)), None),
        ((MORE, step("map", "range2")), 1),
    ],
)
def test_how_often_data_are_gone_through(
    steps: tuple[CountedCall, ...], expected: int | None
) -> None:
    assert Cardinality((TEN, AGAIN, *steps)).passes("repeat", steps[-1].key) == expected


def test_how_much_is_drawn_for_the_first_batches() -> None:
    steps = (
        step("cache", elements=100),
        step("map", "cache"),
        step("shuffle", "map", buffer_size=50),
        step("batch", "shuffle", batch_size=8),
        step("filter", "batch"),
    )
    graph = Cardinality(steps)
    assert graph.drawn("cache", "batch", 1) == 57
    assert graph.drawn("cache", "batch", 3) == 73
    assert graph.drawn("cache", "filter", 1) is None
