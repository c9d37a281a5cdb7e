import tensorflow as tf


def make_dataset():
    ds = tf.data.Dataset.from_tensor_slices((tf.range(30), tf.range(30) * 2))
    ds = ds.window(3, shift=1, drop_remainder=True)
    ds = ds.flat_map(lambda x, y: tf.data.Dataset.zip((x.batch(3), y.batch(3))))
    return ds.batch(4).prefetch(tf.data.experimental.AUTOTUNE)


EXPECTED = ["from_tensor_slices", "window", "flat_map", "batch", "batch", "zip", "batch", "prefetch"]
