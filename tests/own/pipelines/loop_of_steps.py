import tensorflow as tf


def double(x):
    return x * 2


def plus_one(x):
    return x + 1


def jitter(x):
    return x + tf.cast(tf.random.uniform([], 0, 3, tf.int32), tf.int64)


def make_dataset():
    ds = tf.data.Dataset.range(32)
    for step in (double, plus_one, jitter):
        ds = ds.map(step)
    return ds.batch(8)


EXPECTED = ["range", "map", "batch"]
COUNTS = {"map": 3}
RANDOM = True
