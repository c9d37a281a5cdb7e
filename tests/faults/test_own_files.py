"""People's own pipelines over files that are damaged, missing, closed or empty."""

from __future__ import annotations

import gc
import warnings
from pathlib import Path

import numpy as np
import pytest

from core.faults import explain
from core.faults.files import no_permission
from core.lazy import tf
from core.model.errors import ExplorerError
from core.model.run import RunState
from tests.contracts.faults.arrays import jpeg
from tests.contracts.faults.files import cut, damage
from tests.faults.conftest import TrainCode, failure_of

pytestmark = pytest.mark.e2e

RECORD = 46
"""Bytes of a record of 30, with its length and checksums."""


@pytest.fixture
def records(tmp_path: Path) -> tuple[Path, Path]:
    """Two sound TFRecord files of nine records."""
    files = tmp_path / "a.tfrecord", tmp_path / "b.tfrecord"
    for file in files:
        with tf.io.TFRecordWriter(str(file)) as writer:
            for number in range(9):
                writer.write(bytes([number]) * 30)
    return files


READ = """
def make_dataset():
    files = [os.path.join(HERE, name) for name in ("a.tfrecord", "b.tfrecord")]
    ds = tf.data.Dataset.from_tensor_slices(files).interleave(tf.data.TFRecordDataset)
    return ds.map(tf.strings.length).batch(3)
"""


CHECK = "`python main.py doctor --check-files '"


def test_a_damaged_record_is_told_with_the_command_that_finds_it(
    train_code: TrainCode, records: tuple[Path, Path]
) -> None:
    spoilt = damage(records[1], 4 * RECORD + 20).read_bytes()
    run = train_code(READ)
    assert run.state is RunState.FAILED
    failure = failure_of(run)
    assert "A TFRecord file is damaged: corrupted record at" in failure.what
    assert f"{CHECK}{records[0]}' '{records[1]}'`." in failure.remedy
    assert "sound copy" in failure.remedy
    assert records[1].read_bytes() == spoilt


def test_sound_files_are_not_complained_of(
    train_code: TrainCode, records: tuple[Path, Path]
) -> None:
    run = train_code(READ)
    assert run.state is RunState.DONE
    assert run.failure is None


ARRAYS = """
def load(name):
    with open(name, "rb") as file:
        return np.load(file, allow_pickle=False)["data"]

def make_dataset():
    files = [os.path.join(HERE, name) for name in ("a.npz", "b.npz")]
    return {}
"""
MAPPED = (
    "tf.data.Dataset.from_tensor_slices(files)"
    ".map(lambda name: tf.numpy_function(load, [name], tf.int64)).batch(1)"
)
EAGERLY = (
    "tf.data.Dataset.from_tensor_slices(files).map(lambda name: "
    "tf.py_function(lambda eager: load(eager.numpy()), [name], tf.int64)).batch(1)"
)
GENERATED = (
    "tf.data.Dataset.from_generator(lambda: map(load, files),"
    " output_signature=tf.TensorSpec([100], tf.int64)).batch(1)"
)


@pytest.mark.parametrize("way", [MAPPED, EAGERLY, GENERATED])
def test_an_array_file_that_python_reads_is_named_with_the_line_that_reads_it(
    train_code: TrainCode, tmp_path: Path, way: str
) -> None:
    np.savez(tmp_path / "a.npz", data=np.arange(100))
    np.savez(tmp_path / "b.npz", data=np.arange(100))
    damage(tmp_path / "b.npz", 500)
    failure = failure_of(train_code(ARRAYS.format(way)))
    assert "A NumPy file is damaged" in failure.what
    assert "Bad CRC-32 for file 'data.npy'" in failure.what
    assert "in train.py, line 4" in failure.what
    assert f"{CHECK}{tmp_path / 'a.npz'}' '{tmp_path / 'b.npz'}'`." in failure.remedy
    assert "core/" not in failure.details
    assert "site-packages" not in failure.details.splitlines()[1]


def test_an_array_file_that_was_opened_before_its_arrays_are_read_is_named(
    train_code: TrainCode, tmp_path: Path
) -> None:
    np.savez(tmp_path / "a.npz", data=np.arange(100))
    damage(tmp_path / "a.npz", 500)
    code = """
def make_dataset():
    arrays = np.load(f"{HERE}/a.npz")
    return tf.data.Dataset.from_tensor_slices(arrays["data"]).batch(10)
"""
    with pytest.raises(ExplorerError) as caught:
        train_code(code)
    found = explain(caught.value)
    assert f"{tmp_path / 'a.npz'} is damaged" in found.what
    assert f"{CHECK}{tmp_path / 'a.npz'}'`." in found.remedy
    assert "in train.py, line 4" in found.what
    with warnings.catch_warnings():
        # The archive that the code left open, as people do, ends with its traceback.
        warnings.simplefilter("ignore", ResourceWarning)
        del caught, found
        gc.collect()


