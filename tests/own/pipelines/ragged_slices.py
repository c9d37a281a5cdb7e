import tensorflow as tf

EXPECTED = ["from_tensor_slices", "shuffle", "batch"]


def make_dataset():
    sequences = tf.ragged.constant([[1, 2, 3], [], [4], [5, 6], [7, 8, 9, 10], [11]])
    return tf.data.Dataset.from_tensor_slices((sequences, [0, 1, 0, 1, 0, 1])).shuffle(6, seed=1).batch(2)
