import tensorflow as tf
from tensorflow.data import Dataset, AUTOTUNE

EXPECTED = ["range", "map", "filter", "batch", "prefetch"]


def make_dataset():
    ds = Dataset.map(Dataset.range(40), lambda x: x + 1, AUTOTUNE)
    ds = tf.data.Dataset.filter(ds, predicate=lambda x: x % 3 > 0)
    ds = getattr(ds, "batch")(4)
    return Dataset.prefetch(ds, buffer_size=AUTOTUNE)
