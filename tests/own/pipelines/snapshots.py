import tempfile
import tensorflow as tf


def make_dataset():
    folder = tempfile.mkdtemp()
    return tf.data.Dataset.range(30).map(lambda x: x ** 2).snapshot(folder).shuffle(30, seed=1).batch(5).prefetch(1)


EXPECTED = ["range", "map", "snapshot", "shuffle", "batch", "prefetch"]
