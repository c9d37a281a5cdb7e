import os

import tensorflow as tf

from sample_data import tfrecords

EXPECTED = ["list_files", "interleave", "TFRecordDataset", "map", "shuffle", "batch", "prefetch"]
feature_description = {
    "image": tf.io.FixedLenFeature([], tf.string, default_value=""),
    "label": tf.io.FixedLenFeature([], tf.int64, default_value=0),
}


def _parse_function(example_proto):
    parsed = tf.io.parse_single_example(example_proto, feature_description)
    image = tf.io.decode_raw(parsed["image"], tf.uint8)
    image = tf.cast(tf.reshape(image, [2, 2, 3]), tf.float32) / 255.
    return image, parsed["label"]


def make_dataset():
    files = tf.data.Dataset.list_files(os.path.join(str(tfrecords()), "*.tfrecord"), shuffle=False)
    ds = files.interleave(tf.data.TFRecordDataset, cycle_length=2, block_length=2,
                          num_parallel_calls=2)
    ds = ds.map(_parse_function)
    ds = ds.shuffle(buffer_size=24, seed=3)
    ds = ds.batch(4)
    ds = ds.prefetch(1)
    return ds
