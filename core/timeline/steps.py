"""Steps of a training in a trace, and when each waited for its input."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.timeline.capture import NO_STEP, Capture, Track
from core.timeline.marks import ARRIVED, ASKED, ITERATOR, REQUEST


@dataclass(frozen=True)
class Request:
    """The iterator was asked for a batch.

    Attributes:
        asked_s: When, in seconds since the trace began.
        ready_s: When the batch was there.
        track: Index of the thread that fetched it.
        event: Index of the event there.
    """

    asked_s: float
    ready_s: float
    track: int
    event: int

    @property
    def wait_s(self) -> float:
        """How long that took, in seconds."""
        return self.ready_s - self.asked_s


@dataclass(frozen=True)
class Step:
    """One execution of the train function.

    Attributes:
        number: As the program counts.
        start_s: When it began, in seconds since the trace began.
        end_s: When it ended.
        requests: Its requests of the iterator, in order; those that began before the trace are
            missing.
    """

    number: int
    start_s: float
    end_s: float
    requests: tuple[Request, ...] = ()

    @property
    def wait_s(self) -> float:
        """How long it waited for input, in seconds."""
        return sum(request.wait_s for request in self.requests)

    @property
    def took_s(self) -> float:
        """How long it took, in seconds."""
        return self.end_s - self.start_s

    @property
    def train_s(self) -> float:
        """How long it took without the wait, in seconds."""
        return max(self.took_s - self.wait_s, 0.0)


@dataclass(frozen=True)
class Steps:
    """All steps of a trace.

    Attributes:
        all: In order of time.
        marked: The program marked them; else each reaches from a request to the next.
        mark: What the marks are called; empty where there are none.
    """

    all: tuple[Step, ...]
    marked: bool
    mark: str = ""


def steps_of(capture: Capture) -> Steps:
    """Find the steps of a trace."""
    requests = requests_of(capture)
    marks = _marks(capture)
    if marks:
        mark, spans = max(marks.items(), key=lambda each: len(each[1]))
        spans.sort(key=lambda span: span[1])
        own = _by_step(requests, spans)
        steps = [Step(*span, tuple(own[place])) for place, span in enumerate(spans)]
        return Steps(tuple(_of_executions(steps)), True, mark)
    # Without marks, a step begins with its request.
    ends = [request.asked_s for request in requests[1:]]
    return Steps(
        tuple(
            Step(number, request.asked_s, end_s, (request,))
            for number, (request, end_s) in enumerate(zip(requests, ends, strict=False))
        ),
        False,
    )


def _of_executions(marked: list[Step]) -> list[Step]:
    """One for each batch where marks count batches and each holds several.

    Keras's ``steps_per_execution`` takes so many batches in one call of the train function.
    """
    numbers = [step.number for step in marked]
    batches = [len(step.requests) for step in marked]
    apart = [after - before for before, after in pairwise(numbers)]
    if not apart or max(batches) < 2 or apart != batches[:-1]:
        return marked
    steps = []
    for step in marked:
        begins = [step.start_s, *(request.asked_s for request in step.requests[1:])]
        for place, request in enumerate(step.requests):
            end_s = begins[place + 1] if place + 1 < len(begins) else step.end_s
            steps.append(Step(step.number + place, begins[place], end_s, (request,)))
    return steps


def requests_of(capture: Capture) -> list[Request]:
    """All requests of the iterator that training takes from, in order of time."""
    names = capture.names
    wanted = {index for index, name in enumerate(names) if REQUEST.fullmatch(name)}
    if not wanted:
        outermost = [name for name in names if name.startswith(ITERATOR) and name.count("::") == 1]
        wanted = {names.index(name) for name in outermost}
    asked, arrived = _times(capture, ASKED), _times(capture, ARRIVED)
    requests = []
    for place, track in enumerate(capture.tracks):
        if track.is_device:
            continue
        for event in np.flatnonzero(np.isin(track.name_index, list(wanted))).tolist():
            key = int(track.key[event])
            start_s, end_s = float(track.start_s[event]), float(track.end_s[event])
            # A loop in a graph has one key for all of its requests: those next to this one count.
            before, behind = asked.get(key, ()), arrived.get(key, ())
            first, last = bisect_right(before, start_s) - 1, bisect_left(behind, end_s)
            asked_s = before[first] if first >= 0 else start_s
            ready_s = behind[last] if last < len(behind) else end_s
            requests.append(Request(asked_s, ready_s, place, event))
    return sorted(requests, key=lambda request: request.asked_s)


def _times(capture: Capture, name: str) -> dict[int, list[float]]:
    """When something of that name began, in order, by its key."""
    if name not in capture.names:
        return {}
    wanted = capture.names.index(name)
    times: dict[int, list[float]] = defaultdict(list)
    for track in capture.hosts:
        for event in np.flatnonzero((track.name_index == wanted) & (track.key != 0)).tolist():
            times[int(track.key[event])].append(float(track.start_s[event]))
    return {key: sorted(each) for key, each in times.items()}


def _marks(capture: Capture) -> dict[str, list[tuple[int, float, float]]]:
    marks: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
    for track in capture.hosts:
        end_s = float("-inf")
        for event in np.flatnonzero(track.step != NO_STEP).tolist():
            # What is marked within a step is a part of it.
            if track.start_s[event] >= end_s - 1e-9:
                end_s = float(track.end_s[event])
                marks[capture.names[track.name_index[event]]].append(_mark(track, event))
    return marks


def _mark(track: Track, event: int) -> tuple[int, float, float]:
    return int(track.step[event]), float(track.start_s[event]), float(track.end_s[event])


def _by_step(
    requests: list[Request], spans: list[tuple[int, float, float]]
) -> dict[int, list[Request]]:
    """Each request with the last step that began before it, unless that was over."""
    starts = [start_s for _, start_s, _ in spans]
    own: dict[int, list[Request]] = defaultdict(list)
    for request in requests:
        place = bisect_right(starts, request.asked_s) - 1
        if place >= 0 and request.asked_s < spans[place][2]:
            own[place].append(request)
    return own
