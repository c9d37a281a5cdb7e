"""Pipelines of people that are fast enough where a step takes 20 ms, each of another structure."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from benchmarks.diagnosis_pipelines import (
    AUTOTUNE,
    from_raw,
    raw_record,
    record_files,
    some_images,
)


def _scaled(image: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    return tf.cast(image, tf.float32) / 255.0, label


def _slices(count: int = 8000) -> tf.data.Dataset:
    return tf.data.Dataset.from_tensor_slices(some_images(count))


def _of_vectors(features: int, batch: int, count: int = 40_000) -> tf.data.Dataset:
    rng = np.random.default_rng(0)
    data = rng.random((count, features), np.float32), rng.integers(0, 10, count)
    return tf.data.Dataset.from_tensor_slices(data).batch(batch).prefetch(2)


def from_memory() -> tf.data.Dataset:
    """Batches from memory."""
    return _slices().batch(32).prefetch(2)


def not_prefetched() -> tf.data.Dataset:
    """TensorFlow prefetches by itself."""
    return _slices().batch(32)


def small_vectors() -> tf.data.Dataset:
    """Little data in large batches."""
    return _of_vectors(16, 256)


def wide_vectors() -> tf.data.Dataset:
    """More data in a row."""
    return _of_vectors(512, 64)


def tiny_batches() -> tf.data.Dataset:
    """Batches of four."""
    return _of_vectors(32, 4, 4000)


def shuffled() -> tf.data.Dataset:
    """A small shuffle buffer."""
    return _slices().shuffle(512, seed=1).batch(32).prefetch(2)


def shuffled_whole() -> tf.data.Dataset:
    """A shuffle buffer for all data."""
    return _slices(4000).shuffle(4000, seed=1).batch(32).prefetch(AUTOTUNE)


def repeated() -> tf.data.Dataset:
    """Data without an end."""
    return _slices(2000).repeat().batch(32).prefetch(2)


def repeated_some_times() -> tf.data.Dataset:
    """Shuffled and repeated."""
    return _slices(1000).shuffle(1000, seed=1).repeat(10).batch(32).prefetch(2)


def cached() -> tf.data.Dataset:
    """Work that is kept in memory."""
    data = _slices(4000).map(_scaled, num_parallel_calls=2).cache()
    return data.shuffle(1000, seed=1).batch(32).prefetch(2)


def cached_batches() -> tf.data.Dataset:
    """Batches that are kept in memory."""
    return _slices(4000).map(_scaled).batch(32).cache().prefetch(2)


def parallel_map() -> tf.data.Dataset:
    """A parallel map that is fast enough."""
    return _slices(4000).map(_scaled, num_parallel_calls=AUTOTUNE).batch(16).prefetch(AUTOTUNE)


def whole_batches() -> tf.data.Dataset:
    """A map on whole batches."""
    return _slices().batch(32).map(_scaled, num_parallel_calls=2).prefetch(2)


def dictionaries() -> tf.data.Dataset:
    """Named features."""
    rng = np.random.default_rng(0)
    features = {name: rng.random((20_000, 8), np.float32) for name in ("a", "b", "c")}
    data = tf.data.Dataset.from_tensor_slices((features, rng.integers(0, 2, 20_000)))
    return data.shuffle(1000, seed=1).batch(64).prefetch(2)


def zipped() -> tf.data.Dataset:
    """Two fast sides."""
    images, labels = some_images(6000)
    sides = tf.data.Dataset.from_tensor_slices(images), tf.data.Dataset.from_tensor_slices(labels)
    return tf.data.Dataset.zip(*sides).batch(32).prefetch(2)


def windows() -> tf.data.Dataset:
    """Windows of a series, by Keras."""
    series = np.sin(np.arange(20_000, dtype=np.float32))[:, None]
    data = tf.keras.utils.timeseries_dataset_from_array(series[:-8], series[8:], 8, batch_size=64)
    return data.prefetch(2)


def records() -> tf.data.Dataset:
    """Few record files, little work."""
    data = tf.data.TFRecordDataset(record_files("few", 4, 2000, raw_record))
    return data.map(from_raw, num_parallel_calls=2).batch(32).prefetch(AUTOTUNE)


def interleaved() -> tf.data.Dataset:
    """Files in turn, two at the same time."""
    paths = tf.data.Dataset.from_tensor_slices(record_files("few", 4, 2000, raw_record))
    data = paths.interleave(tf.data.TFRecordDataset, cycle_length=2, num_parallel_calls=2)
    return data.map(from_raw, num_parallel_calls=2).batch(32).prefetch(2)


def filtered() -> tf.data.Dataset:
    """Half of the examples are left out."""
    data = _slices().filter(lambda image, label: label < 5)
    return data.map(_scaled, num_parallel_calls=2).batch(32).prefetch(2)


def light_generator() -> tf.data.Dataset:
    """A generator that hands out what is there."""

    def examples() -> Iterator[np.ndarray]:
        yield from np.zeros((3000, 16), np.float32)

    spec = tf.TensorSpec([16])
    data = tf.data.Dataset.from_generator(examples, output_signature=spec)
    return data.map(lambda row: (row, row[0])).batch(16).prefetch(2)


PIPELINES = (
    from_memory,
    not_prefetched,
    small_vectors,
    wide_vectors,
    tiny_batches,
    shuffled,
    shuffled_whole,
    repeated,
    repeated_some_times,
    cached,
    cached_batches,
    parallel_map,
    whole_batches,
    dictionaries,
    zipped,
    windows,
    records,
    interleaved,
    filtered,
    light_generator,
)
