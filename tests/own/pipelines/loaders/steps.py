import tensorflow as tf


def to_float(x):
    return tf.cast(x, tf.float32)


def finish(dataset, *, batch_size):
    return dataset.batch(batch_size).prefetch(tf.data.AUTOTUNE)
