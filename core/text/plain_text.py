"""Text from outside as it may be shown: one line, not too long, nothing that acts on a screen."""

from __future__ import annotations

import re

MOST_SHOWN = 2_000
"""Characters of a name that are shown."""

# Embeddings, overrides and isolates turn the text around them round: a name could pose as another.
_TURNING = "\u202a-\u202e\u2066-\u2069"
_LINES, _LONE = "\u2028\u2029", "\ud800-\udfff"
_ACTS = re.compile(f"[\x00-\x1f\x7f-\x9f{_LINES}{_TURNING}{_LONE}]")
_ACTS_ON_LINES = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_LINES}{_TURNING}{_LONE}]")
_UNSEEN = "\N{REPLACEMENT CHARACTER}"
_CUT = "\N{HORIZONTAL ELLIPSIS}"


def one_line(text: str, most: int = MOST_SHOWN) -> str:
    """A text in one line, its control characters replaced, cut off where it is too long."""
    if text.isprintable() and len(text) <= most and text == text.strip():
        return text
    # What is cut off is not looked at: there may be a hundred million characters of it.
    words = text[: 4 * most].split()
    line = _ACTS.sub(_UNSEEN, " ".join(words))
    return line if len(line) <= most and len(text) <= 4 * most else line[: most - 1] + _CUT


def visible(text: str) -> str:
    """A text of several lines without anything that acts on a terminal."""
    if text.isprintable():
        return text
    return _ACTS_ON_LINES.sub(_UNSEEN, text)


def shortened(text: str, most: int) -> str:
    """A text whose middle is left out where it is too long; says how much is missing."""
    if len(text) <= most:
        return text
    half = most // 2
    left_out = len(text) - 2 * half
    return f"{text[:half]}\n{_CUT} {left_out} characters are left out {_CUT}\n{text[-half:]}"
