# skip the heading of each file, leave out short lines
import tensorflow as tf
from sample_data import text_files

EXPECTED = ["from_tensor_slices", "flat_map", "TextLineDataset", "skip", "filter", "map", "batch"]


def survived(line):
    return tf.strings.length(line) > 4


def make_dataset():
    file_paths = sorted(str(p) for p in text_files().iterdir())
    files = tf.data.Dataset.from_tensor_slices(file_paths)
    lines = files.flat_map(lambda f: tf.data.TextLineDataset(f).skip(1))
    return lines.filter(survived).map(lambda line: tf.strings.length(line)).batch(5)
