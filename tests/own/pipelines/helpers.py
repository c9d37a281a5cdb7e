import tensorflow as tf
from sample_data import arrays


def prepare(ds, training):
    if training:
        ds = ds.shuffle(48, seed=1)
    ds = ds.batch(8)
    return ds.prefetch(2)


def make_dataset():
    x, y = arrays()
    full = tf.data.Dataset.from_tensor_slices((x, y))
    train, validation = full.skip(16), full.take(16)
    return prepare(train, True), prepare(validation, training=False)


EXPECTED = ["from_tensor_slices", "skip", "shuffle", "batch", "prefetch"]
