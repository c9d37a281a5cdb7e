"""``doctor --check-files`` names the damaged files among others, and where each is damaged."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.lazy import tf
from tests.contracts.faults.arrays import jpeg, npz
from tests.contracts.faults.files import cut, damage, written
from tests.contracts.faults.records import STEP_BYTES, example, tfrecord
from tests.core.cli.conftest import Cli

Make = Callable[[Path], Path]


def records_in(file: Path, *records: bytes) -> Path:
    with tf.io.TFRecordWriter(str(file)) as writer:
        for record in records:
            writer.write(record)
    return file


def packed(file: Path, content: bytes) -> Path:
    """A file compressed with gzip, in two parts."""
    half = len(content) // 2
    return written(file, gzip.compress(content[:half]) + gzip.compress(content[half:]))


def arrays(file: Path) -> Path:
    random = np.random.default_rng(1).random(500)
    np.savez_compressed(file, data=random, labels=np.arange(5))
    return file


def array(file: Path) -> Path:
    np.save(file, np.arange(100))
    return file


def photo(content: bytes | None, **more: bytes) -> bytes:
    labels = {"image/format": b"jpeg", "label": b"BMW", **more}
    return example(encoded=jpeg() if content is None else content, **labels)


def frames(*images: bytes) -> bytes:
    features = [
        tf.train.Feature(bytes_list=tf.train.BytesList(value=[content])) for content in images
    ]
    lists = {"frame": tf.train.FeatureList(feature=features)}
    return bytes(
        tf.train.SequenceExample(
            feature_lists=tf.train.FeatureLists(feature_list=lists)
        ).SerializeToString()
    )


SOUND: dict[str, tuple[Make, str]] = {
    "TFRecord": (lambda folder: tfrecord(folder / "part-00000-of-00001"), "9 records"),
    "TFRecord, GZIP": (
        lambda folder: tfrecord(folder / "a", options="GZIP"),
        "compression_type='GZIP'",
    ),
    "TFRecord, GZIP in parts": (
        lambda folder: packed(folder / "a.gz", tfrecord(folder / "a").read_bytes()),
        "9 records",
    ),
    "TFRecord, ZLIB": (
        lambda folder: tfrecord(folder / "a.tfrecord", options="ZLIB"),
        "compression_type='ZLIB'",
    ),
    "TFRecord without records": (
        lambda folder: tfrecord(folder / "a.tfrecord-00000-of-00001", count=0),
        "0 records",
    ),
    "images in a TFRecord beside other texts": (
        lambda folder: records_in(folder / "a", photo(None), photo(None, sound=b"RIFF 12 WAVE")),
        "2 records, 2 images",
    ),
    "frames of a film": (lambda folder: records_in(folder / "a", frames(jpeg(), jpeg())), "2 im"),
    "npz": (lambda folder: npz(folder / "a.npz"), "1 array"),
    "npz, compressed": (lambda folder: arrays(folder / "a.npz"), "2 arrays"),
    "npy": (lambda folder: array(folder / "a.npy"), "shape (100,)"),
    "JPEG": (lambda folder: written(folder / "a.JPG", jpeg()), "1 image"),
    "CSV": (lambda folder: written(folder / "a.csv", b'x,y\n1,"2\n3"\n'), "2 rows"),
}


@pytest.mark.parametrize("kind", SOUND)
def test_a_sound_file_is_said_to_be_sound_with_what_it_holds(
    cli: Cli, tmp_path: Path, kind: str
) -> None:
    make, content = SOUND[kind]
    file = make(tmp_path)
    found = cli("doctor", "--check-files", str(file))
    assert found.out.startswith(f"sound        {file}: ")
    assert content in found.out
    assert found.code == 0


DAMAGED: dict[str, tuple[Make, tuple[str, ...]]] = {
    "TFRecord, data": (
        lambda folder: damage(tfrecord(folder / "a"), 5 * STEP_BYTES + 20),
        ("record 5", f"byte {5 * STEP_BYTES}:", "data do not match their checksum"),
    ),
    "TFRecord, checksum of the last record": (
        lambda folder: damage(tfrecord(folder / "a"), 9 * STEP_BYTES - 1),
        ("record 8", "data do not match their checksum"),
    ),
    "TFRecord, length": (
        lambda folder: damage(tfrecord(folder / "a"), 3 * STEP_BYTES),
        ("record 3", "length does not match"),
    ),
    "TFRecord, cut off in the data": (
        lambda folder: cut(tfrecord(folder / "a"), 5 * STEP_BYTES + 20),
        ("record 5", "20 of 46 bytes"),
    ),
    "TFRecord, cut off in a length": (
        lambda folder: cut(tfrecord(folder / "a"), 5 * STEP_BYTES + 7),
        ("record 5", "cut off 7 bytes"),
    ),
    "TFRecord, something else": (
        lambda folder: written(folder / "a.tfrecord", b"something else" * 9),
        ("record 0", "does not begin like"),
    ),
    "TFRecord, GZIP, cut off": (
        lambda folder: cut(tfrecord(folder / "a", options="GZIP"), 60),
        ("unpacked", "cut off"),
    ),
    "TFRecord, GZIP, cut off behind its records": (
        lambda folder: cut(file := tfrecord(folder / "a", options="GZIP"), file.stat().st_size - 4),
        ("record 9", "unpacked", "cut off"),
    ),
    "TFRecord, GZIP, damaged": (
        lambda folder: damage(tfrecord(folder / "a.tfrecord.gz", options="GZIP"), 30, 4),
        ("unpacked",),
    ),
    "TFRecord that was cut off before it was compressed": (
        lambda folder: written(
            folder / "b", zlib.compress(tfrecord(folder / "a").read_bytes()[: STEP_BYTES + 7])
        ),
        ("record 1", "cut off 7 bytes"),
    ),
    "images in a TFRecord": (
        lambda folder: records_in(
            folder / "a", photo(b"no image"), photo(None), photo(jpeg()[:300]), photo(b"")
        ),
        (
            "record 0 (counted from 0), at byte 0: the image 'encoded': it does not begin like",
            "record 2",
            "cut off after 300 bytes",
            "record 3",
        ),
    ),
    "a frame of a film": (
        lambda folder: records_in(folder / "a", frames(jpeg(), jpeg()[:300])),
        ("'frame'", "cut off after 300 bytes"),
    ),
    "npz, cut off": (lambda folder: cut(npz(folder / "a.npz"), 500), ("cut off",)),
    "npz, damaged": (
        lambda folder: damage(npz(folder / "a.npz"), 400),
        ("array data", "checksum"),
    ),
    "npz, compressed": (lambda folder: damage(arrays(folder / "a.npz"), 900, 4), ("array data",)),
    "npz, empty": (lambda folder: written(folder / "a.npz", b""), ("empty",)),
    "npy, cut off": (lambda folder: cut(array(folder / "a.npy"), 300), ("300 of 928 bytes",)),
    "JPEG, cut off": (lambda folder: written(folder / "a.jpg", jpeg()[:500]), ("after 500 bytes",)),
    "JPEG, damaged": (
        lambda folder: written(folder / "a", jpeg()[:4] + bytes(200) + jpeg()[204:]),
        ("cannot be decoded",),
    ),
    "JPEG, empty": (lambda folder: written(folder / "a.jpg", b""), ("0 bytes",)),
    "CSV": (lambda folder: written(folder / "a.csv", b"x,y\n1,2\n3\n"), ("line 3", "1 field")),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_file_is_named_with_the_place_of_the_damage(
    cli: Cli, tmp_path: Path, kind: str
) -> None:
    make, said = DAMAGED[kind]
    file = make(tmp_path)
    before = file.read_bytes()
    found = cli("doctor", "--check-files", str(file))
    assert found.out.startswith(f"damaged      {file}\n")
    for words in said:
        assert words in found.out
    assert found.code == 1
    assert file.read_bytes() == before


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Sound, damaged, hidden and other files, and a link that leads in a circle."""
    made = tmp_path / "train"
    (made / "more").mkdir(parents=True)
    tfrecord(made / "a.tfrecord")
    cut(tfrecord(made / "more" / "b.tfrecord"), 100)
    (made / "notes.txt").write_text("a note")
    (made / ".hidden.npz").write_text("no archive")
    (made / "more" / "again").symlink_to(made)
    return made


