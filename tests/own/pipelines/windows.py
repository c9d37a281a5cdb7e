import tensorflow as tf

EXPECTED = ["range", "window", "flat_map", "batch", "map", "batch"]


def make_window_dataset(ds, window_size=5, shift=1, stride=1):
    windows = ds.window(window_size, shift=shift, stride=stride)

    def sub_to_batch(sub):
        return sub.batch(window_size, drop_remainder=True)

    windows = windows.flat_map(sub_to_batch)
    return windows


def make_dataset():
    range_ds = tf.data.Dataset.range(100)
    ds = make_window_dataset(range_ds, window_size=10, shift=5, stride=3)
    return ds.map(lambda b: (b[:-1], b[1:])).batch(4)
