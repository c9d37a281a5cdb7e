"""Pipelines as people write them, each with something that is known to be wrong or costly."""

import os

import numpy as np
import tensorflow as tf

IMAGES = np.zeros((600, 4, 4, 1), np.uint8)
LABELS = np.arange(600)
FILES = os.environ.get("PEOPLE_WRITE_FILES", "")


def scale(image, label):
    return tf.cast(image, tf.float32) / 255.0, label


def augment(image, label):
    return tf.image.random_flip_left_right(image), label


def tutorial():
    """The classic: cached behind the batch, shuffled by whole batches."""
    dataset = tf.data.Dataset.from_tensor_slices((IMAGES, LABELS))
    dataset = dataset.shuffle(32).batch(8)
    return dataset.cache().shuffle(10).prefetch(tf.data.AUTOTUNE)


def frozen_luck():
    return (
        tf.data.Dataset.from_tensor_slices((IMAGES, LABELS))
        .map(scale, num_parallel_calls=2)
        .map(augment, num_parallel_calls=tf.data.AUTOTUNE)
        .cache()
        .shuffle(600)
        .batch(8)
        .prefetch(2)
    )


def keras_layers():
    flip = tf.keras.Sequential([tf.keras.layers.RandomFlip("horizontal")])
    dataset = tf.data.Dataset.from_tensor_slices((IMAGES, LABELS)).batch(8)
    dataset = dataset.map(lambda x, y: (flip(tf.cast(x, tf.float32), training=True), y))
    return dataset.cache().prefetch(1)


def seeded():
    numbers = tf.data.Dataset.range(32)
    return numbers.map(lambda x: tf.random.uniform([], seed=3) + tf.cast(x, tf.float32)).batch(8)


def validation_leaks():
    examples = tf.data.Dataset.range(100).shuffle(100)
    train = examples.skip(20).batch(8).prefetch(1)
    return train, examples.take(20).batch(8)


def in_python():
    def numbers():
        yield from range(64)

    def load(x):
        return tf.numpy_function(lambda a: a * 2, [x], tf.int64)

    dataset = tf.data.Dataset.from_generator(numbers, output_signature=tf.TensorSpec((), tf.int64))
    return dataset.map(load, num_parallel_calls=8).batch(8).prefetch(1)


def read_files():
    options = tf.data.Options()
    options.deterministic = False
    files = tf.data.Dataset.list_files(FILES + "/*.txt")
    lines = files.interleave(
        lambda name: tf.data.TextLineDataset(name, num_parallel_reads=4).repeat(),
        cycle_length=2,
        num_parallel_calls=tf.data.AUTOTUNE,
    )
    return lines.batch(4).with_options(options)


def partial_cache():
    return (
        tf.data.Dataset.range(100)
        .map(lambda x: x + 1)
        .cache()
        .take(10)
        .apply(lambda dataset: dataset.batch(5).prefetch(1))
    )


def by_library():
    lines = tf.data.experimental.make_csv_dataset(FILES + "/*.txt", batch_size=2, num_epochs=1)
    return lines.cache()


def repeated_by_library():
    repeat = tf.data.experimental.shuffle_and_repeat(100)
    numbers = tf.data.Dataset.range(100).apply(repeat)
    return numbers.cache().batch(4).prefetch(1)


def autoencoder():
    images = tf.data.Dataset.range(600).shuffle(600)
    return tf.data.Dataset.zip((images, images)).batch(8).prefetch(1)


def sound():
    dataset = tf.data.Dataset.from_tensor_slices((IMAGES, LABELS))
    dataset = dataset.cache().shuffle(600).batch(8)
    return dataset.map(scale, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)
