"""What a cache keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.analysis.findings import Finding, Severity, findings
from core.model.recorded_call import RecordedCall
from core.workloads.catalogue import workload
from tests.core.analysis.findings.chains import (
    BATCH,
    CHEAP,
    PREFETCH,
    RANDOM,
    SOURCE,
    call,
    found,
)

CACHE = call("cache", elements=60_000)
SHUFFLE = call("shuffle")
AUGMENT = call("map", function=RANDOM)
SCALE = call("map", function=CHEAP)


def test_a_cache_behind_a_random_map_is_wrong_and_names_both_lines() -> None:
    one = found(SOURCE, AUGMENT, CACHE, BATCH)["cache_of_random"]
    assert (one.severity, one.where, one.stage) == (Severity.WRONG, "train.py:3", "cache")
    assert "map augment (line 2)" in one.why
    assert one.change == {"cache.enabled": False}
    assert not one.about_time


@pytest.mark.parametrize("order", [(CACHE, AUGMENT), (SCALE, CACHE)])
def test_a_cache_before_what_is_random_or_behind_what_is_not_is_fine(order: tuple) -> None:
    assert "cache_of_random" not in found(SOURCE, *order, BATCH, PREFETCH)


def test_random_numbers_drawn_inside_an_interleave_are_found_where_they_are_drawn() -> None:
    reader = call("TFRecordDataset", inside="interleave")
    inner = call("map", inside="interleave", inputs=("tfrecord",), function=RANDOM)
    interleave = call("interleave", function=RANDOM)
    one = found(call("list_files", shuffle=False), interleave, reader, inner, CACHE)
    assert "map augment (line 4)" in one["cache_of_random"].why


def test_a_random_branch_that_the_cache_does_not_see_is_none_of_its_business() -> None:
    one = call("from_tensor_slices", "from_tensor_slices[one]")
    kept = call("cache", inputs=("from_tensor_slices[one]",))
    other = call("from_tensor_slices", "from_tensor_slices[other]", inputs=())
    random = call("map", function=RANDOM, inputs=("from_tensor_slices[other]",))
    both = call("zip", inputs=("cache", "map"))
    assert "cache_of_random" not in found(one, kept, other, random, both, BATCH)


def test_the_built_in_cache_can_be_put_before_the_random_map() -> None:
    kept = workload("augmented").chain.defaults().with_values({"cache.where": "memory"})
    (one,) = (one for one in findings(kept) if one.key == "cache_of_random")
    assert one.change == {"cache.position": "before_map"}
    assert "cache_of_random" not in {one.key for one in findings(kept.with_values(one.change))}
    # The stretch of npz_shards draws nothing.
    kept = workload("npz_shards").chain.defaults().with_values({"cache.where": "memory"})
    assert "cache_of_random" not in {one.key for one in findings(kept)}


def test_a_cache_that_was_added_is_told_of_too() -> None:
    settings = {"cache[added]__enabled": True}
    calls = (call("list_files", elements=8), call("map", function=CHEAP), BATCH)
    one = found(*calls, **settings)["cache_of_order"]
    assert one.change == {"cache[added].enabled": False}
    assert one.severity is Severity.HINT


def test_a_cache_behind_the_shuffle_freezes_the_order() -> None:
    one = found(SOURCE, SHUFFLE, CACHE, BATCH)["cache_of_order"]
    assert (one.severity, one.where) == (Severity.WRONG, "train.py:3")
    assert "shuffle (line 2)" in one.why


def test_a_cache_with_a_shuffle_behind_it_does_not() -> None:
    late = call("shuffle", "shuffle[2]")
    assert "cache_of_order" not in found(SOURCE, CACHE, SHUFFLE, BATCH)
    assert "cache_of_order" not in found(SOURCE, SHUFFLE, CACHE, late, BATCH)


def test_an_order_that_was_meant_to_stay_is_not_frozen() -> None:
    fixed = call("shuffle", reshuffle_each_iteration=False)
    assert "cache_of_order" not in found(SOURCE, fixed, CACHE, BATCH)
    files = call("list_files", shuffle=False, elements=8)
    assert "cache_of_order" not in found(files, CACHE, BATCH)


def test_a_cache_of_shuffled_batches_keeps_the_batches_also_with_a_shuffle_behind() -> None:
    late = call("shuffle", "shuffle[2]")
    one = found(SOURCE, SHUFFLE, BATCH, CACHE, late)
    assert one["cache_of_batches"].severity is Severity.WRONG
    assert "cache_of_order" not in one
    assert "shuffle (line 2) and batch (line 3)" in one["cache_of_batches"].why


def test_batches_that_are_taken_apart_again_are_not_kept() -> None:
    late = call("shuffle", "shuffle[2]")
    apart = (call("unbatch"), late, call("batch", "batch[2]"))
    assert "cache_of_batches" not in found(SOURCE, SHUFFLE, BATCH, CACHE, *apart)


@pytest.mark.parametrize(
    ("count", "severity"),
    [(None, Severity.WRONG), (-1, Severity.WRONG), (3, Severity.COSTLY), (1, None)],
)
def test_a_cache_behind_repeat(count: int | None, severity: Severity | None) -> None:
    cache = call("cache")
    one = found(SOURCE, call("repeat", count=count), cache, BATCH).get("cache_behind_repeat")
    assert (one.severity if one else None) is severity
    assert "cache_behind_repeat" not in found(SOURCE, CACHE, call("repeat", count=count), BATCH)


def test_a_cache_behind_a_repeat_that_something_ends_is_complete_after_one_pass() -> None:
    weight = call("from_tensors", elements=1, inputs=())
    repeat = call("repeat")
    ended = call("zip", inputs=("from_tensor_slices", "repeat"))
    both = (SOURCE, weight, repeat, ended, call("cache"), call("shuffle"), BATCH)
    assert not {"cache_behind_repeat", "repeat_before_shuffle"} & found(*both).keys()
    cut = (SOURCE, repeat, call("take", count=60_000), call("cache"), BATCH)
    assert "cache_behind_repeat" not in found(*cut)
    twice = (SOURCE, repeat, call("take", count=120_000), call("cache"), BATCH)
    assert "It keeps 2 passes" in found(*twice)["cache_behind_repeat"].why


def test_a_cache_of_data_that_never_end_by_themselves_names_where_they_come_from() -> None:
    one = found(call("counter"), call("map", function=CHEAP), call("cache"), BATCH)
    assert "what counter (line 1) delivers" in one["cache_behind_repeat"].why


def test_take_behind_a_cache_throws_it_away() -> None:
    one = found(SOURCE, CACHE, call("take", count=100), BATCH)["take_behind_cache"]
    assert (one.severity, one.where) == (Severity.COSTLY, "train.py:2")
    assert "take (line 3) stops after 100 elements" in one.why
    assert one.about_time


def test_zip_with_a_shorter_dataset_throws_it_away_too() -> None:
    def with_labels(elements: int) -> tuple[RecordedCall, ...]:
        labels = replace(call("range", "labels"), elements=elements)
        return (
            SOURCE,
            CACHE,
            labels,
            replace(call("zip", inputs=("cache", "labels")), elements=min(elements, 60_000)),
            BATCH,
        )

    one = found(*with_labels(100))["take_behind_cache"]
    assert (one.severity, one.stage, one.title) == (
        Severity.COSTLY,
        "cache",
        "zip behind the cache",
    )
    assert "zip (line 4) stops after 100 elements" in one.why
    assert "take_behind_cache" not in found(*with_labels(60_000))


def test_a_fit_that_takes_one_pass_never_comes_back_to_a_cache() -> None:
    def one_pass(*calls: RecordedCall) -> dict[str, Finding]:
        return found(*calls, fit__steps_per_epoch=75, fit__epochs=3)

    generator = call("from_generator")
    one = one_pass(generator, call("cache"), PREFETCH)["take_behind_cache"]
    assert one.title == "one pass over the cache"
    assert "fit takes 225 batches with one iterator" in one.why
    assert "take(n).cache().repeat()" in one.remedy
    for calls in (
        (generator, call("cache"), call("repeat"), PREFETCH),
        # Keras counts its steps, and begins anew.
        (SOURCE, CACHE, BATCH),
    ):
        assert "take_behind_cache" not in one_pass(*calls)
    assert "take_behind_cache" not in found(generator, call("cache"), PREFETCH)


def test_where_the_number_of_elements_is_not_known_it_is_a_hint_with_its_condition() -> None:
    unknown = call("cache")
    one = found(call("TFRecordDataset"), unknown, call("take", count=100))["take_behind_cache"]
    assert one.severity is Severity.HINT
    assert "Unless there are no more than that" in one.why


@pytest.mark.parametrize(
    "calls",
    [
        (call("take", count=100), CACHE),
        (CACHE, call("take", count=60_000)),
        (CACHE, call("take", count=-1)),
        (CACHE, call("skip", count=100)),
        (CACHE, call("batch", elements=1875), call("take", count=1875)),
        (CACHE, call("shuffle", buffer_size=60_000, elements=60_000), call("take", count=100)),
        (CACHE, call("repeat"), call("take", count=60_000)),
    ],
)
def test_a_cache_that_is_read_to_its_end_is_kept(calls: tuple) -> None:
    assert "take_behind_cache" not in found(SOURCE, *calls)


def test_a_shuffle_too_small_to_take_in_all_data_leaves_the_cache_incomplete() -> None:
    small = call("shuffle", buffer_size=1000, elements=60_000)
    assert "take_behind_cache" in found(SOURCE, CACHE, small, call("take", count=100))
    repeated = (call("repeat"), call("take", count=100))
    assert "take_behind_cache" in found(SOURCE, CACHE, *repeated)


def test_a_cache_file_is_told_of_and_memory_and_a_folder_of_its_own_are_not() -> None:
    one = found(SOURCE, call("cache", filename="/data/train.cache"), BATCH)["cache_file"]
    assert one.severity is Severity.WRONG
    assert "/data/train.cache" in one.why
    assert "cache_file" not in found(SOURCE, CACHE, BATCH)
    assert "cache_file" not in found(SOURCE, call("cache", filename="/tmp/tmpab12_x9z/c"), BATCH)
    disk = workload("augmented").chain.defaults().with_values({"cache.where": "disk"})
    assert "cache_file" not in {one.key for one in findings(disk)}
