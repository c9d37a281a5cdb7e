"""Calls that are switched off go from the code, and only they."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.core.export.patch.reading import code, patched

OFF = {"prefetch.buffer_size": "off"}
NO_CACHE = {"cache.enabled": False}
BOTH = {**OFF, **NO_CACHE}
CASES: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "at the end of a chain": (
        "ds = tf.data.Dataset.range(9).batch(3).prefetch(2)",
        OFF,
        "ds = tf.data.Dataset.range(9).batch(3)",
    ),
    "in the middle of a chain": (
        "ds = tf.data.Dataset.range(9).cache().batch(3)",
        NO_CACHE,
        "ds = tf.data.Dataset.range(9).batch(3)",
    ),
    "two beside each other": (
        "ds = tf.data.Dataset.range(9).cache().prefetch(2).batch(3)",
        BOTH,
        "ds = tf.data.Dataset.range(9).batch(3)",
    ),
    "one of two prefetches": (
        "ds = tf.data.Dataset.range(9).prefetch(2).batch(3).prefetch(1)",
        {"prefetch[1].buffer_size": "off"},
        "ds = tf.data.Dataset.range(9).batch(3).prefetch(1)",
    ),
    "behind parentheses": (
        "ds = (tf.data.Dataset.range(9)).prefetch(2)",
        OFF,
        "ds = (tf.data.Dataset.range(9))",
    ),
    "in a return": (
        "def make(ds):\n    return ds.prefetch(2)\n",
        OFF,
        "def make(ds):\n    return ds\n",
    ),
    "among arguments": (
        "ds = tf.data.Dataset.zip((a.cache(), b.map(f)))",
        NO_CACHE,
        "ds = tf.data.Dataset.zip((a, b.map(f)))",
    ),
    "in a lambda": (
        "ds = ds.interleave(lambda f: tf.data.TFRecordDataset(f).prefetch(1), 4)",
        OFF,
        "ds = ds.interleave(lambda f: tf.data.TFRecordDataset(f), 4)",
    ),
    "in a condition": (
        "ds = ds.cache() if small else ds",
        NO_CACHE,
        "ds = ds if small else ds",
    ),
    "under another name": (
        "train = ds.prefetch(2)",
        OFF,
        "train = ds",
    ),
    "in an annotated assignment": (
        "ds: tf.data.Dataset = ds.prefetch(2)",
        OFF,
        "ds: tf.data.Dataset = ds",
    ),
    "the unbound method": (
        "train = tf.data.Dataset.prefetch(ds.map(f, 2), 2)",
        {**OFF, "map.num_parallel_calls": 4},
        "train = ds.map(f, 4)",
    ),
    "the unbound method on a condition": (
        "ds = tf.data.Dataset.prefetch(a if b else c, 2).batch(3)",
        OFF,
        "ds = (a if b else c).batch(3)",
    ),
    "a line of its own in parentheses": (
        """
        ds = (
            tf.data.Dataset.range(9)
            .map(parse)  # parsed
            .cache()
            .batch(3)  # of three
        )
        """,
        NO_CACHE,
        """
        ds = (
            tf.data.Dataset.range(9)
            .map(parse)  # parsed
            .batch(3)  # of three
        )
        """,
    ),
    "the last line in parentheses, the bracket on its own": (
        """
        ds = (
            tf.data.Dataset.range(9)
            .batch(3)  # of three
            .prefetch(2)
        )
        """,
        OFF,
        """
        ds = (
            tf.data.Dataset.range(9)
            .batch(3)  # of three
        )
        """,
    ),
    "the last line in parentheses, the bracket behind it": (
        """
        ds = (tf.data.Dataset.range(9)
              .batch(3)
              .prefetch(2))
        """,
        OFF,
        """
        ds = (tf.data.Dataset.range(9)
              .batch(3))
        """,
    ),
    "the last line in parentheses, a comment before it and the bracket behind it": (
        """
        ds = (tf.data.Dataset.range(9)
              .batch(3)  # of three
              .prefetch(2))
        """,
        OFF,
        """
        ds = (tf.data.Dataset.range(9)
              .batch(3)  # of three
              )
        """,
    ),
    "behind parentheses over several lines, indented": (
        """
        class Data:
            def make(self):
                return (
                    tf.data.Dataset.range(9)
                    .batch(3)
                ).prefetch(2)
        """,
        OFF,
        """
        class Data:
            def make(self):
                return (
                    tf.data.Dataset.range(9)
                    .batch(3)
                )
        """,
    ),
    "several lines in parentheses": (
        """
        ds = (
            tf.data.Dataset.range(9)
            .prefetch(
                2,
            )
            # Batches.
            .batch(3)
        )
        """,
        OFF,
        """
        ds = (
            tf.data.Dataset.range(9)
            # Batches.
            .batch(3)
        )
        """,
    ),
    "in the middle of backslashes": (
        """
        ds = tf.data.Dataset.range(9) \\
            .cache() \\
            .batch(3)
        """,
        NO_CACHE,
        """
        ds = tf.data.Dataset.range(9) \\
            .batch(3)
        """,
    ),
    "at the end of backslashes": (
        """
        ds = tf.data.Dataset.range(9) \\
            .batch(3) \\
            .cache() \\
            .prefetch(2)  # the end
        other = 1
        """,
        BOTH,
        """
        ds = tf.data.Dataset.range(9) \\
            .batch(3)  # the end
        other = 1
        """,
    ),
    "dots at the ends of lines": (
        """
        ds = tf.data.Dataset.range(9). \\
            cache(). \\
            batch(3)
        """,
        NO_CACHE,
        """
        ds = tf.data.Dataset.range(9). \\
            batch(3)
        """,
    ),
    "behind the bracket of a call over several lines": (
        """
        ds = ds.map(
            parse,
        ).prefetch(2)
        """,
        OFF,
        """
        ds = ds.map(
            parse,
        )
        """,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_calls_go_and_everything_else_stays(name: str, tmp_path: Path) -> None:
    before, changes, after = CASES[name]
    new, found = patched(tmp_path, code(before), changes)
    assert (new, found.not_done) == (code(after), ())
    assert code(before) != new


def test_a_comment_that_goes_with_its_line_is_told(tmp_path: Path) -> None:
    new, found = patched(tmp_path, "a = 1  # one\nds = ds.prefetch(2)  # two\nb = 2\n", OFF)
    assert new == "a = 1  # one\nb = 2\n"
    assert found.notes == ("In data.py the comment '# two' goes with its line.",)


def test_a_variable_that_goes_with_its_call_is_told(tmp_path: Path) -> None:
    _, found = patched(tmp_path, "ds = ds.batch(2).prefetch(BUFFER)\n", OFF)
    assert found.notes == ("BUFFER is no longer used in line 1 of data.py: the call goes.",)


def test_autotune_that_goes_needs_no_note(tmp_path: Path) -> None:
    text = "import tensorflow as tf\nds = ds.batch(2).prefetch(tf.data.AUTOTUNE)\n"
    _, found = patched(tmp_path, text, OFF)
    assert found.notes == ()
