"""Files that a pipeline reads are found wherever their paths stand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.lazy import tf
from core.pipeline.files_read import files_at_hand, files_read


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    made = [str(tmp_path / name) for name in ("a.bin", "b.bin")]
    for name in made:
        Path(name).write_bytes(b"x")
    return made


class Reader:
    """An object that gives elements when it is called."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def __call__(self) -> Any:
        yield from range(len(self.names))


def generated(names: list[str]) -> Any:
    def rows() -> Any:
        for _ in names:
            yield 1

    return tf.data.Dataset.from_generator(rows, output_signature=tf.TensorSpec([], tf.int32))


def by_index(names: list[str]) -> Any:
    def load(index: int) -> Any:
        return np.fromfile(names[index])

    one = tf.data.Dataset.range(2)
    return one.map(lambda index: tf.numpy_function(load, [index], tf.float64))


def of_an_object(names: list[str]) -> Any:
    spec = tf.TensorSpec([], tf.int32)
    return tf.data.Dataset.from_generator(Reader(names), output_signature=spec)


def joined(names: list[str]) -> Any:
    folder = str(Path(names[0]).parent)
    short = tf.data.Dataset.from_tensor_slices([Path(name).name for name in names])
    return short.map(lambda name: tf.io.read_file(tf.strings.join([folder, name], "/")))


def captured(names: list[str]) -> Any:
    tensor = tf.constant(names)
    return tf.data.Dataset.range(2).map(lambda index: tf.io.read_file(tensor[index]))


WAYS: list[Callable[[list[str]], Any]] = [
    tf.data.TextLineDataset,
    lambda names: tf.data.TFRecordDataset(names, num_parallel_reads=2).batch(2).prefetch(1),
    lambda names: tf.data.FixedLengthRecordDataset(names, 4),
    lambda names: tf.data.Dataset.from_tensor_slices(names).interleave(tf.data.TextLineDataset),
    lambda names: tf.data.Dataset.list_files(f"{Path(names[0]).parent}/*.bin"),
    lambda names: tf.data.Dataset.zip(
        (tf.data.Dataset.from_tensor_slices(names), tf.data.Dataset.range(2))
    ),
    generated,
    by_index,
    of_an_object,
    joined,
    captured,
]


@pytest.mark.parametrize("way", WAYS)
def test_files_are_found_wherever_their_paths_stand(
    files: list[str], way: Callable[[list[str]], Any]
) -> None:
    assert sorted(map(str, files_read(way(files)).files)) == files


def test_cache_files_and_snapshots_are_told_from_what_is_read(tmp_path: Path) -> None:
    dataset = tf.data.Dataset.range(4).snapshot(str(tmp_path / "snap"))
    found = files_read(dataset.cache(str(tmp_path / "kept")).cache())
    assert found.files == ()
    assert found.caches == (str(tmp_path / "kept"),)
    assert found.snapshots == (str(tmp_path / "snap"),)


def test_numbers_and_words_are_no_files() -> None:
    table = tf.data.Dataset.from_tensor_slices((np.zeros((500, 4)), ["a word"] * 500))
    assert files_read(table.map(lambda x, y: (x, y))).files == ()


def test_what_closes_over_itself_comes_to_an_end(files: list[str]) -> None:
    around: dict[str, Any] = {"names": files}
    around["again"] = around

    def rows() -> Any:
        yield len(around)

    spec = tf.TensorSpec([], tf.int32)
    dataset = tf.data.Dataset.from_generator(rows, output_signature=spec)
    assert sorted(map(str, files_read(dataset).files)) == files


def test_files_that_the_innermost_frame_of_an_exception_names_are_found(files: list[str]) -> None:
    def fails(name: str) -> None:
        raise ValueError(f"about {len(name)} letters")

    with pytest.raises(ValueError, match="letters") as caught:
        fails(files[1])
    # The frame around it names both.
    assert [str(file) for file in files_at_hand(caught.value)] == [files[1]]
    assert files_at_hand(caught.value, lambda file: file.suffix == ".npz") == ()
