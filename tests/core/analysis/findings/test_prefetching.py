"""Whether the next batches are made while the model trains."""

from __future__ import annotations

import pytest

from core.analysis.findings import Severity, findings
from core.model.kinds import Value
from core.model.recorded_call import RecordedCall
from core.workloads.catalogue import workload
from tests.core.analysis.findings.chains import (
    AS_WRITTEN,
    BATCH,
    CHEAP,
    DEAR,
    PREFETCH,
    SOURCE,
    call,
    found,
)

MAP = call("map", function=DEAR)
KEYS = ("no_prefetch", "prefetch_not_last")


def of_prefetch(*calls: RecordedCall, **changes: Value) -> list[str]:
    return [key for key in found(*calls, **changes) if key in KEYS]


def test_a_pipeline_without_prefetch_is_told_at_its_last_line_and_how_to_mend_it() -> None:
    one = found(SOURCE, MAP, BATCH, options__rewrites="as_written")["no_prefetch"]
    assert (one.severity, one.where, one.stage) == (Severity.COSTLY, "train.py:3", "batch")
    assert one.change == {"prefetch[added].buffer_size": "autotune"}
    assert one.about_time


def test_with_the_change_made_nothing_is_found_of_it() -> None:
    change = {"prefetch[added]__buffer_size": "autotune"}
    assert of_prefetch(SOURCE, MAP, BATCH, **change) == []


def test_where_tensorflow_puts_one_in_it_is_a_hint_and_says_so() -> None:
    one = found(SOURCE, MAP, BATCH)["no_prefetch"]
    assert one.severity is Severity.HINT
    assert "TensorFlow puts in a prefetch by itself" in one.why


@pytest.mark.parametrize(
    "said",
    [
        "experimental_optimization.inject_prefetch=False",
        "autotune.enabled=False",
        "experimental_optimization.apply_default_optimizations=False",
    ],
)
def test_where_the_code_forbids_it_to_it_is_costly(said: str) -> None:
    options = call("with_options", options=said)
    assert found(SOURCE, MAP, BATCH, options)["no_prefetch"].severity is Severity.COSTLY


def test_copying_from_memory_is_no_reason_to_call_it_costly() -> None:
    one = found(SOURCE, BATCH, options__rewrites="as_written")["no_prefetch"]
    assert one.severity is Severity.HINT
    assert "copying from memory" in one.why


def test_a_parallel_stage_at_the_end_works_ahead_by_itself() -> None:
    last = call("map", function=DEAR, num_parallel_calls=4)
    one = found(SOURCE, BATCH, last, options__rewrites="as_written")["no_prefetch"]
    assert one.severity is Severity.HINT
    assert "map decode (line 3) works ahead by itself" in one.why


def test_a_prefetch_that_is_not_last_is_told_at_its_line_with_what_waits() -> None:
    one = found(SOURCE, PREFETCH, MAP, BATCH, options__rewrites="as_written")["prefetch_not_last"]
    assert (one.severity, one.where, one.stage) == (Severity.COSTLY, "train.py:2", "prefetch")
    assert "map decode (line 3) and batch (line 4) behind it" in one.why
    assert one.change == {"prefetch[added].buffer_size": "autotune"}


@pytest.mark.parametrize(
    "behind",
    [
        (),
        (call("repeat"),),
        (call("with_options", options="defaults"),),
        (call("take", count=5), call("repeat")),
    ],
)
def test_what_only_hands_elements_on_may_stand_behind(behind: tuple[RecordedCall, ...]) -> None:
    assert of_prefetch(SOURCE, MAP, BATCH, PREFETCH, *behind) == []


def test_a_prefetch_inside_an_interleave_is_none_at_the_end_and_none_out_of_place() -> None:
    reader = call("TFRecordDataset", inside="interleave")
    inner = call("prefetch", "prefetch[2]", inside="interleave", inputs=("tfrecord",))
    files = call("list_files", shuffle=False)
    calls = (files, call("interleave"), reader, inner, BATCH)
    assert of_prefetch(*calls) == ["no_prefetch"]
    outer = call("prefetch", "prefetch[2]")
    assert of_prefetch(*calls, outer) == []


def test_distributing_a_dataset_prefetches_it() -> None:
    distributed = call("experimental_distribute_dataset")
    assert of_prefetch(SOURCE, MAP, BATCH, distributed) == []
    assert of_prefetch(SOURCE, MAP, BATCH, PREFETCH, distributed) == []


def test_a_prefetch_of_no_elements_is_none() -> None:
    assert of_prefetch(SOURCE, MAP, BATCH, call("prefetch", buffer_size=0)) == ["no_prefetch"]


def test_a_prefetch_that_was_switched_off_is_offered_again() -> None:
    one = found(SOURCE, MAP, BATCH, PREFETCH, prefetch__buffer_size="off")["no_prefetch"]
    assert one.change == {"prefetch.buffer_size": "autotune"}


def test_calls_within_apply_stand_in_the_chain_itself() -> None:
    apply = call("apply")
    batch = call("batch", inside="apply", inputs=("map",))
    inner = call("prefetch", inside="apply", inputs=("batch",))
    assert of_prefetch(SOURCE, call("map", function=CHEAP), apply, batch, inner) == []
    behind = call("map", "map[late]", function=DEAR, inputs=("apply",))
    assert of_prefetch(SOURCE, call("map", function=CHEAP), apply, batch, inner, behind) == [
        "prefetch_not_last"
    ]


@pytest.mark.parametrize("name", ["augmented", "npz_shards", "jpeg_tfrecord"])
def test_built_in_chains_are_read_by_the_same_rules(name: str) -> None:
    naive = workload(name).chain.defaults().with_values(AS_WRITTEN)
    (one,) = (one for one in findings(naive) if one.key == "no_prefetch")
    assert one.severity is Severity.COSTLY
    assert (one.site, one.where, one.stage) == (None, "batch", "batch")
    mended = naive.with_values(one.change)
    assert "no_prefetch" not in {one.key for one in findings(mended)}
