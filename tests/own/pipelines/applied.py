import tensorflow as tf


def augment(ds):
    return ds.map(lambda x: x * 2).map(lambda x: x + 1)


def make_dataset():
    ds = tf.data.Dataset.range(6).batch(3)
    ds = ds.apply(tf.data.experimental.unbatch())
    return ds.apply(augment).apply(lambda d: d.batch(2)).apply(
        tf.data.experimental.assert_cardinality(3)).prefetch(1)


EXPECTED = ["range", "batch", "apply", "map", "map", "batch", "apply", "prefetch"]
