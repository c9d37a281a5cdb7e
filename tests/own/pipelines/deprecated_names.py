import tensorflow as tf


def make_dataset():
    few = tf.data.Dataset.range(6)
    many = tf.data.Dataset.range(10, 30)
    ds = tf.data.experimental.sample_from_datasets([few, many], seed=3)
    return ds.apply(tf.data.experimental.dense_to_ragged_batch(4))


EXPECTED = ["range", "range", "sample_from_datasets", "apply"]
