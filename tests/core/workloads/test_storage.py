"""Files that are read from an emulated storage."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from core.lazy import tf
from core.measure.stopper import Stopper
from core.pipeline.stages.function import Function
from core.workloads.npz_readers import load_stored, read_stored
from core.workloads.storage import fetch, from_storage, open_slowly, take_turn
from tests.core.workloads.conftest import BY_ID, Bench, in_any_order

NAMES = ("npz_shards", "jpeg_tfrecord")
NO_WAIT = ("source.open_latency_ms=0.01", "source.bandwidth_mb_s=100000")
DISK = ("source.storage=disk", "source.open_latency_ms=0.01")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("storage", [NO_WAIT, DISK, ("source.storage=remote",)])
def test_what_is_read_does_not_depend_on_the_storage(
    bench: Bench, name: str, storage: tuple[str, ...]
) -> None:
    parallel = ("interleave.cycle_length=4", "interleave.num_parallel_calls=4")
    local = in_any_order(bench.elements(name, "map.enabled=off"))
    assert in_any_order(bench.elements(name, "map.enabled=off", *storage, *parallel)) == local


@pytest.mark.parametrize("name", NAMES)
def test_a_local_storage_reads_with_the_plain_reader(bench: Bench, name: str) -> None:
    settings = bench.settings(name)
    read = BY_ID[name]._reader(settings)  # type: ignore[attr-defined]
    assert from_storage(read, settings) is read
    assert not any("storage" in text or "Sleep" in text for text in read.sources())


@pytest.mark.parametrize(
    ("storage", "words"),
    [
        ((), ()),
        (("source.open_latency_ms=20",), ("emulated storage 20 ms",)),
        (("source.storage=remote",), ("emulated remote storage 50 ms",)),
        (("source.storage=remote", "source.open_latency_ms=5"), ("emulated remote storage 5 ms",)),
        (("source.storage=disk",), ("emulated disk 50 ms + 10 ms a seek",)),
        (("source.bandwidth_mb_s=80",), ("emulated storage 80 MB/s",)),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_emulated_is_named(
    bench: Bench, name: str, storage: tuple[str, ...], words: tuple[str, ...]
) -> None:
    assert bench.settings(name, *storage).emulations() == words


def test_waiting_for_a_file_delivers_its_path_once() -> None:
    assert list(open_slowly(tf.constant("a"), 0.01).as_numpy_iterator()) == [b"a"]


@pytest.fixture
def forgotten() -> None:
    """The disk has read nothing yet."""
    tf.raw_ops.AssignVariableOp(resource=_files(), value=tf.constant([], tf.string))


def _files() -> object:
    return tf.raw_ops.VarHandleOp(
        dtype=tf.string, shape=[None], shared_name="emulated storage: files"
    )


def _recent() -> list[bytes]:
    return list(tf.raw_ops.ReadVariableOp(resource=_files(), dtype=tf.string).numpy())


def _read(paths: str, seek_ms: float = 0.001) -> None:
    turn = tf.function(lambda path: take_turn(path, tf.constant(1000), seek_ms, 0.0))
    for path in paths:
        turn(tf.constant(path))


@pytest.mark.usefixtures("forgotten")
def test_a_disk_keeps_up_with_the_files_that_it_read_last() -> None:
    _read("abcabca")
    assert _recent() == [b"a", b"c", b"b"]
    _read("defghij")
    assert _recent() == [bytes([letter]) for letter in b"jihgfeda"]


def test_emulated_reading_runs_no_python() -> None:
    read = Function(
        read_stored, {"data_at": 0, "labels_at": 0, "shape": (1, 1, 1, 3)}, (load_stored,)
    )
    chosen = BY_ID["npz_shards"].chain.defaults().with_values({"source.storage": "disk"})
    reader = from_storage(read, chosen).bound()
    graph = tf.function(lambda path: tf.data.experimental.to_variant(reader(path)))
    definition = graph.get_concrete_function(tf.TensorSpec([], tf.string)).graph.as_graph_def()
    nodes = [*definition.node, *(n for f in definition.library.function for n in f.node_def)]
    operations = {node.op for node in nodes}
    assert {"MutexLock", "SleepDataset"} <= operations
    assert not {"PyFunc", "EagerPyFunc"} & operations


@pytest.mark.usefixtures("forgotten")
def test_a_wait_that_is_broken_off_leaves_the_disk_free_for_others(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"1234")
    reads = tf.data.Dataset.from_tensors(str(path)).map(lambda path: fetch(path, 600_000.0, 0.0))
    step = tf.function(lambda iterator: iterator.get_next())
    stop = threading.Event()
    stop.set()
    stopper = Stopper(stop.is_set)
    with stopper, pytest.raises(tf.errors.OpError):
        stopper.guard(step)(iter(reads))
    assert stopper.broke_off
    _read("x")
    assert b"x" in _recent()
