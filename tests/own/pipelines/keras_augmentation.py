import keras
import tensorflow as tf

data_augmentation = keras.Sequential([
    keras.layers.RandomFlip("horizontal", seed=1),
    keras.layers.RandomRotation(0.2, seed=2),
])


def make_dataset():
    images = tf.random.stateless_uniform((24, 8, 8, 3), seed=(1, 2))
    ds = tf.data.Dataset.from_tensor_slices((images, tf.range(24) % 2)).batch(4)
    return ds.map(lambda x, y: (data_augmentation(x, training=True), y)).prefetch(1)


EXPECTED = ["from_tensor_slices", "batch", "map", "prefetch"]
RANDOM = True
STATEFUL = True  # its state goes on from one call to the next
