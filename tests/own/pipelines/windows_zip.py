import tensorflow as tf

feature_length, label_length = 10, 3


def make_dataset():
    range_ds = tf.data.Dataset.range(200).map(lambda t: tf.cast(t, tf.float32))
    features = range_ds.batch(feature_length, drop_remainder=True)
    labels = range_ds.batch(feature_length).skip(1).map(lambda labels: labels[:label_length])
    return tf.data.Dataset.zip((features, labels)).batch(4).prefetch(1)


EXPECTED = ["range", "map", "batch", "batch", "skip", "map", "zip", "batch", "prefetch"]
