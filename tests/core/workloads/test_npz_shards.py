from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.lazy import tf
from core.model.errors import ExplorerError
from core.workloads.npz_layout import stored_arrays
from core.workloads.npz_shards import NpzShards
from tests.core.workloads.conftest import BY_ID, Bench, quiet, same

NUMPY = "source.reader=numpy"
NO_MAP = "map.enabled=off"


@pytest.mark.parametrize(
    "change", ["interleave.cycle_length=4", "interleave.enabled=off", "source.open_latency_ms=0.5"]
)
def test_both_readers_deliver_the_same_elements(bench: Bench, change: str) -> None:
    native = bench.elements("npz_shards", NO_MAP, change)
    assert same(native, bench.elements("npz_shards", NO_MAP, NUMPY, change))
    assert same(native, bench.elements("npz_shards", NO_MAP, change, "source.open_latency_ms=0"))


@pytest.mark.parametrize("reader", ["native", "numpy"])
def test_one_file_after_the_other_gives_what_numpy_saved(bench: Bench, reader: str) -> None:
    found = bench.elements(
        "npz_shards", NO_MAP, "interleave.enabled=off", f"source.reader={reader}"
    )
    settings = bench.settings("npz_shards")
    folder = bench.data(settings, "npz_shards").folder
    saved = []
    for path in sorted(folder.glob("*.npz")):
        with np.load(path, allow_pickle=False) as file:
            assert file["data"].dtype == np.uint8
            assert file["labels"].dtype == np.int64
            saved += list(zip(file["data"], file["labels"].tolist(), strict=True))
    assert same(found, saved)


def test_every_file_has_examples_of_many_classes(bench: Bench) -> None:
    settings = bench.settings("npz_shards")
    paths = list(bench.data(settings, "npz_shards").folder.glob("*.npz"))
    assert len(paths) > 1
    for path in paths:
        with np.load(path) as file:
            assert len(set(file["labels"].tolist())) == 10


def test_the_native_reader_runs_no_python(bench: Bench) -> None:
    assert "PyFunc" in _operations(bench, NUMPY)
    assert not {"PyFunc", "EagerPyFunc"} & _operations(bench, "source.reader=native")


def _operations(bench: Bench, reader: str) -> set[str]:
    settings = bench.settings("npz_shards", reader)
    read = BY_ID["npz_shards"]._reader(settings).bound()  # type: ignore[attr-defined]
    graph = tf.function(lambda path: tf.data.experimental.to_variant(read(path)))
    definition = graph.get_concrete_function(tf.TensorSpec([], tf.string)).graph.as_graph_def()
    nodes = [*definition.node, *(n for f in definition.library.function for n in f.node_def)]
    return {node.op for node in nodes}


def test_the_contrast_is_stretched_to_the_whole_range(bench: Bench) -> None:
    elements = list(bench.elements("npz_shards"))
    assert elements
    for image, _ in elements:
        assert image.min() == 0
        assert image.max() == pytest.approx(255, abs=0.01)


def test_arrays_are_found_in_any_uncompressed_file(tmp_path: Path) -> None:
    arrays = {
        "a": np.arange(7, dtype=np.float64),
        "a name that is long": np.ones((2, 3, 4), np.int16),
        "none": np.zeros((0, 2), np.uint8),
        "c": np.array(5, np.int32),
    }
    path = tmp_path / "some.npz"
    np.savez(path, **arrays)  # type: ignore[arg-type]
    content = path.read_bytes()
    with path.open("rb") as file:
        found = stored_arrays(file)
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        place = found[name]
        raw = content[place.at_bytes : place.at_bytes + array.nbytes]
        assert np.array_equal(np.frombuffer(raw, place.dtype).reshape(place.shape), array)


def test_compressed_or_column_wise_arrays_are_refused() -> None:
    compressed, column_wise = io.BytesIO(), io.BytesIO()
    np.savez_compressed(compressed, a=np.zeros(4))
    np.savez(column_wise, a=np.asfortranarray(np.zeros((3, 2))))
    with pytest.raises(ValueError, match="compressed"):
        stored_arrays(compressed)
    with pytest.raises(ValueError, match="Fortran"):
        stored_arrays(column_wise)
    with pytest.raises(zipfile.BadZipFile):
        stored_arrays(io.BytesIO(b"no archive at all"))


def test_a_file_laid_out_otherwise_is_not_read_as_if_it_were_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(self: NpzShards, index: int, path: Path, tick: object) -> None:
        np.savez(path, labels=np.zeros(2, np.int64), data=np.zeros((2, 8, 8, 3), np.uint8))

    monkeypatch.setattr(NpzShards, "_make", make)
    small = NpzShards(files=1, examples_per_file=2, size=8)
    settings = small.chain.defaults()
    data = small.source_data(tmp_path, settings, tmp_path)
    with pytest.raises(ExplorerError, match=r"shard-000\.npz"):
        small.prepare(data, settings, quiet)
