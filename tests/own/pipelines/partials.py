import functools
from functools import partial

import tensorflow as tf
from sample_data import tfrecords

read = functools.partial(tf.data.TFRecordDataset, buffer_size=1024)
batched = partial(tf.data.Dataset.batch, batch_size=5)


def scale(record, factor):
    return tf.strings.length(record) * factor


def make_dataset():
    files = sorted(str(f) for f in tfrecords().iterdir())
    ds = tf.data.Dataset.from_tensor_slices(files).interleave(read, cycle_length=2)
    ds = ds.map(partial(scale, factor=3), num_parallel_calls=2)
    return batched(ds).prefetch(1)


# partial(tf.data.Dataset.batch) was made before anything watched: it is shown, without knobs
EXPECTED = ["from_tensor_slices", "interleave", "TFRecordDataset", "map", "batch", "prefetch"]
FIXED = ["batch"]
