"""Calls of stages in a trace: which lies in which, and which element each made or took."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from functools import cached_property

import numpy as np

from core.timeline.capture import Capture
from core.timeline.marks import CALL, RUNS, is_consume, is_produce
from core.timeline.spans import SAME_S, FunctionCall, Span, Spans
from core.timeline.stages import TracedStages

_SOME = 3


class Calls:
    """All calls of stages.

    Attributes:
        functions: Calls of functions by key.
        made: By the key of an element what made it, in order of time.
    """

    def __init__(self, capture: Capture, stages: TracedStages) -> None:
        """Sort the events of a trace.

        Args:
            capture: The trace.
            stages: Its stages.
        """
        self._stages = stages
        names = capture.names
        produce = [index for index, name in enumerate(names) if is_produce(name)]
        consume = [index for index, name in enumerate(names) if is_consume(name)]
        called = [index for index, name in enumerate(names) if name == CALL]
        runs = [index for index, name in enumerate(names) if name in RUNS]
        self._of_stages: dict[int, Spans] = {}
        self._taken: dict[int, Spans] = {}
        self._produced: dict[int, Spans] = {}
        self._called: dict[int, Spans] = {}
        self._runs: dict[int, Spans] = {}
        self.made: dict[int, list[Span]] = defaultdict(list)
        for place, track in enumerate(capture.tracks):
            if track.is_device:
                continue
            self._of_stages[place] = Spans.on_track(place, track, list(stages.by_name), stages)
            self._taken[place] = Spans.on_track(place, track, consume)
            self._produced[place] = Spans.on_track(place, track, produce)
            self._called[place] = Spans.on_track(place, track, called)
            self._runs[place] = Spans.on_track(place, track, runs)
            for span in self._produced[place].all:
                self.made[span.key].append(span)
        self.functions = self._functions()
        self._makers = self._stages_that_make()

    @property
    def threads(self) -> dict[int, list[Span]]:
        """Calls of stages by thread, in order of their start."""
        return {place: spans.all for place, spans in self._of_stages.items()}

    def inside(self, span: Span, start_s: float, end_s: float) -> list[Span]:
        """Calls of stages right inside a span, as far as they touch that time."""
        spans = self._of_stages[span.track].within(span.start_s, span.end_s)
        if spans and spans[0] == span:
            # Itself: what lies in it begins behind it.
            spans = self._after(span)
        return [inner for inner in spans if inner.start_s < end_s and inner.end_s > start_s]

    def count_inside(self, span: Span) -> int:
        """How many calls of stages lie right inside a call."""
        return len(self._after(span))

    def _after(self, span: Span) -> list[Span]:
        own = self._of_stages[span.track]
        place = own.all.index(span, bisect_left(own.starts, span.start_s))
        inner: list[Span] = []
        place += 1
        while place < len(own.all) and own.starts[place] < span.end_s:
            inner.append(own.all[place])
            end_s = own.all[place].end_s
            place = max(bisect_left(own.starts, end_s - SAME_S, place + 1), place + 1)
        return inner

    def taken(self, track: int, start_s: float, end_s: float) -> Span | None:
        """The element that was taken from a buffer last in that time."""
        spans = self._taken[track]
        place = bisect_left(spans.starts, end_s + SAME_S) - 1
        if place < 0 or spans.starts[place] < start_s - SAME_S:
            return None
        return spans.all[place]

    def makes(self, stage: int) -> bool:
        """Whether it is in the trace how a stage makes elements for its buffer."""
        return stage in self._makers.values()

    def made_before(self, span: Span, within_s: float) -> Span | None:
        """What its thread made right before, without a pause."""
        spans = self._produced[span.track]
        place = bisect_left(spans.starts, span.start_s) - 1
        if place < 0 or span.start_s - spans.all[place].end_s > within_s:
            return None
        return spans.all[place]

    def function_in(self, span: Span) -> FunctionCall | None:
        """The function that was called in a span and was done last; None without one."""
        called = self._called[span.track].within(span.start_s, span.end_s)
        calls = [self.functions[each.key] for each in called if each.key in self.functions]
        return max(calls, key=lambda each: each.done_s) if calls else None

    def before(self, call: FunctionCall) -> list[Span]:
        """What its thread ran for other calls while it waited for that thread, in order."""
        spans = self._runs[call.track]
        place = max(bisect_left(spans.starts, call.called_s) - 1, 0)
        spans_before = []
        while place < len(spans.all) and spans.starts[place] < call.started_s:
            span = spans.all[place]
            if span.end_s > call.called_s:
                spans_before.append(span)
            place += 1
        return spans_before

    def last_below(self, stage: int, start_s: float, end_s: float, but: int) -> Span | None:
        """The call of a stage that feeds another which ended last in a time, on other threads."""
        below = self._stages.within(stage)
        best: Span | None = None
        for place, spans in self._of_stages.items():
            if place == but:
                continue
            at = bisect_left(spans.starts, end_s)
            # The latest that began before the end, and what it lies in.
            for span in reversed(spans.all[max(at - 64, 0) : at]):
                if span.stage not in below or not start_s < span.end_s <= end_s + SAME_S:
                    continue
                if best is None or (span.end_s, -span.start_s) > (best.end_s, -best.start_s):
                    best = span
        return best

    @cached_property
    def functions_by_stage(self) -> dict[int, list[tuple[float, float]]]:
        """From when to when functions of each stage ran that makes elements on other threads."""
        by_stage: dict[int, list[tuple[float, float]]] = defaultdict(list)
        for key, stage in self.stage_of_function.items():
            call = self.functions[key]
            by_stage[stage].append((call.started_s, call.done_s))
        return by_stage

    @cached_property
    def stage_of_function(self) -> dict[int, int]:
        """The stage whose function a call is of, by its key."""
        return {
            each.key: stage
            for place, spans in self._produced.items()
            if (stage := self._makers.get(place, -1)) >= 0
            for span in spans.all
            for each in self._called[place].within(span.start_s, span.end_s)
            if each.key in self.functions
        }

    @cached_property
    def usual_call_s(self) -> dict[int, float]:
        """How long a call of a stage takes in the middle, in seconds; of those with some calls."""
        took: dict[int, list[float]] = defaultdict(list)
        for spans in self._of_stages.values():
            for span in spans.all:
                took[span.stage].append(span.end_s - span.start_s)
        return {stage: float(np.median(each)) for stage, each in took.items() if len(each) >= _SOME}

    @cached_property
    def usual_function_s(self) -> dict[int, float]:
        """The same of functions that are called for elements."""
        return {
            stage: float(np.median([end_s - start_s for start_s, end_s in calls]))
            for stage, calls in self.functions_by_stage.items()
            if len(calls) >= _SOME
        }

    @cached_property
    def buffered_by_stage(self) -> dict[int, list[tuple[float, float]]]:
        """From when to when each element lay ready in the buffer of a stage."""
        taken = {span.key: span.start_s for spans in self._taken.values() for span in spans.all}
        by_stage: dict[int, list[tuple[float, float]]] = defaultdict(list)
        for place, spans in self._produced.items():
            stage = self._makers.get(place, -1)
            for span in spans.all if stage >= 0 else ():
                if span.key not in taken or len(self.made[span.key]) > 1:
                    continue
                function = self.function_in(span)
                done_s = span.end_s if function is None else function.done_s
                if done_s < taken[span.key]:
                    by_stage[stage].append((done_s, taken[span.key]))
        return by_stage

    def _stages_that_make(self) -> dict[int, int]:
        """Which stage the elements are of that a thread makes: by where they are taken."""
        by_key: dict[int, int] = {}
        for place, taken in self._taken.items():
            own, open_calls, at = self._of_stages[place].all, [], 0
            for mark in taken.all:
                while at < len(own) and own[at].start_s <= mark.start_s:
                    open_calls.append(own[at])
                    at += 1
                while open_calls and open_calls[-1].end_s < mark.start_s:
                    open_calls.pop()
                if open_calls:
                    by_key[mark.key] = open_calls[-1].stage
        makers = {}
        for place, spans in self._produced.items():
            votes = Counter(by_key[span.key] for span in spans.all if span.key in by_key)
            if votes:
                makers[place] = votes.most_common(1)[0][0]
        return makers

    def _functions(self) -> dict[int, FunctionCall]:
        called = {
            span.key: span.start_s
            for spans in self._called.values()
            for span in spans.all
            if span.key
        }
        calls: dict[int, FunctionCall] = {}
        for spans in self._runs.values():
            for span in spans.all:
                if span.key not in called:
                    continue
                known = calls.get(span.key)
                first = known is None or span.start_s < known.started_s
                calls[span.key] = FunctionCall(
                    called[span.key],
                    span.start_s if known is None or first else known.started_s,
                    span.end_s if known is None else max(known.done_s, span.end_s),
                    span.track if known is None or first else known.track,
                )
        return calls
