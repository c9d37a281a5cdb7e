import tensorflow as tf
from sample_data import arrays

EXPECTED = ["from_tensor_slices", "cache", "repeat", "shuffle", "batch", "prefetch"]
ENDLESS = True


def make_dataset():
    x, y = arrays()
    weights = tf.where(y == 0, 2.0, 1.0)
    return tf.data.Dataset.from_tensor_slices((x, y, weights)).cache().repeat().shuffle(48, seed=1) \
        .batch(16).prefetch(tf.data.AUTOTUNE)


def make_model(classes=3):
    model = tf.keras.Sequential([tf.keras.Input((8,)), tf.keras.layers.Dense(classes)])
    model.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model
