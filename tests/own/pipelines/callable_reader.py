import tensorflow as tf


class Reader:
    """Given as it is to interleave: AutoGraph converts its __call__."""

    def __init__(self, factor):
        self.factor = factor

    def __call__(self, n):
        if n > 1:
            n = n * self.factor

        def rows(count):
            return tf.data.Dataset.range(count).map(lambda v: v + n).batch(2)

        first = rows(n).unbatch()
        return first.concatenate(rows(n + 1).unbatch()).map(self.scale).map(
            self.scale)

    def scale(self, x):
        return x * self.factor


def make_dataset():
    return tf.data.Dataset.range(4).interleave(Reader(3), cycle_length=2, num_parallel_calls=2).batch(5)


EXPECTED = ["range", "interleave", "range", "map", "batch", "unbatch", "range", "map", "batch",
            "unbatch", "concatenate", "map", "map", "batch"]