def test_folders_and_patterns_stand_for_the_files_in_them(cli: Cli, folder: Path) -> None:
    found = cli("doctor", "--check-files", str(folder))
    states = [line.split("  ")[0] for line in found.out.splitlines() if line[:1].strip()]
    assert states == ["sound", "not checked", "damaged", "3 files: 1 damaged, 1 not checked."]
    found = cli("doctor", "--check-files", str(folder / "**" / "*.tfrecord"))
    assert found.out.endswith("2 files: 1 damaged.\n")
    found = cli("doctor", "--check-files", str(folder / "a.tfrecord"), str(folder / "*.txt"))
    assert (found.code, found.out.count("\nnot checked")) == (0, 1)


def test_json_has_every_file_with_its_damage(cli: Cli, folder: Path) -> None:
    found = cli("doctor", "--check-files", str(folder), "--json", "-")
    assert found.code == 1
    document = json.loads(found.out)
    assert document["schema"] == "pipeline-explorer/check-files/1"
    assert document["good"] is False
    states = {os.path.basename(one["file"]): one["state"] for one in document["files"]}
    assert states == {"a.tfrecord": "sound", "b.tfrecord": "damaged", "notes.txt": "not checked"}
    (damaged,) = (one for one in document["files"] if one["damages"])
    assert damaged["damages"][0].startswith("record 2 (counted from 0), at byte 92: ")


def test_what_is_no_file_is_bad_input(cli: Cli, tmp_path: Path) -> None:
    for name in (str(tmp_path / "gone"), str(tmp_path / "*.npz"), str(tmp_path)):
        found = cli("doctor", "--check-files", name)
        assert found.code == 2
        assert name in found.complaint
