import tensorflow as tf
from sample_data import text_files

EXPECTED = ["from_tensor_slices", "interleave", "TextLineDataset", "skip", "map", "map", "batch",
            "prefetch"]


def read(path):
    return (tf.data.TextLineDataset(path)
            .skip(1)
            .map(tf.strings.lower).map(lambda t: tf.strings.split(t)[0]))


def make_dataset():
    paths = sorted(map(str, text_files().glob("*.txt")))
    ds = tf.data.Dataset.from_tensor_slices(paths)
    ds = ds.interleave(read, cycle_length=3, block_length=1, num_parallel_calls=tf.data.AUTOTUNE)
    return ds.batch(6).prefetch(tf.data.AUTOTUNE)
