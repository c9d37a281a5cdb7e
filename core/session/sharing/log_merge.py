"""How the log of a run from elsewhere relates to the one that is here, and how it is taken over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from enum import Enum

from core.model.events import RunEnded
from core.model.run import Label, Run, RunState
from core.records.decode import Decoder
from core.records.encode import encode, starts_as
from core.records.entries import Relabelled, RunBegun
from core.records.frames import FrameReader, frame

_BEGIN = Decoder(RunBegun)
_INTERRUPTED = encode(RunEnded(RunState.INTERRUPTED)).partition(b',"failure"')[0]
"""The last word that a log gets where it is found without: nothing that was measured."""


class Meeting(Enum):
    """What the log from elsewhere is to the one that is here."""

    SAME = "the same was measured"
    LONGER = "it goes on where the one that is here ends"
    SHORTER = "the one that is here goes on where it ends"
    OTHER = "it holds something else"


@dataclass(frozen=True)
class RecordDigests:
    """What was measured, whatever a person made of the run since: digests of records in order."""

    digests: tuple[bytes, ...]

    @staticmethod
    def of(log: bytes) -> RecordDigests:
        """Of a log's content; what number and label the run has does not count."""
        return RecordDigests(tuple(_digests(log)))

    def meets(self, here: RecordDigests) -> Meeting:
        """How this one stands to that of the log that is here."""
        common = min(len(self.digests), len(here.digests))
        if self.digests[:common] != here.digests[:common]:
            return Meeting.OTHER
        if len(self.digests) == len(here.digests):
            return Meeting.SAME
        return Meeting.LONGER if len(self.digests) > len(here.digests) else Meeting.SHORTER


def taken_over(log: bytes, run: Run, number: int, label: Label) -> bytes:
    """The log of a run from elsewhere as it is kept here.

    What cannot be read at its end is left out. Where its label is to be another one, that follows
    as a record, as when a person relabels a run; where its number is, the first record says so.

    Args:
        log: Its content.
        run: The run that it holds.
        number: Under which it is listed here.
        label: What the person here has of it.
    """
    reader = FrameReader(log)
    records = reader.payloads()
    first: RunBegun = _BEGIN.decode(next(records))
    end_of_first = reader.good_bytes
    for _ in records:
        pass
    begin = log[:end_of_first]
    if number != run.number:
        begin = frame(encode(replace(first, number=number)), 0)
    merged = begin + log[end_of_first : reader.good_bytes]
    if label == run.label:
        return merged
    return merged + frame(encode(Relabelled(**asdict(label))), reader.next_sequence)


def _digests(log: bytes) -> Iterator[bytes]:
    for at, payload in enumerate(FrameReader(log).payloads()):
        if at == 0:
            payload = encode(replace(_BEGIN.decode(payload), number=0, label=Label()))
        elif starts_as(payload, Relabelled) or payload.startswith(_INTERRUPTED):
            continue
        yield hashlib.sha256(payload).digest()
