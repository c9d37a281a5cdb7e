"""Whether shuffling mixes what it is there to mix."""

from __future__ import annotations

import pytest

from core.analysis.findings import Severity, findings
from core.model.recorded_call import RecordedCall
from core.workloads.catalogue import workload
from tests.core.analysis.findings.chains import BATCH, CHEAP, PREFETCH, SOURCE, call, found

ALL = call("shuffle", buffer_size=60_000, elements=60_000)


def test_a_buffer_of_one_does_not_shuffle() -> None:
    one = found(SOURCE, call("shuffle", buffer_size=1, elements=60_000), BATCH)["shuffle_of_one"]
    assert one.severity is Severity.WRONG
    assert one.change == {"shuffle.buffer_size": 60_000}


def test_without_a_known_number_of_elements_no_size_is_proposed() -> None:
    one = found(call("TFRecordDataset"), call("shuffle", buffer_size=1), BATCH)["shuffle_of_one"]
    assert one.change == {}


def test_a_buffer_far_smaller_than_the_data_is_a_hint_with_both_numbers() -> None:
    one = found(SOURCE, call("shuffle", buffer_size=1000, elements=60_000), BATCH)["shuffle_small"]
    assert one.severity is Severity.HINT
    assert "1000 of 60000 elements (1.7 %)" in one.why
    assert one.change == {"shuffle.buffer_size": 60_000}


@pytest.mark.parametrize(
    "shuffle",
    [
        ALL,
        call("shuffle", buffer_size=10_000, elements=60_000),
        call("shuffle", buffer_size=1000, elements=-1),
    ],
)
def test_a_large_one_and_data_of_unknown_size_are_not_judged(shuffle: RecordedCall) -> None:
    assert "shuffle_small" not in found(SOURCE, shuffle, BATCH)
    unknown = call("shuffle", buffer_size=1000)
    assert "shuffle_small" not in found(call("TFRecordDataset"), unknown, BATCH)


def test_a_small_buffer_behind_shuffled_files_mixes_enough() -> None:
    files = call("list_files", elements=16)
    shuffle = call("shuffle", buffer_size=1000, elements=60_000)
    assert "shuffle_small" not in found(files, call("interleave"), shuffle, BATCH)


def test_the_examples_of_a_built_in_workload_count_where_they_are_known() -> None:
    settings = workload("npz_shards").chain.defaults().with_values({"shuffle.buffer_size": 256})
    keys = {one.key for one in findings(settings, examples=6400)}
    assert "shuffle_small" in keys
    assert "shuffle_small" not in {one.key for one in findings(settings)}


def test_a_shuffle_behind_batch_moves_whole_batches() -> None:
    one = found(SOURCE, BATCH, call("shuffle"), PREFETCH)["shuffle_behind_batch"]
    assert (one.severity, one.where) == (Severity.WRONG, "train.py:3")
    assert "batch (line 2)" in one.why


@pytest.mark.parametrize(
    "calls",
    [
        (call("shuffle"), BATCH),
        # Sequences of 100 characters, shuffled and then batched.
        (call("batch", "batch[1]"), call("shuffle"), call("batch", "batch[2]")),
        (BATCH, call("unbatch"), call("shuffle")),
        # Mixed before; shuffling the batches too does no harm.
        (call("shuffle", "shuffle[1]"), BATCH, call("shuffle", "shuffle[2]")),
    ],
)
def test_examples_that_are_mixed_are_not_told_of(calls: tuple[RecordedCall, ...]) -> None:
    assert "shuffle_behind_batch" not in found(SOURCE, *calls)


def test_repeat_before_the_shuffle_blurs_epochs() -> None:
    one = found(SOURCE, call("repeat"), ALL, BATCH)["repeat_before_shuffle"]
    assert (one.severity, one.where) == (Severity.HINT, "train.py:2")
    assert "repeat_before_shuffle" not in found(SOURCE, ALL, call("repeat"), BATCH)
    assert "repeat_before_shuffle" not in found(SOURCE, call("repeat", count=1), ALL, BATCH)


@pytest.mark.parametrize("count", [60_000, 100])
def test_what_takes_no_more_than_one_pass_does_not_blur_epochs(count: int) -> None:
    take, shuffle = call("take", count=count), call("shuffle")
    assert "repeat_before_shuffle" not in found(SOURCE, call("repeat"), take, shuffle, BATCH)
    more = call("take", count=60_001)
    assert "repeat_before_shuffle" in found(SOURCE, call("repeat"), more, shuffle, BATCH)


@pytest.mark.parametrize(
    ("split", "severity"),
    [
        (call("skip"), Severity.WRONG),
        (call("take"), Severity.HINT),
        (call("shard", num_shards=2, index=0), Severity.WRONG),
    ],
)
def test_a_part_behind_a_shuffle_is_another_in_each_epoch(
    split: RecordedCall, severity: Severity
) -> None:
    one = found(SOURCE, ALL, split, BATCH)[f"{split.method}_behind_shuffle"]
    assert (one.severity, one.where) == (severity, "train.py:3")


@pytest.mark.parametrize(
    "calls",
    [
        (call("skip"), ALL),
        (call("shuffle", reshuffle_each_iteration=False), call("skip")),
        (ALL, call("cache"), call("skip")),
        (ALL, call("skip", count=0)),
        (call("shuffle", seed=1), call("shard", num_shards=2, index=0)),
    ],
)
def test_a_part_that_stays_the_same_is_not_told_of(calls: tuple[RecordedCall, ...]) -> None:
    assert not [key for key in found(SOURCE, *calls, BATCH) if key.endswith("_behind_shuffle")]


def test_file_names_come_shuffled_unless_the_code_says_otherwise() -> None:
    assert "skip_behind_shuffle" in found(call("list_files"), call("skip"))
    assert "skip_behind_shuffle" not in found(call("list_files", shuffle=False), call("skip"))


def test_a_map_between_changes_nothing_about_the_order() -> None:
    scale = call("map", function=CHEAP)
    assert "skip_behind_shuffle" in found(SOURCE, ALL, scale, call("skip"), BATCH)


def _both_sides(**shuffle: object) -> dict[str, object]:
    return dict(
        found(
            SOURCE,
            call("shuffle", buffer_size=60_000, elements=60_000, **shuffle),
            call("map", "map[x]", function=CHEAP, inputs=("shuffle",)),
            call("map", "map[y]", function=CHEAP, inputs=("shuffle",)),
            call("zip", inputs=("map[x]", "map[y]")),
            BATCH,
        )
    )


def test_one_reshuffled_dataset_on_both_sides_of_a_zip_is_wrong() -> None:
    assert "shuffle_on_both_sides" in _both_sides()
    assert "shuffle_on_both_sides" not in _both_sides(reshuffle_each_iteration=False)


def test_one_dataset_that_a_zip_takes_twice_is_two_sides() -> None:
    twice = call("zip", inputs=("shuffle", "shuffle"))
    assert "shuffle_on_both_sides" in found(SOURCE, call("shuffle", buffer_size=9), twice, BATCH)


def test_a_shuffle_on_one_side_of_a_zip_is_not() -> None:
    one = found(
        SOURCE,
        call("shuffle", buffer_size=60_000),
        call("range", "range", inputs=("",), elements=60_000),
        call("zip", inputs=("shuffle", "range")),
        BATCH,
    )
    assert "shuffle_on_both_sides" not in one
