"""Rows of a trace's picture, and what of them lies in a stretch of time.

What is drawn of a row at any scale costs the same, however many events it has: a row knows how much
of it was busy up to any moment, so that each pixel's share is a difference of two numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from core.model.measured.samples import FloatArray, IntArray
from core.python_versions import StrEnum
from core.timeline.gpu import union

UNNAMED = -1


class EventKind(StrEnum):
    """What a part of a row is, for its colour."""

    WAIT = "waiting for input"
    TRAIN = "train step"
    STEP = "step"
    HOST = "host"
    STAGE = "stage"
    FUNCTION = "function of a stage"
    BUFFER = "in a buffer"
    KERNEL = "kernel"
    COPY = "copy"
    OTHER = "other"


@dataclass(frozen=True)
class RowPart:
    """Events of a row that have one colour; arrays of shape ``(events,)``, by their start.

    Attributes:
        tone: What they are.
        start_s: When each began, in seconds since the trace began.
        end_s: When it ended.
        name_index: Index of its name in ``Capture.names``; ``UNNAMED`` for that of its tone.
    """

    tone: EventKind
    start_s: FloatArray
    end_s: FloatArray
    name_index: IntArray

    @cached_property
    def _union(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Stretches in which something went on, and how much of that lies before each."""
        spans = union([np.stack([self.start_s, self.end_s], axis=1)])
        before = np.append(0.0, np.cumsum(spans[:, 1] - spans[:, 0]))[:-1]
        return spans[:, 0], spans[:, 1], before

    @cached_property
    def _latest_end_s(self) -> FloatArray:
        latest: FloatArray = np.maximum.accumulate(self.end_s)
        return latest

    def busy_until(self, at_s: FloatArray) -> FloatArray:
        """How long something went on before each of these moments, in seconds."""
        starts, ends, before = self._union
        if not len(starts):
            return np.zeros(len(at_s))
        place = np.searchsorted(starts, at_s, side="right") - 1
        known = np.maximum(place, 0)
        inside = np.clip(at_s - starts[known], 0.0, ends[known] - starts[known])
        busy: FloatArray = np.where(place < 0, 0.0, before[known] + inside)
        return busy

    def shares(self, edges_s: FloatArray) -> FloatArray:
        """Between each two edges that follow each other the share of the time, 0 to 1."""
        shares: FloatArray = np.diff(self.busy_until(edges_s)) / np.maximum(np.diff(edges_s), 1e-15)
        return np.clip(shares, 0.0, 1.0)

    def between(self, begin_s: float, end_s: float) -> slice:
        """Events among which all that touch a stretch of time are."""
        first = int(np.searchsorted(self._latest_end_s, begin_s, side="right"))
        return slice(first, max(int(np.searchsorted(self.start_s, end_s)), first))


@dataclass(frozen=True)
class Row:
    """One row of the picture.

    Attributes:
        label: What stands beside it.
        about: More on it, for its tooltip: TensorFlow's name, the line of code, the threads.
        parts: What is in it.
        threads: The same by thread, where it can be unfolded.
        heading: Begins a group of rows with this heading; empty for none.
        depth: 1 for a row that belongs to the one above it.
    """

    label: str
    about: str
    parts: tuple[RowPart, ...]
    threads: tuple[Row, ...] = ()
    heading: str = ""
    depth: int = 0

    @property
    def events(self) -> int:
        """How many it has."""
        return sum(len(part.start_s) for part in self.parts)

    @cached_property
    def together(self) -> RowPart:
        """All of its events: calls of a stage and of its function go on at the same time."""
        if len(self.parts) == 1:
            return self.parts[0]
        spans = [np.stack([part.start_s, part.end_s], axis=1) for part in self.parts]
        covered = union(spans)
        names = np.full(len(covered), UNNAMED, np.int64)
        return RowPart(EventKind.OTHER, covered[:, 0], covered[:, 1], names)

    def shifted(self, by_s: float) -> Row:
        """The same, everything so much later, in seconds."""
        parts = tuple(
            replace(part, start_s=part.start_s + by_s, end_s=part.end_s + by_s)
            for part in self.parts
        )
        return replace(self, parts=parts, threads=tuple(row.shifted(by_s) for row in self.threads))


@dataclass(frozen=True)
class RowStatistics:
    """What of a row lies in a stretch of time.

    Attributes:
        label: Of the row.
        count: Events that touch it.
        total_s: Their time in it, added up, in seconds.
        share: Share of the stretch in which any of them went on, 0 to 1.
    """

    label: str
    count: int
    total_s: float
    share: float

    @property
    def mean_s(self) -> float:
        """Time of an event in it on average, in seconds."""
        return self.total_s / self.count if self.count else 0.0


@dataclass(frozen=True)
class Timeline:
    """A picture.

    Attributes:
        names: Names of events.
        rows: From top to bottom.
        span_s: From when to when it reaches, in seconds.
        steps_s: When each step began and ended, shape ``(steps, 2)``.
        numbers: Numbers of the steps.
    """

    names: tuple[str, ...]
    rows: tuple[Row, ...]
    span_s: tuple[float, float]
    steps_s: FloatArray
    numbers: tuple[int, ...] = field(default=())

    def matches(self, text: str) -> frozenset[int]:
        """Names that hold a text, whatever their case."""
        wanted = text.strip().casefold()
        if not wanted:
            return frozenset()
        return frozenset(
            index for index, name in enumerate(self.names) if wanted in name.casefold()
        )

    def moments(self, names: frozenset[int]) -> FloatArray:
        """When events of these names begin, in seconds, in order."""
        wanted = list(names)
        starts = [
            part.start_s[np.isin(part.name_index, wanted)]
            for row in self.rows
            for part in row.parts
        ]
        moments: FloatArray = np.unique(np.concatenate(starts)) if starts else np.empty(0)
        return moments

    def shifted(self, by_s: float) -> Timeline:
        """The same, everything so much later, in seconds."""
        return replace(
            self,
            rows=tuple(row.shifted(by_s) for row in self.rows),
            span_s=(self.span_s[0] + by_s, self.span_s[1] + by_s),
            steps_s=self.steps_s + by_s,
        )


def statistics(row: Row, begin_s: float, end_s: float) -> RowStatistics:
    """What of a row lies in a stretch of time."""
    count, total_s = 0, 0.0
    for part in row.parts:
        place = part.between(begin_s, end_s)
        inside = np.minimum(part.end_s[place], end_s) - np.maximum(part.start_s[place], begin_s)
        touching = part.end_s[place] >= begin_s
        count += int(touching.sum())
        total_s += float(np.maximum(inside, 0.0).sum())
    share = float(row.together.shares(np.array([begin_s, end_s]))[0])
    return RowStatistics(row.label, count, total_s, share)
