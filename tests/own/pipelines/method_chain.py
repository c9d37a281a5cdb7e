import tensorflow as tf
AUTO = tf.data.AUTOTUNE
EXPECTED = ["range", "map", "cache", "shuffle", "batch", "map", "prefetch"]

def make_dataset():
    return (
        tf.data.Dataset.range(64)
        # once
        .map(lambda x: tf.cast(x, tf.float32) / 64.0, num_parallel_calls=AUTO)
        .cache()
        .shuffle(
            64,
            seed=7,
        )
        .batch(8, drop_remainder=True)
        .map(lambda x: (x[:, tf.newaxis], 2 * x), num_parallel_calls=AUTO)
        .prefetch(AUTO)
    )
