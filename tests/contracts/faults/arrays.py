"""Faults of NumPy files, images and tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from core.lazy import tf
from tests.contracts.faults.files import cut, damage
from tests.contracts.faults.row import Fault, Made, drained


def npz(file: Path) -> Path:
    """An uncompressed .npz with an array ``data`` of 800 bytes."""
    np.savez(file, data=np.arange(100))
    return file


def _numpy(*files: Path) -> Made:
    def load(name: bytes) -> Any:
        with open(name, "rb") as file:
            found = np.load(file, allow_pickle=False)
            return found["data"] if name.endswith(b".npz") else found

    names = [str(one) for one in files]
    dataset = tf.data.Dataset.from_tensor_slices(names)
    return drained(dataset.map(lambda name: tf.numpy_function(load, [name], tf.int64)))


def _npz_by_bytes(folder: Path) -> Made:
    file = npz(folder / "a.npz")
    at = file.stat().st_size - 400
    cut(file, at)

    def read(name: Any) -> Any:
        content = tf.strings.substr(tf.io.read_file(name), 128, 800)
        return tf.reshape(tf.io.decode_raw(content, tf.int64), [100])

    return drained(tf.data.Dataset.from_tensors(str(file)).map(read))


def _objects(folder: Path) -> Made:
    np.save(folder / "a.npy", np.array([{}], object), allow_pickle=True)
    return _numpy(folder / "a.npy")


def _short_npy(folder: Path) -> Made:
    np.save(folder / "a.npy", np.arange(100))
    return _numpy(cut(folder / "a.npy", 300))


def jpeg(seed: int = 0) -> bytes:
    """A JPEG image of noise."""
    noise = np.random.default_rng(seed).integers(0, 256, (32, 32, 3), np.uint8)
    return bytes(tf.io.encode_jpeg(noise).numpy())


def _images(folder: Path, bad: bytes) -> Made:
    for number, content in enumerate((jpeg(), bad, jpeg(2))):
        (folder / f"{number}.jpg").write_bytes(content)
    names = [str(folder / f"{number}.jpg") for number in range(3)]
    dataset = tf.data.Dataset.from_tensor_slices(names)
    return drained(dataset.map(lambda name: tf.io.decode_jpeg(tf.io.read_file(name))))


def _table(folder: Path) -> Made:
    (folder / "a.csv").write_text("x,y\n1,2\n3\n")
    types = [tf.int32, tf.int32]
    return drained(tf.data.experimental.CsvDataset(str(folder / "a.csv"), types, header=True))


def _fixed(folder: Path) -> Made:
    (folder / "a.bin").write_bytes(bytes(105))
    return drained(tf.data.FixedLengthRecordDataset(str(folder / "a.bin"), 10))


def _snapshot(folder: Path) -> Made:
    dataset = tf.data.Dataset.range(50).snapshot(str(folder / "snap"))
    list(dataset)
    for file in (folder / "snap").rglob("*.snapshot"):
        cut(file, 60)
    return drained(tf.data.Dataset.range(50).snapshot(str(folder / "snap")))


CHECK = "`python main.py doctor --check-files '"

FAULTS: tuple[Fault, ...] = (
    Fault(
        "npz, cut off",
        lambda folder: _numpy(npz(folder / "a.npz"), cut(npz(folder / "b.npz"), 500)),
        ("A NumPy file is damaged", "not a zip file", CHECK, "b.npz'`."),
    ),
    Fault(
        "npz, damaged",
        lambda folder: _numpy(npz(folder / "a.npz"), damage(npz(folder / "b.npz"), 400)),
        ("A NumPy file is damaged", "CRC", CHECK, "b.npz'`."),
    ),
    Fault("npz, cut off, read by its bytes", _npz_by_bytes, ("a.npz may be cut off", CHECK)),
    Fault("npy, cut off", _short_npy, ("a.npy is damaged", CHECK)),
    Fault(
        "npy of Python objects",
        _objects,
        ("a.npy is damaged or of another kind", CHECK),
    ),
    Fault(
        "JPEG, cut off",
        lambda folder: _images(folder, jpeg(1)[:500]),
        ("An image cannot be decoded", CHECK, "1.jpg"),
    ),
    Fault(
        "JPEG, damaged",
        lambda folder: _images(folder, jpeg(1)[:4] + bytes(200) + jpeg(1)[204:]),
        ("An image cannot be decoded", CHECK, "1.jpg"),
    ),
    Fault(
        "JPEG, empty",
        lambda folder: _images(folder, b""),
        ("An image cannot be decoded", CHECK, "1.jpg"),
    ),
    Fault("CSV, a row that is too short", _table, ("a.csv", "2 fields", "Which row", CHECK)),
    Fault("records of fixed length, cut off", _fixed, ("a.bin", "105 bytes", "10 bytes")),
    Fault("snapshot, cut off", _snapshot, ("snap", "Delete")),
)
