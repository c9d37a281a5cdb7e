"""Tooltips: as much of a text as can be read while the mouse rests."""

from __future__ import annotations

from core.text.plain_text import shortened

MOST_CHARACTERS = 4_000


def as_tip(text: str) -> str:
    """A text for a tooltip; Qt would lay out all of it, and hold up the window meanwhile."""
    return shortened(text, MOST_CHARACTERS)
