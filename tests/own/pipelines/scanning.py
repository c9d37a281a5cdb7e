import tensorflow as tf

EXPECTED = ["range", "scan", "take_while", "unique", "group_by_window", "batch", "ignore_errors", "prefetch"]


def make_dataset():
    ds = tf.data.Dataset.range(40)
    ds = ds.scan(tf.constant(0, tf.int64), lambda total, x: (total + x, total % 17))
    ds = ds.take_while(lambda x: x < 100).unique()
    ds = ds.group_by_window(key_func=lambda x: x % 2, reduce_func=lambda key, window: window.batch(3), window_size=3)
    return ds.ignore_errors().prefetch(1)
