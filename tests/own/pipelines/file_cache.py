import os
import tempfile
import tensorflow as tf


def make_dataset():
    where = os.path.join(tempfile.mkdtemp(), 'cache')
    d = tf.data.Dataset.range(30); d = d.map(lambda x: x * 3); d = d.cache(filename=where); return d.batch(4)


EXPECTED = ["range", "map", "cache", "batch"]
