"""Pipelines as people write them, and settings for them that differ from the code."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping


def _(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


AUTOTUNE = "autotune"
FILES: Mapping[str, tuple[Mapping[str, str], Mapping[str, object]]] = {
    "a batch that moves in front of a map, over a shuffle": (
        {
            "train.py": _(
                """
                import tensorflow as tf

                def make_dataset():
                    ds = tf.data.Dataset.range(20)
                    ds = ds.map(lambda x: x * 2)
                    ds = ds.shuffle(10, seed=1)
                    ds = ds.batch(4)
                    return ds
                """
            )
        },
        {"batch.position": "in_front_of_map", "map.num_parallel_calls": 2,
         "+prefetch.buffer_size": 3},
    ),
    "a batch that moves in front of both maps of one expression": (
        {
            "train.py": _(
                """
                import tensorflow as tf

                def double(x):
                    return x * 2

                def make_dataset():
                    return (
                        tf.data.Dataset.range(20)
                        .map(double)  # first
                        .map(lambda x: x + 1)
                        .batch(4, drop_remainder=True)
                    )
                """
            )
        },
        {"batch.position": "in_front_of_map[double]", "+prefetch.buffer_size": AUTOTUNE},
    ),
    "a shuffle that moves in front of a map and gets another size": (
        {
            "train.py": _(
                """
                import tensorflow as tf

                def make_dataset(size=8):
                    ds = tf.data.Dataset.range(20).map(lambda x: x * 2)
                    ds = ds.shuffle(size, seed=1)
                    return ds.batch(4)
                """
            )
        },
        {"shuffle.position": "in_front_of_map", "shuffle.buffer_size": 5},
    ),
    "a cache in front of a shuffle that follows it behind two maps": (
        {
            "train.py": _(
                """
                import tensorflow as tf

                def make_dataset():
                    ds = tf.data.Dataset.range(20).shuffle(20, seed=1)
                    ds = ds.map(lambda x: x * 2, num_parallel_calls=2)
                    ds = ds.map(lambda x: x + 1).batch(4)
                    return ds.prefetch(1)
                """
            )
        },
        {"+cache.enabled": True},
    ),
    "an unbatch and the batch behind it that go": (
        {
            "train.py": _(
                """
                import tensorflow as tf

                def make_dataset():
                    ds = tf.data.Dataset.range(20).batch(2)
                    ds = ds.map(lambda x: x * 2)
                    ds = ds.unbatch()
                    ds = ds.batch(8)
                    return ds
                """
            )
        },
        {"unbatch.enabled": False, "map.num_parallel_calls": 2},
    ),
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
}  # fmt: skip
