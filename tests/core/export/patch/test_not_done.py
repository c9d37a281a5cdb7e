"""What cannot be edited safely is left as it is, and said."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from core.export.patch import patch
from core.model.recorded_call import RecordedCall, Site
from core.pipeline.recorded_chain.chain import user_code_chain
from tests.core.export.patch.reading import calls_of, chain_of, chain_with, made, patched

CALLS = {"map.num_parallel_calls": 4}
PREFETCH = {"prefetch[added].buffer_size": 2}


@pytest.mark.parametrize(
    ("text", "changes", "why"),
    [
        ("ds = ds.map(*a)", CALLS, "num_parallel_calls may come from *args or **kwargs there"),
        ("ds = ds.map(f, **k)", CALLS, "num_parallel_calls may come from *args or **kwargs there"),
        (
            "ds = tf.data.Dataset.prefetch(*a)",
            {"prefetch.buffer_size": "off"},
            "it is not called on a dataset that is written there",
        ),
    ],
)
def test_arguments_that_come_from_elsewhere_stay(
    text: str, changes: Mapping[str, object], why: str, file: Path
) -> None:
    (call,) = calls_of(text, file)
    if call.method == "prefetch":
        call = replace(call, arguments={"buffer_size": 2}, given=("buffer_size",))
    found = made(file, text, changes, call)
    assert found.files == ()
    assert found.not_done == (f"{call.key} in line 1 of data.py: {why}.",)
    assert not found.is_empty


@pytest.mark.parametrize(
    "text",
    [
        "ds = functools.partial(ds.map, num_parallel_calls=2)(parse)",
        "ds = getattr(ds, 'map')(parse)",
        "ds = mapper(parse)",
        "ds = methods['map'](parse)",
        "ds = list(map(ds.map, parsers))",
    ],
)
def test_a_call_by_another_name_stays(text: str, file: Path) -> None:
    call = RecordedCall(
        "map",
        "map",
        (Site(str(file), 1, 5, 1, len(text)),),
        {"map_func": "parse", "num_parallel_calls": 2},
        ("map_func", "num_parallel_calls"),
    )
    found = made(file, text, CALLS, call)
    assert found.files == ()
    assert found.not_done == (
        "map in line 1 of data.py: map is not called by its name there (but through "
        "functools.partial, getattr, another function or another name).",
    )


def test_a_reader_under_another_name_is_known_by_its_import(file: Path) -> None:
    text = "from tensorflow.data import TFRecordDataset as Records\nds = Records(files)\n"
    call = RecordedCall(
        "tfrecord",
        "TFRecordDataset",
        (Site(str(file), 2, 5, 2, 19),),
        {"filenames": "files", "num_parallel_reads": None},
        ("filenames",),
    )
    found = made(file, text, {"tfrecord.num_parallel_reads": 4}, call)
    assert "Records(files, num_parallel_reads=4)" in found.files[0].new
    assert found.not_done == ()


def test_a_reader_that_was_given_as_a_function_stays(file: Path) -> None:
    text = "ds = ds.interleave(tf.data.TFRecordDataset)\n"
    (outer,) = calls_of(text, file)
    inner = RecordedCall(
        "tfrecord",
        "TFRecordDataset",
        outer.path,
        {"filenames": "x", "num_parallel_reads": None},
        ("filenames",),
        inside=outer.key,
    )
    changes = {"tfrecord.num_parallel_reads": 4, "interleave.cycle_length": 2}
    found = made(file, text, changes, outer, inner)
    assert found.files[0].new == "ds = ds.interleave(tf.data.TFRecordDataset, cycle_length=2)\n"
    assert len(found.not_done) == 1
    assert "TFRecordDataset is not called by its name there" in found.not_done[0]


def test_a_call_in_an_installed_package_stays(file: Path) -> None:
    text = "ds = ds.map(parse)\n"
    (call,) = calls_of(text, file)
    call = replace(call, path=(replace(call.site, library=True),))
    found = made(file, text, CALLS, call)
    assert found.files == ()
    assert found.not_done == (
        "map in line 1 of data.py: the call of map stands in an installed package, not in your "
        "code.",
    )


@pytest.mark.parametrize("now", ["x = 1\nds = ds.map(parse)\n", "ds = ds.batch(parse)\n"])
def test_a_file_that_is_another_now_stays(now: str, file: Path) -> None:
    calls = calls_of("ds = ds.map(parse)\n", file)
    found = made(file, now, CALLS, *calls)
    assert found.files == ()
    assert len(found.not_done) == 1


def test_a_file_with_another_stamp_stays(file: Path) -> None:
    text = "ds = ds.map(parse)\n"
    calls = calls_of(text, file)
    same = hashlib.sha256(text.encode()).hexdigest()
    assert made(file, text, CALLS, *calls, stamps={file: same}).not_done == ()
    found = made(file, text, CALLS, *calls, stamps={file: "0" * 64})
    assert found.files == ()
    assert found.not_done == ("map in line 1 of data.py: data.py has changed since it was opened.",)


def test_a_file_that_is_gone_or_no_python_is_said(file: Path) -> None:
    text = "ds = ds.map(parse)\n"
    calls = calls_of(text, file)
    assert "cannot be read as Python" in made(file, "ds = (", CALLS, *calls).not_done[0]
    chain = chain_with(*calls)
    file.unlink()
    found = patch(chain, chain.defaults().with_values(CALLS))
    assert "cannot be read (No such file" in found.not_done[0]


def test_what_can_be_done_is_done_beside_what_cannot(tmp_path: Path) -> None:
    text = "ds = ds.map(f, **k)\nds = ds.batch(2)\n"
    _, found = patched(tmp_path, text, {**CALLS, "batch.batch_size": 4, **PREFETCH})
    assert found.files[0].new == "ds = ds.map(f, **k)\nds = ds.batch(4).prefetch(2)\n"
    assert len(found.not_done) == 1


def test_the_chain_alone_is_read(tmp_path: Path) -> None:
    file = tmp_path / "data.py"
    text = "raise SystemExit('never run')\nds = ds.map(parse)\n"
    file.write_text(text)
    chain = chain_of(text, file)
    found = patch(chain, chain.defaults().with_values(CALLS))
    assert found.files[0].new.endswith("ds = ds.map(parse, num_parallel_calls=4)\n")


def test_what_holds_for_the_whole_process_is_not_part_of_it_but_written_out(tmp_path: Path) -> None:
    changes = {"process.intra_op_threads": 2, "process.gpu_thread_mode": "gpu_private"}
    _, found = patched(tmp_path, "ds = ds.map(f)\n", changes)
    assert found.files == ()
    assert found.not_done == (
        "process.intra_op_threads, process.gpu_thread_mode: what holds for the whole process is "
        "not part of the patch.",
        "Before TensorFlow is imported: os.environ[\"TF_GPU_THREAD_MODE\"] = 'gpu_private'",
        "Right behind the imports: tf.config.threading.set_intra_op_parallelism_threads(2)",
    )


def test_workers_are_not_put_in_and_it_is_said_what_to_put_where(file: Path) -> None:
    (call,) = calls_of("ds = ds.map(f)", file)
    file.write_text("ds = ds.map(f)", encoding="utf-8")
    chain = user_code_chain((call,))
    found = patch(chain, chain.defaults().with_values({"service[added].workers": 2}))
    assert found.files == ()
    assert "workers that are to be started are not part of the patch" in found.not_done[0]
    assert found.not_done[1].startswith("Behind map: .apply(tf.data.experimental.service.distri")
    assert "service=start_service(2)[0].target" in found.not_done[1]
    assert "python main.py code" in found.not_done[2]
