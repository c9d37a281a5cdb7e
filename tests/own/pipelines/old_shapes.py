# names that TensorFlow still has
import tensorflow as tf

EXPECTED = ["range", "apply", "apply", "prefetch"]


def make_dataset():
    ds = tf.data.Dataset.range(24)
    ds = ds.apply(tf.data.experimental.shuffle_and_repeat(24, count=2, seed=1))
    ds = ds.apply(tf.data.experimental.map_and_batch(lambda x: x + 1, 6))
    return ds.prefetch(1)
