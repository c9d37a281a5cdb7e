# https://www.tensorflow.org/guide/data: consuming NumPy arrays
import tensorflow as tf

from sample_data import arrays

BATCH_SIZE = 16
EXPECTED = ["from_tensor_slices", "shuffle", "batch", "prefetch"]


def make_dataset():
    features, labels = arrays()
    dataset = tf.data.Dataset.from_tensor_slices((features, labels))
    return dataset.shuffle(100, seed=1).batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE)


def make_model():
    return tf.keras.Sequential([
        tf.keras.Input((8,)),
        tf.keras.layers.Dense(16, activation="relu"),
        tf.keras.layers.Dense(3),
    ])
