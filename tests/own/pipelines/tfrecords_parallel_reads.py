import glob
import tensorflow as tf
from sample_data import tfrecords

EXPECTED = ["TFRecordDataset", "batch", "map", "prefetch"]
SPEC = {"image": tf.io.FixedLenFeature([], tf.string), "label": tf.io.FixedLenFeature([], tf.int64)}


def parse_batch(serialized):
    parsed = tf.io.parse_example(serialized, SPEC)
    label = parsed.pop("label")
    pixels = tf.io.decode_raw(parsed["image"], tf.uint8)
    return {"pixels": tf.cast(pixels, tf.float32)}, label


def make_dataset(batch_size=6):
    filenames = sorted(glob.glob(f"{tfrecords()}/*.tfrecord"))
    raw_dataset = tf.data.TFRecordDataset(filenames, num_parallel_reads=tf.data.AUTOTUNE)
    return raw_dataset.batch(batch_size).map(parse_batch, num_parallel_calls=4).prefetch(2)
