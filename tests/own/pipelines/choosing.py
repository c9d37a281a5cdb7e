import tensorflow as tf


def make_dataset():
    datasets = [tf.data.Dataset.from_tensors(tf.constant(i, tf.int64)).repeat() for i in (3, 4)]
    choice = tf.data.Dataset.range(40).take(30).map(lambda i: i % 2)
    chosen = tf.data.Dataset.choose_from_datasets(datasets, choice).enumerate()
    tail = tf.data.Dataset.from_tensor_slices(([7, 8], [9, 9])).map(
        lambda a, b: (tf.cast(a, tf.int64), tf.cast(b, tf.int64)))
    return chosen.concatenate(tail).batch(6)


EXPECTED = ["from_tensors", "repeat", "range", "take", "map", "choose_from_datasets", "enumerate",
            "from_tensor_slices", "map", "concatenate", "batch"]
