import keras
import tensorflow as tf
from sample_data import arrays


def make_dataset():
    x, y = arrays()
    norm = keras.layers.Normalization()
    norm.adapt(x)
    hashing = keras.layers.CategoryEncoding(num_tokens=3, output_mode="one_hot")
    ds = tf.data.Dataset.from_tensor_slices((x, y)).batch(8)
    ds = ds.map(lambda x, y: (norm(x), hashing(y)), num_parallel_calls=tf.data.AUTOTUNE)
    return ds.prefetch(tf.data.AUTOTUNE)


def make_model():
    inputs = keras.Input((8,))
    return keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(inputs))


EXPECTED = ["from_tensor_slices", "batch", "map", "prefetch"]
