import tensorflow as tf


def make_dataset():
    ds = tf.data.Dataset.range(50).batch(7).unbatch()
    ds = ds.batch(10).rebatch(4, drop_remainder=True)
    options = tf.data.Options()
    options.deterministic = True
    options.threading.private_threadpool_size = 2
    return ds.with_options(options).prefetch(tf.data.AUTOTUNE)


EXPECTED = ["range", "batch", "unbatch", "batch", "rebatch", "with_options", "prefetch"]
