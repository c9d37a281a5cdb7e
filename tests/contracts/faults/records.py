"""Faults of TFRecord files: damaged, cut off, of another kind, without what is looked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.lazy import tf
from tests.contracts.faults.arrays import jpeg
from tests.contracts.faults.files import cut, damage, written
from tests.contracts.faults.row import Fault, Made, drained

RECORD_BYTES = 30
STEP_BYTES = RECORD_BYTES + 16
"""A record with its length and both checksums."""


def tfrecord(file: Path, count: int = 9, options: Any = None) -> Path:
    """A TFRecord file of records of 30 bytes."""
    with tf.io.TFRecordWriter(str(file), options) as writer:
        for number in range(count):
            writer.write(bytes([number]) * RECORD_BYTES)
    return file


def _records(*files: Path, **options: Any) -> Made:
    names = [str(file) for file in files]
    return drained(
        tf.data.Dataset.from_tensor_slices(names).interleave(
            lambda name: tf.data.TFRecordDataset(name, **options), cycle_length=2
        )
    )


def _gzipped(folder: Path) -> Made:
    file = tfrecord(folder / "b.tfrecord", options="GZIP")
    return _records(cut(file, file.stat().st_size // 2), compression_type="GZIP")


def example(**features: bytes) -> bytes:
    """A ``tf.train.Example`` of texts."""
    feature = {
        name: tf.train.Feature(bytes_list=tf.train.BytesList(value=[content]))
        for name, content in features.items()
    }
    return bytes(tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString())


def _parsed(folder: Path, records: list[bytes], feature: str) -> Made:
    with tf.io.TFRecordWriter(str(folder / "a.tfrecord")) as writer:
        for record in records:
            writer.write(record)

    def parse(record: Any) -> Any:
        features = {feature: tf.io.FixedLenFeature([], tf.string)}
        return tf.io.decode_image(tf.io.parse_single_example(record, features)[feature])

    return drained(tf.data.TFRecordDataset(str(folder / "a.tfrecord")).map(parse))


CHECK = "`python main.py doctor --check-files '"


FAULTS: tuple[Fault, ...] = (
    Fault(
        "TFRecord, damaged data",
        lambda folder: _records(
            tfrecord(folder / "a.tfrecord"),
            damage(tfrecord(folder / "b.tfrecord"), 5 * STEP_BYTES + 20),
        ),
        # Two files are read, so the command names both.
        ("A TFRecord file is damaged", f"record at {5 * STEP_BYTES + 12}", CHECK, "b.tfrecord'`."),
    ),
    Fault(
        "TFRecord, damaged length",
        lambda folder: _records(damage(tfrecord(folder / "b.tfrecord"), 3 * STEP_BYTES)),
        ("b.tfrecord is damaged", f"record at {3 * STEP_BYTES}", CHECK),
    ),
    Fault(
        "TFRecord, cut off in the data",
        lambda folder: _records(cut(tfrecord(folder / "b.tfrecord"), 5 * STEP_BYTES + 20)),
        ("b.tfrecord is damaged", f"record at {5 * STEP_BYTES}", CHECK),
    ),
    Fault("TFRecord, packed and cut off", _gzipped, ("b.tfrecord is damaged", CHECK)),
    Fault(
        "TFRecord, not packed",
        lambda folder: _records(tfrecord(folder / "b.tfrecord"), compression_type="GZIP"),
        ("b.tfrecord", "not compressed", "compression_type"),
    ),
    Fault(
        "TFRecord, something else",
        lambda folder: _records(written(folder / "b.tfrecord", b"something else" * 9)),
        ("b.tfrecord is damaged", "record at 0", CHECK),
    ),
    Fault(
        "JPEG in a TFRecord, cut off",
        lambda folder: _parsed(
            folder,
            [example(encoded=jpeg(one)[: 300 if one == 2 else None]) for one in range(4)],
            "encoded",
        ),
        ("An image in", "a.tfrecord cannot be decoded", CHECK),
    ),
    Fault(
        "a record without the feature",
        lambda folder: _parsed(folder, [example(encoded=jpeg()), example(other=b"x")], "encoded"),
        ("A record of", "a.tfrecord cannot", "'encoded'", "default_value"),
    ),
)
