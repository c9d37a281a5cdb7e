"""Statements go with the calls that were all there was to them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.core.export.patch.reading import code, patched

OFF = {"prefetch.buffer_size": "off"}
NO_CACHE = {"cache.enabled": False}
BOTH = {**OFF, **NO_CACHE}
CASES: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "a whole statement": (
        """
        def make(ds):
            ds = ds.batch(3)
            ds = ds.prefetch(2)
            return ds
        """,
        OFF,
        """
        def make(ds):
            ds = ds.batch(3)
            return ds
        """,
    ),
    "a whole statement with both": (
        """
        self.ds = self.ds.cache().prefetch(2)
        other = 1
        """,
        BOTH,
        """
        other = 1
        """,
    ),
    "a whole statement in the unbound style": (
        "ds = tf.data.Dataset.prefetch(ds, 2)\nother = 1\n",
        OFF,
        "other = 1\n",
    ),
    "a whole statement over several lines, a comment above": (
        """
        # Everything else.
        ds = ds.prefetch(
            2
        )
        other = 1
        """,
        OFF,
        """
        # Everything else.
        other = 1
        """,
    ),
    "a statement that is a block by itself": (
        """
        if fast:
            ds = ds.prefetch(2)
        else:
            ds = ds.batch(2)
        """,
        OFF,
        """
        if fast:
            pass
        else:
            ds = ds.batch(2)
        """,
    ),
    "statements that are a block together": (
        """
        if fast:
            ds = ds.cache()
            ds = ds.prefetch(2)
        """,
        BOTH,
        """
        if fast:
            pass
        """,
    ),
    "a block in one line": (
        "if fast: ds = ds.prefetch(2)\n",
        OFF,
        "if fast: pass\n",
    ),
    "the first of several statements in a line": (
        "ds = ds.cache(); ds = ds.batch(3)\n",
        NO_CACHE,
        "ds = ds.batch(3)\n",
    ),
    "the last of several statements in a line": (
        "ds = ds.batch(3); ds = ds.prefetch(2)\n",
        OFF,
        "ds = ds.batch(3)\n",
    ),
    "the only statement of a file without a newline at its end": (
        "ds = ds.batch(3)\nds = ds.prefetch(2)",
        OFF,
        "ds = ds.batch(3)\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_statements_go_and_everything_else_stays(name: str, tmp_path: Path) -> None:
    before, changes, after = CASES[name]
    new, found = patched(tmp_path, code(before), changes)
    assert (new, found.not_done) == (code(after), ())
    assert code(before) != new
