"""Values stand on an axis in an order that makes sense."""

from __future__ import annotations

import pytest

from core.analysis.comparisons.knob_values import (
    in_order,
    in_short,
    joinable,
    knob_name,
    varied,
    with_names,
)
from core.model.kinds import OneOf, Real, Toggle, Whole
from core.model.knob import Knob, tunable
from core.model.tensorflow_kinds import Device
from core.workloads.catalogue import WORKLOADS, workload

PREFETCH = "prefetch.buffer_size"


def _knob(kind: object) -> Knob:
    return Knob("name", "label", "help", "cannot", kind, "off")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (tunable(64, (2,)), ("off", 1, 2, 16, "autotune")),
        (Toggle(), (False, True)),
        (Whole(1, 100, words=("all",)), (5, 50, "all")),
        (Real(0, 1), (0.1, 0.25, 1.0)),
        (OneOf(("small", "large", "huge")), ("small", "large", "huge")),
        (OneOf(("area:m²", "area:²", "area:3")), ("area:m²", "area:²", "area:3")),
        (Device(), ("cpu", "gpu:0", "emulated:5", "emulated:20", "emulated:40")),
    ],
    ids=["tunable", "toggle", "words", "real", "choice", "raised", "device"],
)
def test_values_stand_in_an_order_that_makes_sense(kind: object, values: tuple) -> None:
    assert in_order(reversed(values), _knob(kind)) == values


@pytest.mark.parametrize(
    ("kind", "value", "leads_on"),
    [
        (tunable(64, (2,)), "off", True),
        (tunable(64, (2,)), 2, True),
        (tunable(64, (2,)), "autotune", False),
        (OneOf(("small", "large")), "small", False),
        (Toggle(), True, False),
        (Real(0, 1), 0.5, True),
    ],
)
def test_lines_lead_through_off_and_numbers_only(
    kind: object, value: object, leads_on: bool
) -> None:
    assert joinable(value, _knob(kind)) is leads_on  # type: ignore[arg-type]


def test_knobs_that_vary_are_counted() -> None:
    settings = [{"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": 1, "b": 3}]
    assert varied(settings) == {"b": 2}
    assert varied([]) == {}


def test_settings_are_written_as_short_as_tables_write_them() -> None:
    knobs = workload("jpeg_tfrecord").chain.knobs
    assert knob_name(PREFETCH, knobs[PREFETCH]) == "prefetch"
    assert knob_name("gone.knob", None) == "gone.knob"
    values = {PREFETCH: 2, "map.num_parallel_calls": "off"}
    assert in_short(values, values, knobs) == "prefetch=2, map parallel calls=off"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (f"set {PREFETCH}=2, map.num_parallel_calls=4", "set prefetch=2, map parallel calls=4"),
        ("batch.batch_size", "batch"),
        # What is typed and code stay as they are.
        (f"give --set {PREFETCH}=2",) * 2,
        ("dataset.batch.batch_size and map.num_parallel_calls(2)",) * 2,
    ],
)
def test_names_stand_in_a_text_in_place_of_ids(typed: str, read: str) -> None:
    assert with_names(typed, workload("augmented").chain.knobs) == read


def test_no_two_knobs_of_a_pipeline_have_the_same_name() -> None:
    for each in WORKLOADS:
        names = [knob_name(key, knob) for key, knob in each.chain.knobs.items()]
        assert len(set(names)) == len(names)
