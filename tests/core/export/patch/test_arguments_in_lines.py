"""Other values for arguments of calls that take several lines, or stand among others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.core.export.patch.reading import code, patched

CALLS = "map.num_parallel_calls"
CASES: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "one argument a line, with a comma": (
        """
        ds = ds.map(
            parse,  # reads
        )
        """,
        {CALLS: 4},
        """
        ds = ds.map(
            parse,  # reads
            num_parallel_calls=4,
        )
        """,
    ),
    "one argument a line, without a comma": (
        """
        ds = ds.map(
            parse  # reads
        )
        """,
        {CALLS: 4, "map.deterministic": "off"},
        """
        ds = ds.map(
            parse,  # reads
            num_parallel_calls=4,
            deterministic=False
        )
        """,
    ),
    "one argument a line, neither comma nor comment": (
        """
        class Data:
            def make(self, ds):
                return ds.map(
                    lambda s: (
                        s + 1
                    )
                ).batch(2)
        """,
        {CALLS: 4, "map.deterministic": "off"},
        """
        class Data:
            def make(self, ds):
                return ds.map(
                    lambda s: (
                        s + 1
                    ),
                    num_parallel_calls=4,
                    deterministic=False
                ).batch(2)
        """,
    ),
    "a value in parentheses over several lines": (
        """
        class Data:
            def make(self, ds):
                return ds.map(
                    num_parallel_calls=(  # how many
                        4
                    ),
                    map_func=parse,
                )
        """,
        {CALLS: 8},
        """
        class Data:
            def make(self, ds):
                return ds.map(
                    num_parallel_calls=8,
                    map_func=parse,
                )
        """,
    ),
    "one argument a line, the bracket behind the last": (
        """
        ds = ds.interleave(read,
                           cycle_length=4)
        """,
        {"interleave.num_parallel_calls": 4},
        """
        ds = ds.interleave(read,
                           cycle_length=4,
                           num_parallel_calls=4)
        """,
    ),
    "an argument with a line of its own goes with it": (
        """
        ds = ds.map(
            parse,  # reads
            num_parallel_calls=4,
            deterministic=False,
        )
        """,
        {CALLS: "off"},
        """
        ds = ds.map(
            parse,  # reads
            deterministic=False,
        )
        """,
    ),
    "the last argument goes, which had no comma": (
        """
        ds = ds.map(
            parse,  # reads
            num_parallel_calls=4
        )
        """,
        {CALLS: "off"},
        """
        ds = ds.map(
            parse  # reads
        )
        """,
    ),
    "the last argument goes, the bracket behind it": (
        """
        ds = ds.map(parse,
                    num_parallel_calls=4)
        """,
        {CALLS: "off"},
        """
        ds = ds.map(parse)
        """,
    ),
    "the last argument goes, a comment before it": (
        """
        ds = ds.map(parse,  # reads
                    num_parallel_calls=4)
        """,
        {CALLS: "off"},
        """
        ds = ds.map(parse,  # reads
                    )
        """,
    ),
    "a lambda over several lines": (
        """
        ds = ds.map(lambda x: (
            x + 1,  # next
        ))
        """,
        {CALLS: 4},
        """
        ds = ds.map(lambda x: (
            x + 1,  # next
        ), num_parallel_calls=4)
        """,
    ),
    "in a loop": (
        """
        for one in (a, b):
            ds = ds.map(one)
        """,
        {CALLS: 4},
        """
        for one in (a, b):
            ds = ds.map(one, num_parallel_calls=4)
        """,
    ),
    "in a decorated method of a class, behind a comment": (
        """
        class Data:
            @staticmethod
            @decorated(1)
            def make(self):
                # In parallel?
                return self.ds.map(self.parse)  # not yet
        """,
        {CALLS: 4},
        """
        class Data:
            @staticmethod
            @decorated(1)
            def make(self):
                # In parallel?
                return self.ds.map(self.parse, num_parallel_calls=4)  # not yet
        """,
    ),
    "a chain with backslashes": (
        """
        ds = tf.data.Dataset.range(9) \\
            .map(parse) \\
            .batch(3)
        """,
        {CALLS: 4, "batch.batch_size": 5},
        """
        ds = tf.data.Dataset.range(9) \\
            .map(parse, num_parallel_calls=4) \\
            .batch(5)
        """,
    ),
    "a chain in parentheses with comments between": (
        """
        ds = (
            tf.data.Dataset.range(9)
            # First
            .map(parse)  # parsed
            # Then
            .batch(3)
        )
        """,
        {CALLS: 4, "batch.batch_size": 5},
        """
        ds = (
            tf.data.Dataset.range(9)
            # First
            .map(parse, num_parallel_calls=4)  # parsed
            # Then
            .batch(5)
        )
        """,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_arguments_change_and_lines_stay_as_they_are(name: str, tmp_path: Path) -> None:
    before, changes, after = CASES[name]
    new, found = patched(tmp_path, code(before), changes)
    assert (new, found.not_done) == (code(after), ())
    assert code(before) != new
