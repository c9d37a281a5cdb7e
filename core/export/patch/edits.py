"""Edits of a text: what stands between two offsets becomes something else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class CannotEditError(Exception):
    """Something cannot be edited safely; the message is the end of a sentence that says why."""


@dataclass(frozen=True)
class Edit:
    """One replacement. Offsets are in bytes of the text as UTF-8, as Python's columns are.

    Attributes:
        start: Where it begins.
        end: Behind the last byte that goes; ``start`` where something is only put in.
        new: What stands there afterwards.
        late: Among texts put in at one place, it comes behind those that are not late.
    """

    start: int
    end: int
    new: bytes = b""
    late: bool = False


def applied(text: bytes, edits: Iterable[Edit]) -> bytes:
    """The text with all edits in it.

    Removals that overlap are one; everything else must lie apart.

    Raises:
        CannotEditError: Two edits are of the same place.
    """
    pieces: list[bytes] = []
    position = 0
    removed = False
    # Those of one place stay in the order in which they came.
    once = dict.fromkeys(edits)
    for edit in sorted(once, key=lambda edit: (edit.start, edit.end, edit.late)):
        removal = not edit.new
        if edit.start < position and not (removal and removed):
            raise CannotEditError("two changes are of the same place in the code")
        pieces += (text[position : max(position, edit.start)], edit.new)
        position = max(position, edit.end)
        removed = removal
    return b"".join((*pieces, text[position:]))
