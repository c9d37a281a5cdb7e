"""Calls that a dataset does not come from, and that say something about it all the same."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Sequence
from functools import lru_cache

from core.model.recorded_call import RecordedCall, Site
from core.pipeline.methods import method_of
from core.user_code.observed.observer import Observer


def calls_beside(observer: Observer, calls: Sequence[RecordedCall]) -> tuple[RecordedCall, ...]:
    """Calls that stand as statements of their own (``data.map(flip)``), and caches in files.

    Args:
        observer: Watched while the datasets were made.
        calls: Those that the dataset comes from.
    """
    taken = {call.path for call in calls}
    return tuple(
        RecordedCall(
            method_of(seen.method).kind,
            seen.method,
            path,
            seen.arguments,
            seen.given,
            function=seen.function,
        )
        for path, seen in observer.seen.items()
        if path not in taken
        and seen.inside is None
        and (_is_statement(path[-1]) or (seen.method == "cache" and seen.arguments["filename"]))
    )


def _is_statement(site: Site) -> bool:
    if site.library or site.column < 0:
        return False
    span = site.line, site.column, site.end_line, site.end_column
    return span in _statements("".join(linecache.getlines(site.file)))


@lru_cache(maxsize=16)
def _statements(source: str) -> frozenset[tuple[int, int, int | None, int | None]]:
    """Where the calls of a file stand that are statements by themselves."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return frozenset()
    calls = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    )
    return frozenset(
        (call.lineno, call.col_offset, call.end_lineno, call.end_col_offset) for call in calls
    )
