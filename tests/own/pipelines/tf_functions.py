import tensorflow as tf


@tf.function
def preprocess(x):
    if x % 2 == 0:
        x = x * 10
    return tf.cast(x, tf.float32)


@tf.function(input_signature=[tf.TensorSpec([], tf.int64)])
def counting(n):
    return tf.data.Dataset.range(n).map(preprocess)


def make_dataset():
    return tf.data.Dataset.range(1, 8).interleave(counting, cycle_length=2).batch(4).prefetch(1)


EXPECTED = ["range", "interleave", "range", "map", "batch", "prefetch"]
