"""Pipelines as people write them, and settings for them that differ from the code."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping


def _(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


AUTOTUNE = "autotune"
FILES: Mapping[str, tuple[Mapping[str, str], Mapping[str, object]]] = {
    "a statement for each call": (
        {
            "train.py": _(
                """
                import tensorflow as tf

                BATCH = 4

                def parse(x):
                    return x + 1

                def make_dataset():
                    ds = tf.data.Dataset.range(20)
                    ds = ds.map(parse)  # cheap
                    ds = ds.shuffle(10, seed=1)
                    ds = ds.batch(BATCH)
                    return ds
                """
            )
        },
        {
            "map.num_parallel_calls": AUTOTUNE,
            "shuffle.buffer_size": 5,
            "batch.batch_size": 3,
            "batch.drop_remainder": True,
            "+prefetch.buffer_size": AUTOTUNE,
            "+cache.enabled": True,
        },
    ),
    "a chain in parentheses, comments between": (
        {
            "train.py": _(
                """
                import tensorflow as tf

                AUTOTUNE = tf.data.AUTOTUNE

                def make_dataset():
                    return (
                        tf.data.Dataset.range(20)
                        # Twice as much.
                        .map(lambda x: x * 2, num_parallel_calls=AUTOTUNE)  # parsed
                        .cache()
                        .batch(
                            4,
                            drop_remainder=True,  # static shape
                        )
                        .prefetch(AUTOTUNE)
                    )
                """
            )
        },
        {
            "map.num_parallel_calls": "off",
            "cache.enabled": False,
            "batch.num_parallel_calls": 2,
            "prefetch.buffer_size": 3,
        },
    ),
    "backslashes, everything off": (
        {
            "train.py": _(
                """
                import tensorflow as tf

                def make_dataset():
                    ds = tf.data.Dataset.range(9) \\
                        .map(lambda x: x * 2, 2, False) \\
                        .cache() \\
                        .batch(2) \\
                        .prefetch(1)
                    return ds
                """
            )
        },
        {
            "map.num_parallel_calls": "off",
            "map.deterministic": "default",
            "cache.enabled": False,
            "prefetch.buffer_size": "off",
        },
    ),
    "statements that go": (
        {
            "train.py": _(
                """
                import tensorflow as tf

                def make_dataset(cached=True):
                    ds = tf.data.Dataset.range(9)
                    if cached:
                        ds = ds.cache()
                    ds = ds.batch(2)
                    ds = ds.prefetch(tf.data.experimental.AUTOTUNE)
                    return ds
                """
            )
        },
        {"cache.enabled": False, "prefetch.buffer_size": "off"},
    ),
    "interleave with a lambda": (
        {
            "train.py": _(
                """
                import tensorflow as tf

                def make_dataset():
                    ds = tf.data.Dataset.range(4)
                    ds = ds.interleave(
                        lambda n: tf.data.Dataset.range(n).map(lambda x: x + n).prefetch(1),
                        cycle_length=2)
                    return ds.batch(3)
                """
            )
        },
        {
            "interleave.cycle_length": 3,
            "interleave.block_length": 2,
            "interleave.num_parallel_calls": 2,
            "map.num_parallel_calls": 2,
            "prefetch.buffer_size": "off",
        },
    ),
    "interleave with a function over several statements": (
        {
            "train.py": _(
                """
                import tensorflow as tf

                def read(n):
                    ds = tf.data.Dataset.range(n)
                    ds = (
                        ds.map(lambda x: x + n)
                        .batch(2)
                    )
                    return ds.prefetch(2)

                def make_dataset():
                    ds = tf.data.Dataset.range(4).interleave(read, 2, 1, 2)
                    return ds.prefetch(1)
                """
            )
        },
        {
            "interleave.num_parallel_calls": "off",
            "map.num_parallel_calls": AUTOTUNE,
            "batch.batch_size": 3,
            "prefetch.buffer_size": "off",
            "prefetch.buffer_size#2": 4,
        },
    ),
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
    "a loop": (
        {
            "train.py": _(
                """
                import tensorflow as tf

                def make_dataset():
                    ds = tf.data.Dataset.range(9)
                    for step in (lambda x: x + 1, lambda x: x * 2):
                        ds = ds.map(step)
                    return ds
                """
            )
        },
        {"map.num_parallel_calls": 2, "+prefetch.buffer_size": 2},
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
    "the unbound style, several calls in a line": (
        {
            "train.py": _(
                """
                import tensorflow as tf
                Dataset = tf.data.Dataset

                def make_dataset():
                    ds = Dataset.map(Dataset.range(9).map(abs, 2), lambda x: x); ä = "ü"
                    return Dataset.prefetch(Dataset.batch(ds, 3), 2)
                """
            )
        },
        {
            "map.num_parallel_calls": "off",
            "map.num_parallel_calls#2": 3,
            "batch.drop_remainder": True,
            "prefetch.buffer_size": "off",
        },
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
