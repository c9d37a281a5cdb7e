"""What people write, in small: ten pipelines with a narrow place each.

A function without arguments makes each dataset, as people's own code does. Files are made in the
temporary folder when they are first asked for, a few megabytes at most.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import tensorflow as tf

AUTOTUNE = tf.data.AUTOTUNE
_FOLDER = Path(tempfile.gettempdir()) / "pipeline-explorer-diagnosis"


def some_images(count: int, size: int = 32) -> tuple[np.ndarray, np.ndarray]:
    """Random images, and a label for each."""
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (count, size, size, 3), np.uint8), rng.integers(0, 10, count)


def record_files(name: str, files: int, each: int, example: Callable[[int], bytes]) -> list[str]:
    """Paths of record files; they are written where they are missing."""
    _FOLDER.mkdir(exist_ok=True)
    paths = [str(_FOLDER / f"{name}-{each}-{number:04d}.tfrecord") for number in range(files)]
    for path in paths:
        if not Path(path).exists():
            with tf.io.TFRecordWriter(path) as writer:
                for number in range(each):
                    writer.write(example(number))
    return paths


def raw_record(number: int) -> bytes:
    """A kilobyte."""
    return np.full(1024, number % 251, np.uint8).tobytes()


def _jpeg(number: int) -> bytes:
    coarse = np.random.default_rng(number).integers(0, 256, (8, 8, 3)).astype(np.float32)
    image = tf.clip_by_value(tf.image.resize(coarse, [128, 128], method="bicubic"), 0, 255)
    return bytes(tf.io.encode_jpeg(tf.cast(image, tf.uint8)).numpy())


def from_raw(record: tf.Tensor) -> tuple[tf.Tensor, int]:
    """A kilobyte as numbers."""
    values = tf.reshape(tf.io.decode_raw(record, tf.uint8), [1024])
    return tf.cast(values, tf.float32) / 255.0, 0


def _from_jpeg(record: tf.Tensor) -> tuple[tf.Tensor, int]:
    image = tf.reshape(tf.io.decode_jpeg(record, channels=3), [128, 128, 3])
    return tf.image.resize(image, [64, 64]) / 255.0, 0


def _costly(image: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    large = tf.image.resize(tf.cast(image, tf.float32), [128, 128], method="bicubic")
    return tf.image.resize(large, [32, 32], antialias=True), label


def _noisy(image: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    image, label = _costly(image, label)
    return image + tf.random.normal([32, 32, 3]), label


def _in_python(image: np.ndarray) -> np.ndarray:
    result = image.astype(np.float32)
    for _ in range(30):
        result = np.roll(result, 1, 0) * 0.5 + result * 0.5
    return result


def costly_map() -> tf.data.Dataset:
    """TensorFlow leaves a map with random numbers sequential."""
    return tf.data.Dataset.from_tensor_slices(some_images(6000)).map(_noisy).batch(32)


def many_files() -> tf.data.Dataset:
    """A file for each example, opened one after the other."""
    paths = tf.data.Dataset.from_tensor_slices(record_files("small", 2000, 1, raw_record))
    data = paths.interleave(tf.data.TFRecordDataset, cycle_length=4).map(from_raw)
    return data.batch(128).prefetch(2)


def jpeg_records() -> tf.data.Dataset:
    """JPEG images to decode."""
    records = tf.data.TFRecordDataset(record_files("jpeg", 4, 500, _jpeg))
    return records.map(_from_jpeg, num_parallel_calls=1).batch(32)


def python_map() -> tf.data.Dataset:
    """A Python function for each element."""

    def augmented(image: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        image = tf.numpy_function(_in_python, [image], tf.float32)
        return tf.ensure_shape(image, [32, 32, 3]), label

    data = tf.data.Dataset.from_tensor_slices(some_images(4000)).map(augmented)
    return data.batch(32).prefetch(AUTOTUNE)


def cheap_maps() -> tf.data.Dataset:
    """Hardly any work, but a call for each element."""
    rows = np.random.default_rng(0).random((100_000, 4), np.float32)
    data = tf.data.Dataset.from_tensor_slices(rows).map(lambda row: row * 2.0 - 1.0)
    return data.map(lambda row: (tf.square(row), row[..., 0])).batch(256)


def late_shuffle() -> tf.data.Dataset:
    """A shuffle buffer of decoded images, which fills at the beginning of each epoch."""
    data = tf.data.TFRecordDataset(record_files("jpeg", 4, 500, _jpeg)).map(_from_jpeg)
    return data.shuffle(1000, seed=1).batch(32).prefetch(2)


def files_in_turn() -> tf.data.Dataset:
    """flat_map reads and decodes one file after the other."""
    paths = tf.data.Dataset.from_tensor_slices(record_files("jpeg", 4, 500, _jpeg))
    data = paths.flat_map(lambda path: tf.data.TFRecordDataset(path).map(_from_jpeg))
    return data.batch(32).prefetch(2)


def generator() -> tf.data.Dataset:
    """Python makes each example."""

    def examples() -> Iterator[tuple[np.ndarray, int]]:
        images, _ = some_images(3000)
        for image in images:
            yield _in_python(image), 0

    spec = tf.TensorSpec([32, 32, 3]), tf.TensorSpec([], tf.int64)
    return tf.data.Dataset.from_generator(examples, output_signature=spec).batch(32)


def slow_branch() -> tf.data.Dataset:
    """One side of a zip is slow."""
    images, labels = some_images(4000)
    slow = tf.data.Dataset.from_tensor_slices(images).map(lambda image: _noisy(image, 0)[0])
    return tf.data.Dataset.zip(slow, tf.data.Dataset.from_tensor_slices(labels)).batch(32)


def cacheable() -> tf.data.Dataset:
    """The same costly work in every epoch."""
    data = tf.data.Dataset.from_tensor_slices(some_images(4000)).map(_costly, num_parallel_calls=2)
    return data.shuffle(500, seed=1).batch(32).prefetch(AUTOTUNE)


PIPELINES = (
    costly_map,
    many_files,
    jpeg_records,
    python_map,
    cheap_maps,
    late_shuffle,
    files_in_turn,
    generator,
    slow_branch,
    cacheable,
)
