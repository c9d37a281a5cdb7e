"""Plain text, laid out."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from core.text.plain_text import visible

_WIDEST = 500
"""Characters of a cell; each row is as wide as the widest."""
_LINE = 80


def table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Rows in columns two spaces apart; the columns in ``right`` are aligned to the right."""
    if not rows:
        return ""
    rows = [[_in_one_line(text) for text in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            text.rjust(width) if index in right else text.ljust(width)
            for index, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _in_one_line(text: str) -> str:
    """A cell that ends where it ends: its line breaks would move all that follows."""
    short = text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return short if short.isprintable() else visible(" ".join(short.expandtabs(1).splitlines()))


def indented(text: str) -> str:
    """A paragraph, wrapped and moved to the right."""
    return textwrap.fill(text, _LINE, initial_indent="    ", subsequent_indent="    ")


def hanging(text: str) -> str:
    """A paragraph, wrapped; all lines but the first are moved to the right."""
    return textwrap.fill(text, _LINE, subsequent_indent="    ", break_long_words=False)
