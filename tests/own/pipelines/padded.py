import tensorflow as tf

EXPECTED = ["range", "map", "padded_batch", "prefetch"]


def make_dataset():
    dataset = tf.data.Dataset.range(50)
    dataset = dataset.map(lambda x: (tf.fill([tf.cast(x % 7, tf.int32)], x), x % 2))
    dataset = dataset.padded_batch(4, padded_shapes=([None], []))
    return dataset.prefetch(tf.data.AUTOTUNE)
