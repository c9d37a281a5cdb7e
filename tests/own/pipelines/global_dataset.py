# made at the top of the file: known, but not a stage
import tensorflow as tf

raw = tf.data.Dataset.range(30).map(lambda x: x + 1)


def make_dataset():
    return raw.batch(4).prefetch(1)


EXPECTED = ["dataset", "batch", "prefetch"]
FIXED = ["dataset"]
