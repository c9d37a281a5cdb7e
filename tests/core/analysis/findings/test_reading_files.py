"""How many files are read at the same time, and how many there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.analysis.findings import Severity, findings
from core.model.recorded_call import RecordedCall, files_in
from core.pipeline.recorded_chain.chain import user_code_chain
from core.workloads.catalogue import workload
from tests.core.analysis.findings.chains import BATCH, DEAR, PYTHON, call, found

FILES = call("list_files", shuffle=False, elements=3)


@pytest.mark.parametrize("reads", [2, 16, "autotune"])
def test_parallel_reads_of_one_file_are_costly_and_can_be_left_out(reads: int | str) -> None:
    one = found(call("TFRecordDataset", num_parallel_reads=reads))["readers_of_one_file"]
    assert one.severity is Severity.COSTLY
    assert one.change == {"tfrecord.num_parallel_reads": "off"}


def test_more_readers_than_files_are_a_hint() -> None:
    three = "['a', 'b', 'c']"
    one = found(call("TFRecordDataset", filenames=three, num_parallel_reads=8))
    assert one["more_readers_than_files"].severity is Severity.HINT
    assert one["more_readers_than_files"].change == {"tfrecord.num_parallel_reads": 3}


@pytest.mark.parametrize(
    "reader",
    [
        call("TFRecordDataset"),
        call("TFRecordDataset", num_parallel_reads=1),
        call("TFRecordDataset", filenames="['a', 'b', 'c']", num_parallel_reads=3),
        call("TFRecordDataset", filenames="list of 16", num_parallel_reads="autotune"),
        call("TFRecordDataset", filenames="<_ShuffleDataset element…", num_parallel_reads=4),
    ],
)
def test_readers_that_have_something_to_read_are_not_told_of(reader: RecordedCall) -> None:
    assert not {"readers_of_one_file", "more_readers_than_files"} & set(found(reader))


def test_a_reader_of_a_dataset_of_file_names_has_as_many_files_as_that_has_elements() -> None:
    reader = call("TFRecordDataset", filenames="<_ShuffleDataset …", num_parallel_reads=8)
    assert "more_readers_than_files" in found(FILES, reader)


@pytest.mark.parametrize(
    ("said", "files"),
    [
        ("data.tfrecord", 1),
        ("['a', 'b']", 2),
        ("('a',)", 1),
        ("list of 16", 16),
        ("array (8,) <U12", 8),
        ("tensor (2,) string", 2),
        ("tensor () string", 1),
        ("tensor (None,) string", None),
        ("each: a, b", None),
        ("['/a/very/long/path', '/another/very/lon…", None),
        ("<_TensorSliceDataset element_spec=TensorSpec(shape=(), dtyp…", None),
        (None, None),
        (3, None),
    ],
)
def test_files_are_counted_as_far_as_the_argument_says(said: object, files: int | None) -> None:
    assert files_in(said) == files  # type: ignore[arg-type]


def test_a_cycle_longer_than_there_are_files_is_a_hint() -> None:
    assert "cycle_beyond_files" in found(FILES, call("interleave", cycle_length=16))
    assert "cycle_beyond_files" not in found(FILES, call("interleave", cycle_length=3))
    unknown = call("list_files", shuffle=False)
    assert "cycle_beyond_files" not in found(unknown, call("interleave", cycle_length=16))


def test_more_calls_than_the_cycle_is_long_break_the_pipeline() -> None:
    one = found(FILES, call("interleave", cycle_length=2, num_parallel_calls=8))
    assert one["calls_beyond_cycle"].severity is Severity.WRONG
    assert one["calls_beyond_cycle"].change == {"interleave.cycle_length": 8}
    for fine in (2, "autotune", None):
        calls = call("interleave", cycle_length=2, num_parallel_calls=fine)
        assert "calls_beyond_cycle" not in found(FILES, calls)
    free = call("interleave", num_parallel_calls=8)
    assert "calls_beyond_cycle" not in found(FILES, free)


def test_settings_that_break_a_built_in_pipeline_are_found_before_it_runs() -> None:
    changes = {"interleave.cycle_length": 4, "interleave.num_parallel_calls": 8}
    settings = workload("npz_shards").chain.defaults().with_values(changes)
    assert findings(settings)[0].key == "calls_beyond_cycle"
    off = settings.with_values({"interleave.enabled": False})
    assert "calls_beyond_cycle" not in {one.key for one in findings(off)}


def test_an_interleave_one_by_one_is_a_hint_with_its_condition() -> None:
    one = found(FILES, call("interleave", function=DEAR), BATCH)["sequential_interleave"]
    assert one.severity is Severity.HINT
    assert one.change == {"interleave.num_parallel_calls": "autotune"}
    assert "remote or cold storage" in one.why
    for fine in (
        call("interleave", function=DEAR, num_parallel_calls="autotune"),
        call("interleave", function=PYTHON),
    ):
        assert "sequential_interleave" not in found(FILES, fine, BATCH)
    single = call("list_files", shuffle=False, elements=1)
    assert "sequential_interleave" not in found(single, call("interleave", function=DEAR))


def nested(outer: RecordedCall, *more: RecordedCall, count: int | None = None) -> set[str]:
    reader = call("TFRecordDataset", inside=outer.key)
    repeat = call("repeat", inside=outer.key, inputs=("tfrecord",), count=count)
    return {
        f"{key}: {one.severity}"
        for key, one in found(FILES, outer, reader, repeat, *more, BATCH).items()
        if key == "reader_without_end"
    }


def test_a_file_that_never_ends_keeps_the_others_from_being_read() -> None:
    assert nested(call("interleave", cycle_length=2)) == {"reader_without_end: wrong"}
    assert nested(call("flat_map")) == {"reader_without_end: wrong"}
    assert nested(call("interleave")) == {"reader_without_end: hint"}


def test_files_that_end_or_are_all_open_at_once_are_fine() -> None:
    assert nested(call("interleave", cycle_length=3)) == set()
    assert nested(call("interleave", cycle_length=2), count=2) == set()
    taken = call("take", inside="interleave", inputs=("repeat",))
    assert nested(call("interleave", cycle_length=2), taken) == set()


def test_lines_of_several_files_are_told_apart() -> None:
    files = call("list_files", elements=3)
    skip = call("skip", inputs=("list_files",))
    other = replace(skip.path[0], file="/home/me/data.py", line=7)
    calls = user_code_chain((files, replace(skip, path=(other,))))
    (one,) = (one for one in findings(calls.defaults()) if one.key == "skip_behind_shuffle")
    assert one.where == "data.py:7"
    assert one.why.startswith("list_files (line 1 of train.py) gives")


def test_calls_in_a_library_point_at_the_line_of_the_persons_own_that_led_there() -> None:
    files = call("list_files", elements=3, library=True)
    one = found(files, call("skip", library=True))["skip_behind_shuffle"]
    assert one.where == "train.py:2"
