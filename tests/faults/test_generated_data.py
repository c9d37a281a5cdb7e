"""The built-in workloads: what is damaged is made anew in the next run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.lazy import tf
from core.model.plan import Part
from core.model.run import RunState
from core.workloads.image_folder import ImageFolder
from core.workloads.jpeg_tfrecord import JpegTFRecord
from core.workloads.npz_shards import NpzShards
from core.workloads.workload import Workload
from tests.contracts.faults.files import cut, damage
from tests.core.workloads.conftest import save_image
from tests.e2e.conftest import small_model
from tests.faults.conftest import TrainOn, failure_of

pytestmark = pytest.mark.e2e

JPEGS = JpegTFRecord(files=3, examples_per_file=6, stored_size=32, size=16)
SHARDS = NpzShards(files=3, examples_per_file=6, size=16)
SMALL_BATCHES = "batch.batch_size=2"


@pytest.fixture(autouse=True)
def _small_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.workloads.npz_shards.make_model", small_model)


def damaged_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch, of: Workload, name: str, damage_file: Callable[[Path], Any]
) -> None:
    """Damage a file once: after the data were checked and before the pipeline reads them."""
    build, done = type(of).build, []

    def damaged(self: Workload, settings: Any, data: Any) -> Any:
        if not done:
            done.append(damage_file(data.folder / name))
        return build(self, settings, data)

    monkeypatch.setattr(type(of), "build", damaged)


def _spoil_a_jpeg(file: Path) -> None:
    """Write the records of a file again, soundly, one of them with an image that is cut off."""
    records = [record.numpy() for record in tf.data.TFRecordDataset(str(file))]
    example = tf.train.Example.FromString(records[4])
    image = example.features.feature["image/encoded"].bytes_list
    image.value[0] = image.value[0][:200]
    records[4] = example.SerializeToString()
    with tf.io.TFRecordWriter(str(file)) as writer:
        for record in records:
            writer.write(record)


@pytest.mark.parametrize(
    ("of", "name", "spoil", "changes", "said"),
    [
        (
            JPEGS,
            "images-01.tfrecord",
            lambda file: damage(file, file.stat().st_size // 2, 4),
            (),
            ("A TFRecord file is damaged", "corrupted record"),
        ),
        (
            JPEGS,
            "images-02.tfrecord",
            lambda file: cut(file, file.stat().st_size - 100),
            (),
            ("A TFRecord file is damaged", "truncated record"),
        ),
        (
            JPEGS,
            "images-02.tfrecord",
            _spoil_a_jpeg,
            (),
            ("An image cannot be decoded",),
        ),
        (
            SHARDS,
            "shard-001.npz",
            lambda file: cut(file, file.stat().st_size // 2),
            ("source.reader=native",),
            ("A NumPy file may be cut off",),
        ),
        (
            SHARDS,
            "shard-002.npz",
            lambda file: damage(file, file.stat().st_size // 2, 4),
            ("source.reader=numpy",),
            ("A NumPy file is damaged", "CRC"),
        ),
        (SHARDS, "shard-002.npz", os.remove, (), ("shard-002.npz", "not there")),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_is_damaged_while_a_run_is_prepared_is_told_and_made_anew_by_the_next(
    monkeypatch: pytest.MonkeyPatch,
    train_on: TrainOn,
    data: Path,
    of: Workload,
    name: str,
    spoil: Callable[[Path], Any],
    changes: tuple[str, ...],
    said: tuple[str, ...],
) -> None:
    damaged_before_it_is_read(monkeypatch, of, name, spoil)
    run = train_on(of, SMALL_BATCHES, *changes, part=Part.PIPELINE)
    assert run.state is RunState.FAILED
    failure = failure_of(run)
    for words in said:
        assert words in failure.what
    assert "made anew" in failure.remedy
    spoilt = (data / of.id / name).read_bytes() if spoil is not os.remove else b""
    # What every run begins with.
    settings = of.chain.defaults()
    of.prepare(of.source_data(data, settings, data), settings, lambda fraction, text: None)
    assert (data / of.id / name).read_bytes() != spoilt


def test_after_a_run_that_failed_on_a_damaged_file_the_same_run_is_done(
    monkeypatch: pytest.MonkeyPatch, train_on: TrainOn
) -> None:
    damaged_before_it_is_read(monkeypatch, SHARDS, "shard-001.npz", lambda file: cut(file, 200))
    assert "made anew" in failure_of(train_on(SHARDS, SMALL_BATCHES)).remedy
    again = train_on(SHARDS, SMALL_BATCHES)
    assert again.state is RunState.DONE
    assert again.failure is None


def test_an_image_of_a_persons_own_that_is_cut_off_is_named_before_anything_is_trained(
    train_on: TrainOn, tmp_path: Path
) -> None:
    for name in ("cats/1.jpg", "cats/2.jpg", "dogs/1.jpg"):
        save_image(tmp_path / "mine" / name, 10)
    spoilt = cut(tmp_path / "mine" / "cats" / "2.jpg", 300)
    run = train_on(ImageFolder(), f"source.folder={tmp_path / 'mine'}", SMALL_BATCHES)
    failure = failure_of(run)
    assert str(Path("cats") / "2.jpg") in failure.what
    assert "cut off" in failure.what
    assert run.samples.steps == 0
    # It is theirs: nothing is mended or removed.
    assert spoilt.stat().st_size == 300


def test_a_folder_without_images_is_no_success(train_on: TrainOn, tmp_path: Path) -> None:
    (tmp_path / "mine" / "cats").mkdir(parents=True)
    failure = failure_of(train_on(ImageFolder(), f"source.folder={tmp_path / 'mine'}"))
    assert "no images" in failure.what
    assert failure.bad_input


def test_a_cache_that_a_killed_run_left_behind_is_in_nobodys_way(
    train_on: TrainOn, data: Path
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = data / f"scratch-{gone.pid}-abcdefgh"
    left.mkdir()
    (left / "cache_0.lockfile").write_text("Created at: 1")
    (left / "cache.index").write_bytes(b"garbage")
    run = train_on(SHARDS, SMALL_BATCHES, "cache.where=disk", "fit.epochs=2")
    assert run.state is RunState.DONE
    assert not left.exists()
