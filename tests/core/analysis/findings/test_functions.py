"""Functions that a pipeline applies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.analysis.findings import Finding, Severity, findings
from core.model.recorded_call import FunctionSeen, RecordedCall
from core.workloads.catalogue import workload
from tests.core.analysis.findings.chains import (
    BATCH,
    CHEAP,
    DEAR,
    PREFETCH,
    PYTHON,
    RANDOM,
    SOURCE,
    call,
    found,
)

WRITTEN = {"options__rewrites": "as_written"}


@pytest.mark.parametrize("calls", [4, "autotune"])
def test_python_under_parallel_calls_is_costly(calls: int | str) -> None:
    one = found(SOURCE, call("map", function=PYTHON, num_parallel_calls=calls), BATCH)
    assert one["python_in_parallel"].severity is Severity.COSTLY
    assert "map load (line 2) runs Python" in one["python_in_parallel"].why


@pytest.mark.parametrize(
    "function_map",
    [
        call("map", function=PYTHON),
        call("map", function=PYTHON, num_parallel_calls=1),
        call("map", function=DEAR, num_parallel_calls=4),
    ],
)
def test_python_one_by_one_and_tensorflow_in_parallel_are_not(function_map: RecordedCall) -> None:
    assert "python_in_parallel" not in found(SOURCE, function_map, BATCH)


def test_the_built_in_python_map_is_found_by_its_declaration() -> None:
    changes = {"map.implementation": "python", "map.num_parallel_calls": 4}
    settings = workload("augmented").chain.defaults().with_values(changes)
    assert "python_in_parallel" in {one.key for one in findings(settings)}
    settings = settings.with_values({"map.implementation": "tensorflow"})
    assert "python_in_parallel" not in {one.key for one in findings(settings)}


def test_a_generator_is_told_of() -> None:
    assert "generator" in found(call("from_generator", function=PYTHON), BATCH)
    assert "generator" not in found(SOURCE, BATCH)


def test_a_dear_map_one_by_one_is_costly_and_can_be_mended() -> None:
    one = found(SOURCE, call("map", function=DEAR), BATCH, PREFETCH, **WRITTEN)["sequential_map"]
    assert (one.severity, one.where) == (Severity.COSTLY, "train.py:2")
    assert "DecodeJpeg" in one.why
    assert one.change == {"map.num_parallel_calls": "autotune"}


def test_a_map_that_nobody_could_look_into_is_a_hint() -> None:
    unknown = call("map", function=FunctionSeen("work"))
    assert found(SOURCE, unknown, **WRITTEN)["sequential_map"].severity is Severity.HINT


@pytest.mark.parametrize("function", [CHEAP, PYTHON])
def test_what_parallel_calls_cannot_help_is_not_told_of(function: FunctionSeen) -> None:
    assert "sequential_map" not in found(SOURCE, call("map", function=function), BATCH, **WRITTEN)


def test_tensorflow_makes_a_map_parallel_by_itself_unless_it_is_random() -> None:
    assert "sequential_map" not in found(SOURCE, call("map", function=DEAR), BATCH)
    one = found(SOURCE, call("map", function=RANDOM), BATCH)["sequential_map"]
    assert "TensorFlow leaves it so, since it draws random numbers" in one.why
    # The seeds of the built-in augmentation come with the elements: no thread has to wait.
    settings = workload("augmented").chain.defaults()
    settings = settings.with_values({"options.rewrites": "tensorflow_default"})
    assert "sequential_map" not in {one.key for one in findings(settings)}


def test_far_more_calls_than_cores_are_told_of() -> None:
    many = call("map", function=DEAR, num_parallel_calls=64)
    compute = replace(DEAR, kinds=("DecodeJpeg", "ResizeBilinear"))
    assert "too_many_calls" in found(SOURCE, replace(many, function=compute), BATCH)
    # Waiting for files takes no core, and without the number of cores nothing is said.
    assert "too_many_calls" not in found(SOURCE, many, BATCH)
    assert "too_many_calls" not in found(SOURCE, replace(many, function=compute), cores=None)
    assert "too_many_calls" not in found(SOURCE, replace(many, function=compute), cores=16)


def test_a_cheap_map_before_the_batch_may_work_on_whole_batches() -> None:
    one = found(SOURCE, call("map", function=CHEAP), BATCH, PREFETCH)["one_by_one"]
    assert one.severity is Severity.HINT
    assert "(Cast, RealDiv)" in one.why
    assert "may cost" in one.why


@pytest.mark.parametrize(
    "calls",
    [
        (BATCH, call("map", function=CHEAP)),
        (call("map", function=DEAR), BATCH),
        (call("map", function=RANDOM), BATCH),
        (call("map", function=PYTHON), BATCH),
        (call("map", function=FunctionSeen("work")), BATCH),
        (call("map", function=CHEAP), call("padded_batch")),
        # It would come behind what works on single elements, or be done anew in every epoch.
        (call("map", "map[a]", function=CHEAP), call("map", "map[b]", function=RANDOM), BATCH),
        (call("map", function=CHEAP), call("filter", function=CHEAP), BATCH),
        (call("map", function=CHEAP), call("cache"), BATCH),
        (call("map", function=replace(CHEAP, kinds=("Cast", "Reshape"))), BATCH),
        # The mean is that of an image; of a batch it would be another.
        (call("map", function=replace(CHEAP, kinds=("Mean", "Sub"))), BATCH),
    ],
)
def test_what_cannot_or_need_not_work_on_whole_batches(calls: tuple[RecordedCall, ...]) -> None:
    assert "one_by_one" not in found(SOURCE, *calls)


SEEDED = replace(RANDOM, seeded=True)


def test_random_numbers_with_a_seed_start_over_in_each_epoch() -> None:
    one = found(SOURCE, call("map", function=SEEDED), BATCH)["random_starts_over"]
    assert (one.severity, one.where) == (Severity.WRONG, "train.py:2")
    assert "every epoch makes the same choices" in one.why


@pytest.mark.parametrize(
    "calls",
    [
        (call("map", function=RANDOM), BATCH),
        # One iterator serves all epochs.
        (call("map", function=SEEDED), BATCH, call("repeat")),
        # The cache is what is told of.
        (call("map", function=SEEDED), call("cache"), BATCH),
    ],
)
def test_random_numbers_that_go_on_do_not(calls: tuple[RecordedCall, ...]) -> None:
    assert "random_starts_over" not in found(SOURCE, *calls)


def test_random_numbers_under_parallel_calls_are_others_in_each_run() -> None:
    parallel = call("map", function=RANDOM, num_parallel_calls=4)
    assert "random_in_parallel" in found(SOURCE, parallel, BATCH)
    assert "random_in_parallel" not in found(SOURCE, call("map", function=RANDOM), BATCH)
    settings = workload("augmented").chain.defaults().with_values({"map.num_parallel_calls": 4})
    assert "random_in_parallel" not in {one.key for one in findings(settings)}


def test_an_order_that_is_free_is_told_of_wherever_it_is_said() -> None:
    free = call("map", function=DEAR, num_parallel_calls=4, deterministic=False)
    one = found(SOURCE, free, BATCH)["order_is_free"]
    assert (one.where, one.change) == ("train.py:2", {"map.deterministic": "on"})
    parallel = call("map", function=DEAR, num_parallel_calls=4)
    options = call("with_options", options="deterministic=False, autotune.enabled=True")
    assert found(SOURCE, parallel, BATCH, options)["order_is_free"].where == "train.py:4"
    # Nothing is parallel, or the calls say otherwise.
    assert "order_is_free" not in found(SOURCE, call("map", function=DEAR), options)
    kept = call("map", function=DEAR, num_parallel_calls=4, deterministic=True)
    assert "order_is_free" not in found(SOURCE, kept, BATCH, options)


def test_the_built_in_options_can_keep_the_order_again() -> None:
    changes = {"options.deterministic": False, "map.num_parallel_calls": 2}
    settings = workload("augmented").chain.defaults().with_values(changes)
    (one,) = (one for one in findings(settings) if one.key == "order_is_free")
    assert (one.stage, one.change) == ("options", {"options.deterministic": True})


def test_a_random_number_that_is_drawn_while_tracing_is_wrong_where_it_is_drawn() -> None:
    once = FunctionSeen("jitter", operations=2, kinds=("AddV2",), drawn_once=True)
    finding = found(SOURCE, call("map", function=once), BATCH)["drawn_once"]
    assert finding.severity is Severity.WRONG
    assert finding.stage == "map"
    nested = found(
        SOURCE,
        call("interleave", function=once),
        call("map", function=once, inside="interleave"),
        BATCH,
    )
    assert nested["drawn_once"].stage == "map"


def test_work_in_the_function_of_interleave_is_told_of() -> None:
    slices = call("from_tensor_slices", "slices", inside="interleave")

    def of(function: FunctionSeen, *inner: RecordedCall, **calls: object) -> dict[str, Finding]:
        return found(SOURCE, call("interleave", function=function, **calls), *inner, BATCH)

    assert of(PYTHON, slices)["work_in_interleave"].severity is Severity.HINT
    parallel = of(DEAR, slices, num_parallel_calls=4)["work_in_interleave"]
    assert parallel.severity is Severity.COSTLY
    assert "itself runs DecodeJpeg, ReadFile, ResizeBilinear" in parallel.why
    # What a map of its dataset does, or a reader, is done by as many calls as there are.
    within = call("map", inside="interleave", function=DEAR, inputs=("slices",))
    assert "work_in_interleave" not in of(DEAR, slices, within)
    assert "work_in_interleave" not in of(CHEAP, slices)
    assert "work_in_interleave" not in of(DEAR, call("TFRecordDataset", inside="interleave"))
