import tensorflow as tf
from sample_data import arrays

EXPECTED = ["from_tensor_slices", "batch", "prefetch"]


def make_dataset():
    images, _ = arrays()
    return tf.data.Dataset.from_tensor_slices(images).batch(8, drop_remainder=True).prefetch(1)
