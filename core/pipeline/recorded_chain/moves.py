"""Where else a call of someone's code may stand, so that the same is trained on.

A shuffle may stand in front of a map, a batch in front of maps that then work on whole batches, and
an unbatch with the batch behind it may be left out. Whether a function gives the same for whole
batches only its elements say: they are compared when the pipeline is built.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.model.kinds import OneOf, Toggle
from core.model.knob import ENABLED, Knob

POSITION = "position"
AS_WRITTEN = "as_written"
_IN_FRONT = "in_front_of_"
BEFORE_SHUFFLE = "before_shuffle"
"""The own name of the added cache that a shuffle moves behind."""


@dataclass(frozen=True)
class Moves:
    """What of a call's place can be another.

    Attributes:
        maps: Of a shuffle or a batch: keys of the maps in front of which it may stand, in order.
        batch: Of a map: the batch that may stand in front of it; else empty.
        merges: Of an unbatch and the batches around it: first batch, unbatch, second batch.
        random: Of a batch: keys of those maps that draw random numbers.
        cache: Of a shuffle: key of the added cache that it stands behind where that is on.
    """

    maps: tuple[str, ...] = ()
    batch: str = ""
    merges: tuple[str, str, str] | None = None
    random: tuple[str, ...] = ()
    cache: str = ""

    def knobs(self, key: str, kind: str) -> tuple[Knob, ...]:
        """The knobs of a call's place."""
        if self.merges is not None and key == self.merges[1]:
            return (_UNBATCH,)
        if not self.maps or self.batch:
            return ()
        options = (AS_WRITTEN, *(f"{_IN_FRONT}{name}" for name in self.maps))
        return (replace(_BATCH_FIRST if kind == "batch" else _SHUFFLE, kind=OneOf(options)),)


NONE = Moves()


def place(option: object) -> str:
    """The key of the call that a value of ``position`` names; empty for as written."""
    return str(option).removeprefix(_IN_FRONT) if option not in (AS_WRITTEN, None) else ""


def in_front_of(key: str) -> str:
    """The value of ``position`` that names a call."""
    return f"{_IN_FRONT}{key}"


_SHUFFLE = Knob(
    name=POSITION,
    label="position",
    help="In front of a map the buffer holds what goes into the map: it fills without the map's "
    "work, and often takes less memory.",
    cannot_help="Helps the beginning of each epoch, not the rest of it.",
    kind=OneOf((AS_WRITTEN,)),
    default=AS_WRITTEN,
    advanced=True,
)
_BATCH_FIRST = Knob(
    name=POSITION,
    label="position",
    help="In front of a map, that and the maps behind it work on whole batches. Their elements are "
    "compared when the pipeline is built: it fails where they are others.",
    cannot_help="Helps where calling a function costs more than its work.",
    kind=OneOf((AS_WRITTEN,)),
    default=AS_WRITTEN,
    advanced=True,
)
_UNBATCH = Knob(
    name=ENABLED,
    label="on",
    help="Off, the batch behind it is left out too, and the one in front of it takes its size. "
    "Elements are compared when the pipeline is built: it fails where they are others.",
    cannot_help="Cannot help where taking batches apart is a small part of the work.",
    kind=Toggle(),
    default=True,
    advanced=True,
)
