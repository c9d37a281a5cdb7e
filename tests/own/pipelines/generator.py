import numpy as np
import tensorflow as tf

EXPECTED = ["from_generator", "batch", "prefetch"]


def gen_series():
    rng = np.random.default_rng(0)
    for i in range(40):
        yield rng.normal(size=(6,)), i % 2


def make_dataset():
    ds = tf.data.Dataset.from_generator(
        gen_series,
        output_signature=(tf.TensorSpec(shape=(6,), dtype=tf.float32),
                          tf.TensorSpec(shape=(), dtype=tf.int32)))
    return ds.batch(8).prefetch(tf.data.AUTOTUNE)
