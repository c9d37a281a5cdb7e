"""Pipelines with helpers, classes and other files, and settings that differ from the code."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping


def _(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


AUTOTUNE = "autotune"
FILES: Mapping[str, tuple[Mapping[str, str], Mapping[str, object]]] = {
    "helpers in another file": (
        {
            "train.py": _(
                """
                from helpers import finish, read

                def make_dataset():
                    return finish(read())
                """
            ),
            "helpers.py": _(
                """
                import functools

                import tensorflow as tf

                def scale(x, by):
                    return x * by

                def read():
                    ds = tf.data.Dataset.range(12)
                    return ds.map(functools.partial(scale, by=3))

                def finish(ds):
                    return ds.batch(4)
                """
            ),
        },
        {
            "map.num_parallel_calls": 2,
            "+cache.enabled": True,
            "batch.batch_size": 5,
            "+prefetch.buffer_size": 2,
        },
    ),
    "helpers that know nothing of TensorFlow": (
        {
            "train.py": _(
                """
                import tensorflow as tf
                import helpers

                def make_dataset():
                    return helpers.finish(tf.data.Dataset.range(12))
                """
            ),
            "helpers.py": _(
                """
                def finish(ds):
                    return ds.map(lambda x: x + 1).batch(4)
                """
            ),
        },
        {"map.num_parallel_calls": AUTOTUNE, "+prefetch.buffer_size": AUTOTUNE},
    ),
    "one helper, used twice": (
        {
            "train.py": _(
                """
                import tensorflow as tf

                def part(n):
                    return tf.data.Dataset.range(n).map(lambda x: x + 1)

                def make_dataset():
                    ds = tf.data.Dataset.zip((part(8), part(9)))
                    return ds.batch(2)
                """
            )
        },
        {"map.num_parallel_calls": 2, "map.num_parallel_calls#2": 2},
    ),
    "a pair of datasets": (
        {
            "train.py": _(
                """
                import tensorflow as tf

                def make_dataset():
                    full = tf.data.Dataset.range(20)
                    val = full.take(5).batch(5)
                    train = full.skip(5).map(lambda x: x + 1).shuffle(8, seed=2).batch(5)
                    return train, val
                """
            )
        },
        {"shuffle.buffer_size": 4, "+prefetch.buffer_size": AUTOTUNE, "+cache.enabled": True},
    ),
    "a class": (
        {
            "train.py": _(
                """
                import tensorflow as tf

                class Data:
                    AUTO = tf.data.AUTOTUNE

                    def __init__(self, size):
                        self.ds = tf.data.Dataset.range(size)

                    def parse(self, x):
                        return x, x * 2

                    def train(self):
                        self.ds = self.ds.map(self.parse, num_parallel_calls=self.AUTO)
                        self.ds = self.ds.batch(3)
                        self.ds = self.ds.prefetch(self.AUTO)
                        return self.ds

                def make_dataset():
                    return Data(10).train()
                """
            )
        },
        {"map.num_parallel_calls": "off", "prefetch.buffer_size": "off", "batch.batch_size": 4},
    ),
    "apply, a condition and a walrus": (
        {
            "train.py": _(
                """
                import tensorflow as tf
                from tensorflow.data import AUTOTUNE as AUTO

                def finish(size):
                    return lambda ds: ds.batch(size, drop_remainder=True)

                def make_dataset(fast=False):
                    if (ds := tf.data.Dataset.range(9).map(lambda x: x)):
                        ds = ds.map(lambda x: x + 1, AUTO) if fast else ds.map(lambda x: x - 1)
                    return ds.apply(finish(2))
                """
            )
        },
        {
            "map.num_parallel_calls": AUTOTUNE,
            "map.num_parallel_calls#2": 2,
            "batch.batch_size": 3,
            "+prefetch.buffer_size": AUTOTUNE,
        },
    ),
    "padded batches of what a generator gives": (
        {
            "train.py": _(
                """
                import tensorflow as tf

                def rows():
                    for n in range(1, 8):
                        yield [n] * n

                def make_dataset():
                    return tf.data.Dataset.from_generator(
                        rows, output_signature=tf.TensorSpec([None], tf.int32)
                    ).padded_batch(3)
                """
            )
        },
        {"padded_batch.batch_size": 2, "padded_batch.drop_remainder": True,
         "+prefetch.buffer_size": 1},
    ),
    "text files": (
        {
            "train.py": _(
                """
                import pathlib

                import tensorflow as tf

                HERE = pathlib.Path(__file__).parent

                def make_dataset():
                    files = sorted(str(f) for f in HERE.glob("*.py"))
                    return tf.data.TextLineDataset(files, None, None, 2).take(6).batch(2)
                """
            )
        },
        {"TextLineDataset.num_parallel_reads": "off", "batch.batch_size": 3},
    ),
}  # fmt: skip
