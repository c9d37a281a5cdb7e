"""Why a batch came late: back from its arrival, through threads and buffers, to what was at work.

From the moment at which the batch was there, each stretch of the wait is laid to the stage whose
work ended last before it: a call of a stage to what it called in turn, and an element that came
out of a buffer to the thread that made it. Elements carry the same key where they are made
(``ParallelMapProduce``) and where they are taken (``ParallelMapConsume``).
"""

from __future__ import annotations

from dataclasses import dataclass

from core.python_versions import StrEnum
from core.timeline.calls import Calls
from core.timeline.spans import FunctionCall, Span
from core.timeline.stages import TracedStages
from core.timeline.steps import Request

FILL_CALLS = 3
"""A shuffle that takes more elements than this for one that it gives fills its buffer."""
_AT_ONCE_S = 0.0003
"""What follows within this time had no pause."""
_SHORT_S = 1e-6
_DEEPEST = 400


class Why(StrEnum):
    """What a stage did while the batch was waited for."""

    WORK = "work"
    FUNCTION = "its function"
    FILL = "filling its buffer"
    QUEUED = "waiting for a thread of the pool"
    BUSY = "all of its calls were in use"
    HAND_OVER = "hand-over between threads"
    UNSEEN = "what it did began before the trace"


@dataclass(frozen=True)
class Blame:
    """A stretch of a wait, and what it was for.

    Attributes:
        start_s: When it began, in seconds since the trace began.
        end_s: When it ended.
        stage: Index of the stage; -1 for none: TensorFlow handed the batch over.
        why: What that stage did.
        call: The call that it was, as far as it is known: from when to when, in seconds.
        elements: Elements that it took meanwhile, where it filled a buffer.
    """

    start_s: float
    end_s: float
    stage: int
    why: Why
    call: tuple[float, float] | None = None
    elements: int = 0

    @property
    def seconds(self) -> float:
        """How long."""
        return self.end_s - self.start_s


def blocking_chain(request: Request, calls: Calls, stages: TracedStages) -> tuple[Blame, ...]:
    """What a request waited for, in order of time, without a hole."""
    chain = _Chain(calls, stages)
    first, last = request.asked_s, request.ready_s
    own = [
        span
        for span in calls.threads.get(request.track, [])
        if first - _SHORT_S <= span.start_s and span.end_s <= last + _SHORT_S
    ]
    outermost = max(own, key=lambda span: span.end_s - span.start_s, default=None)
    if outermost is None:
        return (Blame(first, last, -1, Why.HAND_OVER),)
    chain.add(outermost.end_s, last, -1, Why.HAND_OVER)
    chain.call(outermost, first, outermost.end_s, 0)
    chain.add(first, outermost.start_s, -1, Why.HAND_OVER)
    return tuple(sorted(chain.blames, key=lambda blame: blame.start_s))


