"""Counts in words: the one place that makes plurals."""

from __future__ import annotations


def plural(count: int, noun: str, several: str = "") -> str:
    """``1 run``, ``2 runs``, ``1,000 batches``.

    Args:
        count: How many.
        noun: What, as of one.
        several: As of several, where it is not made with an *s*.
    """
    if count == 1:
        return f"1 {noun}"
    if noun.endswith("sis"):
        several = several or f"{noun[:-2]}es"
    ending = "es" if noun.endswith(("ch", "sh", "s", "x")) else "s"
    return f"{count:,} {several or noun + ending}"
