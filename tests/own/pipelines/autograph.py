import tensorflow as tf


def collatz(n):
    steps = tf.constant(0, tf.int64)
    while n > 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps


def expand(n):
    parts = tf.data.Dataset.range(n)
    if n > 2:
        n = n - 1
    for _ in range(2):
        parts = parts.map(lambda i: i + n)
    return parts.map(collatz).map(
        lambda s: s + 1
    ).batch(2)


def make_dataset():
    return (tf.data.Dataset.range(1, 7).flat_map(expand).unbatch()
            .batch(3))


EXPECTED = ["range", "flat_map", "range", "map", "map", "map", "batch", "unbatch", "batch"]
