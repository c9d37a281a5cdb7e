"""Text from outside as it may be shown: one line, not too long, nothing that acts on a screen."""

from __future__ import annotations

MOST_SHOWN = 2_000
"""Characters of a name that are shown."""

# Embeddings, overrides and isolates turn the text around them round: a name could pose as another.
_TURNING = frozenset((*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))))
_UNSEEN = "\N{REPLACEMENT CHARACTER}"
_CUT = "\N{HORIZONTAL ELLIPSIS}"


def one_line(text: str, most: int = MOST_SHOWN) -> str:
    """A text in one line, its control characters replaced, cut off where it is too long."""
    if text.isprintable() and len(text) <= most and text == text.strip():
        return text
    # What is cut off is not looked at: there may be a hundred million characters of it.
    words = text[: 4 * most].split()
    line = "".join(map(_seen, " ".join(words)))
    return line if len(line) <= most and len(text) <= 4 * most else line[: most - 1] + _CUT


def visible(text: str) -> str:
    """A text of several lines without anything that acts on a terminal."""
    if text.isprintable():
        return text
    return "".join(sign if sign in "\n\t" else _seen(sign) for sign in text)


def shortened(text: str, most: int) -> str:
    """A text whose middle is left out where it is too long; says how much is missing."""
    if len(text) <= most:
        return text
    half = most // 2
    left_out = len(text) - 2 * half
    return f"{text[:half]}\n{_CUT} {left_out} characters are left out {_CUT}\n{text[-half:]}"


def _seen(sign: str) -> str:
    code = ord(sign)
    control = code < 0x20 or 0x7F <= code < 0xA0 or code in (0x2028, 0x2029)
    return _UNSEEN if control or 0xD800 <= code < 0xE000 or sign in _TURNING else sign
