"""Readers of one ``.npz`` file: from its path to a Dataset of its examples.

Each does its work in a dataset and not in its own body: ``interleave`` calls the function
for one file after the other, and only what the datasets then deliver comes in parallel.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import tensorflow as tf
else:
    from core.lazy import tf


def read_stored(
    path: tf.Tensor, data_at: int, labels_at: int, shape: tuple[int, ...]
) -> tf.data.Dataset:
    """Examples of an .npz file that np.savez wrote: its arrays stand there uncompressed."""
    load = functools.partial(load_stored, data_at=data_at, labels_at=labels_at, shape=shape)
    return tf.data.Dataset.from_tensors(path).map(load).unbatch()


def load_stored(
    path: tf.Tensor, data_at: int, labels_at: int, shape: tuple[int, ...]
) -> tuple[tf.Tensor, tf.Tensor]:
    """Both arrays of one file, by the places where their bytes begin; no Python runs."""
    content = tf.io.read_file(path)
    data = tf.strings.substr(content, data_at, np.prod(shape))
    labels = tf.strings.substr(content, labels_at, 8 * shape[0])
    return (
        tf.reshape(tf.io.decode_raw(data, tf.uint8), shape),
        tf.reshape(tf.io.decode_raw(labels, tf.int64), shape[:1]),
    )


def read_with_numpy(path: tf.Tensor, shape: tuple[int, ...]) -> tf.data.Dataset:
    """Examples of an .npz file, read with np.load, which holds the GIL."""
    load = functools.partial(load_with_numpy, shape=shape)
    return tf.data.Dataset.from_tensors(path).map(load).unbatch()


def load_with_numpy(path: tf.Tensor, shape: tuple[int, ...]) -> tuple[tf.Tensor, tf.Tensor]:
    """Both arrays of one file."""
    data, labels = tf.numpy_function(np_load, [path], (tf.uint8, tf.int64))
    return tf.ensure_shape(data, shape), tf.ensure_shape(labels, shape[:1])


def np_load(path: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Both arrays of one file, in Python."""
    with np.load(path.decode(), allow_pickle=False) as file:
        return file["data"], file["labels"]
