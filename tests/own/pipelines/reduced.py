import dataclasses
import functools
import tensorflow as tf


@dataclasses.dataclass
class Splits:
    train: tf.data.Dataset
    test: tf.data.Dataset


def add(n):
    return lambda x: x + n


def make_dataset():
    ds = functools.reduce(lambda d, f: d.map(f), [add(1), add(2), add(3)], tf.data.Dataset.range(30))
    n = int(0.8 * len(ds))
    return Splits(train=ds.take(n).batch(5).prefetch(1), test=ds.skip(n).batch(5))


EXPECTED = ["range", "map", "take", "batch", "prefetch"]
COUNTS = {"map": 3}
