import tensorflow as tf

EXPECTED = ["from_tensor_slices", "map", "ragged_batch", "prefetch"]


def make_dataset():
    texts = tf.constant(["a b c", "d", "e f", "g h i j", "k l", "m", "n o p"])
    labels = [0, 1, 0, 1, 0, 1, 1]
    return (tf.data.Dataset.from_tensor_slices((texts, labels))
            .map(lambda text, label: (tf.strings.split(text), label))
            .ragged_batch(3).prefetch(2))