def test_a_compressed_file_that_is_read_as_it_is_is_named_with_its_compression(
    train_code: TrainCode, tmp_path: Path
) -> None:
    with tf.io.TFRecordWriter(str(tmp_path / "a.gz"), "GZIP") as writer:
        writer.write(b"a record")
    code = """
def make_dataset():
    return tf.data.TFRecordDataset(f"{HERE}/a.gz").batch(1)
"""
    failure = failure_of(train_code(code))
    assert f"{tmp_path / 'a.gz'} is compressed (GZIP)" in failure.what
    assert "compression_type='GZIP'" in failure.remedy


IMAGES = """
def load(name):
    return tf.image.resize(tf.io.decode_jpeg(tf.io.read_file(name), channels=3), [8, 8])

def make_dataset():
    files = tf.data.Dataset.list_files(os.path.join(HERE, "*.jpg"), shuffle=False)
    return files.map(load, num_parallel_calls=2).batch(2)
"""


def test_an_image_that_a_map_cannot_decode_is_told_with_the_stage_and_the_folder(
    train_code: TrainCode, tmp_path: Path
) -> None:
    for number in range(4):
        (tmp_path / f"{number}.jpg").write_bytes(jpeg(number))
    cut(tmp_path / "2.jpg", 400)
    failure = failure_of(train_code(IMAGES))
    assert "An image cannot be decoded" in failure.what
    assert "in map load (train.py, line 7)" in failure.what
    assert f"{CHECK}{tmp_path}'`." in failure.remedy


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            "tf.data.TFRecordDataset(os.path.join(HERE, 'gone', 'a.tfrecord'))",
            ("a.tfrecord", "gone"),
        ),
        ("tf.data.TextLineDataset('notes.txt')", ("notes.txt", "looked for in")),
        ("tf.data.Dataset.from_tensors(HERE).map(tf.io.read_file)", ("is a folder",)),
    ],
)
def test_a_file_that_is_not_there_is_named_with_where_it_was_looked_for(
    train_code: TrainCode, make: str, said: tuple[str, ...]
) -> None:
    failure = failure_of(train_code(f"def make_dataset():\n    return {make}.batch(2)"))
    for words in said:
        assert words in failure.text()


def test_a_pattern_that_no_file_is_like_is_told_of_where_the_code_is_opened(
    train_code: TrainCode, tmp_path: Path
) -> None:
    with pytest.raises(ExplorerError) as caught:
        train_code("def make_dataset():\n    return tf.data.Dataset.list_files(HERE + '/*.png')")
    found = explain(caught.value)
    assert found.what.startswith(f"No file is like {tmp_path}/*.png: none of the ")
    assert "train.py, line 3" in found.what


def test_a_folder_that_may_not_be_entered_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may enter every folder, and TensorFlow's threads make it unsafe to be somebody else.
    folder, name = tmp_path / "closed", str(tmp_path / "closed" / "a.tfrecord")
    monkeypatch.setattr(no_permission, "is_closed", lambda where: where == str(folder))
    error = tf.errors.PermissionDeniedError(None, None, f"{name}; Permission denied")
    failure = explain(error)
    assert f"{name} may not be read" in failure.what
    assert f"its folder {folder} is closed to you" in failure.what
    assert f"chmod +r {folder}" in failure.remedy


@pytest.mark.parametrize(
    ("make", "said"),
    [
        ("tf.data.Dataset.range(0).batch(2)", "range (train.py, line 3) gives no element"),
        ("tf.data.Dataset.range(3).batch(4, drop_remainder=True)", "batch (train.py, line 3)"),
        ("tf.data.Dataset.range(9).filter(lambda x: x < 0).batch(2)", "perhaps filter lambda"),
        ("tf.data.TFRecordDataset(HERE + '/empty').batch(2)", "are empty"),
    ],
)
def test_a_pipeline_that_gives_nothing_is_no_success_and_says_where_it_dries_up(
    train_code: TrainCode, tmp_path: Path, make: str, said: str
) -> None:
    (tmp_path / "empty").touch()
    run = train_code(f"def make_dataset():\n    return {make}")
    assert run.state is RunState.FAILED
    assert "0 batches" in failure_of(run).what
    assert said in failure_of(run).what
