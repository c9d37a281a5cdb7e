"""Stretches of time on threads: calls of stages and functions, in order of their start."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.timeline.capture import Track
from core.timeline.stages import TracedStages

SAME_S = 1e-9
"""Moments that are closer are the same."""


@dataclass(frozen=True)
class Span:
    """A stretch of time on a thread.

    Attributes:
        track: Index of the thread.
        start_s: When it began, in seconds since the trace began.
        end_s: When it ended.
        stage: Index of the stage that was called; -1 for what is no call of a stage.
        key: Of the element or the call of a function; 0 for none.
    """

    track: int
    start_s: float
    end_s: float
    stage: int = -1
    key: int = 0


@dataclass(frozen=True)
class FunctionCall:
    """A function that was called for an element, and ran on a thread of a pool.

    Attributes:
        called_s: When it was called, in seconds since the trace began.
        started_s: When a thread began with it.
        done_s: When its last operation was done.
        track: Index of that thread.
    """

    called_s: float
    started_s: float
    done_s: float
    track: int


class Spans:
    """Stretches of time on one thread, by their start."""

    def __init__(self, spans: list[Span]) -> None:
        self.all = spans
        self.starts = [span.start_s for span in spans]

    @staticmethod
    def on_track(
        place: int, track: Track, names: Sequence[int], stages: TracedStages | None = None
    ) -> Spans:
        """Those of a thread that have one of these names.

        Args:
            place: Index of the thread.
            track: The thread.
            names: Indices of names.
            stages: Says which stage a name is a call of; None where they are no calls of stages.
        """
        chosen = np.flatnonzero(np.isin(track.name_index, names))
        columns = (
            track.start_s[chosen].tolist(),
            track.end_s[chosen].tolist(),
            track.name_index[chosen].tolist(),
            track.key[chosen].tolist(),
        )
        return Spans(
            [
                Span(place, start_s, end_s, -1 if stages is None else stages.by_name[name], key)
                for start_s, end_s, name, key in zip(*columns, strict=True)
            ]
        )

    def within(self, start_s: float, end_s: float) -> list[Span]:
        """Those that begin and end in that time, in order; not what lies in another of them."""
        spans: list[Span] = []
        place = bisect_left(self.starts, start_s)
        while place < len(self.all) and self.starts[place] < end_s:
            span = self.all[place]
            if span.end_s <= end_s + SAME_S:
                spans.append(span)
                place = max(bisect_left(self.starts, span.end_s - SAME_S, place + 1), place + 1)
            else:
                place += 1
        return spans