class _Chain:
    """Collects stretches, from the last to the first."""

    def __init__(self, calls: Calls, stages: TracedStages) -> None:
        self._calls, self._stages = calls, stages
        self.blames: list[Blame] = []

    def add(
        self,
        start_s: float,
        end_s: float,
        stage: int,
        why: Why,
        call: tuple[float, float] | None = None,
        elements: int = 0,
    ) -> None:
        """Lay a stretch to a stage."""
        if end_s - start_s > 0:
            self.blames.append(Blame(start_s, end_s, stage, why, call, elements))

    def call(self, span: Span, since_s: float, until_s: float, depth: int) -> None:
        """A call of a stage, as far as it lies in that time."""
        since_s = max(since_s, span.start_s)
        stage = span.stage
        whole = (span.start_s, span.end_s)
        if stage >= 0 and self._stages.all[stage].fills:
            taken = self._calls.count_inside(span)
            if taken > FILL_CALLS:
                self.add(since_s, until_s, stage, Why.FILL, whole, taken)
                return
        cursor = until_s
        inner = self._calls.inside(span, since_s, until_s) if depth < _DEEPEST else []
        for child in reversed(inner):
            end_s = min(child.end_s, cursor)
            if end_s < cursor:
                self._own(span, end_s, cursor, depth)
            start_s = max(child.start_s, since_s)
            self.call(child, start_s, end_s, depth + 1)
            cursor = start_s
        if since_s < cursor:
            self._own(span, since_s, cursor, depth)

    def _own(self, span: Span, since_s: float, until_s: float, depth: int) -> None:
        """Time of a call in which it called no other stage: its work, or a wait for a buffer."""
        whole = (span.start_s, span.end_s)
        taken = self._calls.taken(span.track, since_s, until_s)
        if taken is not None and taken.start_s - since_s > _SHORT_S:
            self.add(taken.start_s, until_s, span.stage, Why.WORK, whole)
            self._made(span, taken, since_s, depth)
            return
        if until_s - since_s > _AT_ONCE_S and span.stage >= 0 and depth < _DEEPEST:
            # No key tells what it waited for: what feeds it, on another thread.
            below = self._calls.last_below(span.stage, since_s, until_s, span.track)
            if below is not None:
                start_s = max(since_s, below.start_s)
                self.add(below.end_s, until_s, span.stage, Why.WORK, whole)
                self.call(below, start_s, below.end_s, depth + 1)
                if start_s > since_s:
                    self._own(span, since_s, start_s, depth + 1)
                return
        self.add(since_s, until_s, span.stage, Why.WORK, whole)

    def _made(self, span: Span, taken: Span, since_s: float, depth: int) -> None:
        """An element that was waited for until it was taken: how it was made."""
        until_s, stage = taken.start_s, span.stage
        made = [each for each in self._calls.made.get(taken.key, ()) if each.start_s < until_s]
        if not made or not taken.key:
            if taken.key and self._calls.makes(stage):
                # Others that it makes are in the trace: this one was under way when it began.
                self.add(since_s, until_s, stage, Why.UNSEEN)
            else:
                self._unknown(span, since_s, until_s, depth)
            return
        ends = [(self._calls.function_in(each), each) for each in made]
        function, maker = max(
            ends, key=lambda end: end[0].done_s if end[0] is not None else end[1].end_s
        )
        if function is not None:
            ran = function.started_s, function.done_s
            begun_s, done_s = max(ran[0], since_s), min(ran[1], until_s)
            self.add(max(done_s, since_s), until_s, stage, Why.HAND_OVER)
            self.add(begun_s, done_s, stage, Why.FUNCTION, ran)
            self._queued(function, stage, since_s, min(ran[0], until_s))
            until_s = min(function.called_s, until_s)
        else:
            self.add(max(maker.end_s, since_s), until_s, stage, Why.HAND_OVER)
            until_s = min(maker.end_s, until_s)
        self._makers(maker, stage, since_s, until_s, depth)

    def _queued(self, call: FunctionCall, stage: int, since_s: float, until_s: float) -> None:
        """A call that waited for a thread of its pool: what the thread was busy with."""
        since_s = max(since_s, call.called_s)
        for span in reversed(self._calls.before(call)):
            end_s = min(span.end_s, until_s)
            start_s = max(span.start_s, since_s)
            if end_s <= start_s:
                continue
            self.add(end_s, until_s, stage, Why.QUEUED)
            other = self._calls.functions.get(span.key)
            of_stage = self._calls.stage_of_function.get(span.key, stage)
            ran = None if other is None else (other.started_s, other.done_s)
            self.add(start_s, end_s, of_stage, Why.FUNCTION, ran)
            until_s = start_s
        self.add(since_s, until_s, stage, Why.QUEUED)

    def _makers(self, maker: Span, stage: int, since_s: float, until_s: float, depth: int) -> None:
        """What a thread did that makes elements for a buffer, back to when they were asked for."""
        while until_s > since_s and depth < _DEEPEST:
            inner = Span(maker.track, maker.start_s, maker.end_s, stage)
            if maker.start_s < until_s:
                self.call(inner, since_s, min(maker.end_s, until_s), depth + 1)
                until_s = max(maker.start_s, since_s)
            before = self._calls.made_before(maker, _AT_ONCE_S)
            if before is None or before.end_s <= since_s:
                break
            self.add(max(before.end_s, since_s), until_s, stage, Why.WORK)
            until_s = min(before.end_s, until_s)
            maker = before
        self.add(since_s, until_s, stage, Why.BUSY)

    def _unknown(self, span: Span, since_s: float, until_s: float, depth: int) -> None:
        below = self._calls.last_below(span.stage, since_s, until_s, span.track)
        if below is None or depth >= _DEEPEST:
            # What was under way when the trace began is not in it.
            self.add(since_s, until_s, span.stage, Why.UNSEEN)
            return
        self.add(below.end_s, until_s, span.stage, Why.HAND_OVER)
        start_s = max(below.start_s, since_s)
        self.call(below, start_s, below.end_s, depth + 1)
        self.add(since_s, start_s, span.stage, Why.WORK, (span.start_s, span.end_s))
