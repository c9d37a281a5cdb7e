"""Files and folders that are not there, may not be read, or are too many."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import numpy as np

from core.faults import FailureContext
from core.lazy import tf
from tests.contracts.faults.row import Fault, Made, drained, of_tensorflow, raised


def _opened(folder: Path) -> Made:
    return raised(lambda: (folder / "labels.txt").read_text())


def _loaded(folder: Path) -> Made:
    def load(name: bytes) -> Any:
        return np.load(name.decode())

    one = tf.data.Dataset.from_tensors(str(folder / "gone.npy"))
    return drained(one.map(lambda name: tf.numpy_function(load, [name], tf.float32)))


def _as_a_file(folder: Path) -> Made:
    return drained(tf.data.Dataset.from_tensors(str(folder)).map(tf.io.read_file))


def _closed_file(folder: Path) -> Made:
    error = PermissionError(errno.EACCES, "Permission denied")
    error.filename = str(folder / "a.txt")
    return error, FailureContext()


FAULTS: tuple[Fault, ...] = (
    Fault(
        "TFRecord that is missing",
        lambda folder: drained(tf.data.TFRecordDataset(str(folder / "train" / "a.tfrecord"))),
        ("a.tfrecord", "not there", "train is the first that is missing"),
    ),
    Fault("file that Python does not find", _opened, ("labels.txt", "not there")),
    Fault("file that np.load does not find", _loaded, ("gone.npy", "not there")),
    Fault("folder that is read as a file", _as_a_file, ("is a folder", "list_files")),
    Fault("file that may not be read", _closed_file, ("a.txt", "may not be read", "chmod"), True),
    Fault(
        "file that TensorFlow may not read",
        lambda folder: of_tensorflow("PermissionDeniedError", "/d/a.tfrecord; Permission denied"),
        ("/d/a.tfrecord", "may not be read", "chmod"),
        True,
    ),
    Fault(
        "pattern that no file is like",
        lambda folder: raised(lambda: tf.data.Dataset.list_files(str(folder / "*.jpg"))),
        ("*.jpg", "is empty"),
    ),
    Fault(
        "pattern in a folder that is missing",
        lambda folder: raised(lambda: tf.data.Dataset.list_files(str(folder / "train" / "*.jpg"))),
        ("*.jpg", "train is not there"),
    ),
    Fault(
        "too many open files",
        lambda folder: of_tensorflow("ResourceExhaustedError", "/d/a.csv; Too many open files"),
        ("/d/a.csv", "cycle_length", "ulimit"),
        True,
    ),
    Fault(
        "disk full while a cache is written",
        lambda folder: of_tensorflow(
            "ResourceExhaustedError", "/d/kept_0.data-00000-of-00001; No space left on device"
        ),
        ("/d/kept_0.data-00000-of-00001", "disk is full"),
        True,
    ),
)
