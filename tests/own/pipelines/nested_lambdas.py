import tensorflow as tf

EXPECTED = ["range", "interleave", "range", "map", "map", "batch", "unbatch", "shuffle", "batch"]


def make_dataset():
    ds = tf.data.Dataset.range(2, 6).interleave(lambda n: tf.data.Dataset.range(n).map(lambda i: i * n).map(lambda i: i + 1).batch(2), cycle_length=2, num_parallel_calls=2)
    return ds.unbatch().shuffle(20, seed=1).batch(4)
