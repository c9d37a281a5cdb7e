import tensorflow as tf

EXPECTED = ["range", "map", "batch", "prefetch"]


def one(i):
    return tf.sparse.SparseTensor([[0], [i % 5 + 1]], tf.stack([1.0, tf.cast(i, tf.float32)]), [9]), i % 2


def make_dataset():
    return tf.data.Dataset.range(40).map(one).batch(8).prefetch(1)
