import tensorflow as tf
from sample_data import images

LIBRARY = True


def make_dataset():
    train_ds = tf.keras.utils.image_dataset_from_directory(
        images(), seed=123, image_size=(8, 8), batch_size=4, verbose=False)
    normalization_layer = tf.keras.layers.Rescaling(1. / 255)
    train_ds = train_ds.map(lambda x, y: (normalization_layer(x), y))
    return train_ds.cache().prefetch(buffer_size=tf.data.AUTOTUNE)


EXPECTED = ["from_tensor_slices", "from_tensor_slices", "zip", "shuffle", "map", "batch", "prefetch",
            "map", "cache", "prefetch"]
