"""Lays the rows of a trace out: its steps, its stages, streams of devices, threads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from core.model.measured.samples import FloatArray, IntArray
from core.text.plural import plural
from core.timeline.capture import Capture
from core.timeline.rows import UNNAMED, EventKind, Row, RowPart, Timeline
from core.timeline.steps import Request
from core.timeline.story import Story
from core.timeline.waits import Waits

_MOST_LANES = 64
_NUMBERED = re.compile(r"/-?\d+$")


def timeline_of(capture: Capture, story: Story) -> Timeline:
    """Lay the rows of a trace out."""
    waits = story.waits
    rows = [
        *_step_rows(waits),
        *_stage_rows(capture, waits),
        *_stream_rows(capture),
        *_thread_rows(capture),
    ]
    steps_s = np.array([[step.start_s, step.end_s] for step in waits.steps.all]).reshape(-1, 2)
    numbers = tuple(step.number for step in waits.steps.all)
    return Timeline(capture.names, tuple(rows), capture.span_s, steps_s, numbers)


def _part(
    tone: EventKind,
    spans: Sequence[tuple[float, float]] | FloatArray,
    names: IntArray | None = None,
) -> RowPart:
    every = np.asarray(spans, float).reshape(-1, 2)
    order = np.lexsort((-every[:, 1], every[:, 0]))
    index = np.full(len(every), UNNAMED, np.int64) if names is None else names[order]
    return RowPart(tone, every[order, 0], every[order, 1], index)


def _step_rows(waits: Waits) -> list[Row]:
    steps = waits.steps.all
    if not steps:
        return []
    waited = [(r.asked_s, r.ready_s) for step in steps for r in step.requests]
    train, host = [], []
    for number, step in enumerate(steps):
        cursor = step.start_s
        for request in step.requests:
            host.append((cursor, request.asked_s))
            cursor = max(cursor, request.ready_s)
        train.append((cursor, step.end_s))
        if number + 1 < len(steps) and waits.steps.marked:
            host.append((step.end_s, max(steps[number + 1].start_s, step.end_s)))
    between = Row("host", "Keras, callbacks and Python", (_part(EventKind.HOST, host),))
    if not waited:
        # Nobody knows how long they wait for input, and what is the training in them.
        about = "From its begin to its end: no iterator of tf.data is asked in it"
        return [Row("step", about, (_part(EventKind.STEP, train),), heading="Steps"), between]
    return [
        Row("waiting for input", "From asking the iterator to having the batch", (
            _part(EventKind.WAIT, waited),), heading="Steps"),
        Row("train step", "From having the batch to the end of the step", (
            _part(EventKind.TRAIN, train),)),
        between,
    ]  # fmt: skip


def _stage_rows(capture: Capture, waits: Waits) -> list[Row]:
    rows: list[Row] = []
    stages = waits.stages
    by_stage: dict[int, list[int]] = {place: [] for place in range(len(stages.all))}
    for name, place in stages.by_name.items():
        by_stage[place].append(name)
    buffers = waits.calls.buffered_by_stage
    for place, stage in enumerate(stages.all):
        if not stage.depth:
            continue
        threads = [
            Row(_NUMBERED.sub("", track.name), f"{stage.name} on {track.name}", (
                _chosen(track.start_s, track.end_s, track.name_index, by_stage[place]),), depth=1)
            for track in capture.hosts
        ]  # fmt: skip
        threads = [thread for thread in threads if thread.events]
        calls = _together([thread.parts[0] for thread in threads])
        functions = waits.calls.functions_by_stage.get(place, [])
        parts = [calls, *([_part(EventKind.FUNCTION, functions)] if functions else [])]
        about = f"{stage.name}, runs on {plural(len(threads), 'thread')}"
        threads += _lanes(functions)
        named = stage.label.startswith(stage.name)
        label = stage.label if named else f"{stage.label} · {stage.name}"
        rows.append(
            Row(
                label,
                f"{stage.place}\n{about}" if stage.place else about,
                tuple(parts),
                tuple(threads) if len(threads) > 1 else (),
                "" if rows else "Stages, from the source to fit",
            )
        )
        if buffers.get(place):
            spans = buffers[place]
            rows.append(
                Row(f"buffer of {stage.name}", "Elements that lie ready", (
                    _part(EventKind.BUFFER, spans),), depth=1)
            )  # fmt: skip
    handed = [
        span
        for step in waits.steps.all
        for request in step.requests
        for span in _hand_overs(capture, request)
    ]
    if handed:
        about = "A batch goes from the thread that fetched it to the training"
        rows.append(Row("hand-over", about, (_part(EventKind.OTHER, handed),)))
    return rows


def _hand_overs(capture: Capture, request: Request) -> list[tuple[float, float]]:
    fetched = capture.tracks[request.track]
    begin_s, end_s = float(fetched.start_s[request.event]), float(fetched.end_s[request.event])
    return [(request.asked_s, begin_s), (end_s, request.ready_s)]


def _stream_rows(capture: Capture) -> list[Row]:
    rows = []
    copies = np.asarray(capture.is_copy, bool)
    device = ""
    for track in capture.devices:
        copied = copies[track.name_index]
        parts = [
            RowPart(tone, track.start_s[mask], track.end_s[mask], track.name_index[mask])
            for tone, mask in ((EventKind.KERNEL, ~copied), (EventKind.COPY, copied))
            if mask.any()
        ]
        heading = track.process if track.process != device else ""
        device = track.process
        rows.append(Row(track.name, f"A stream of {device}", tuple(parts), heading=heading))
    return rows


def _thread_rows(capture: Capture) -> list[Row]:
    rows: list[Row] = []
    count: Counter[str] = Counter()
    for track in capture.hosts:
        part = RowPart(EventKind.OTHER, track.start_s, track.end_s, track.name_index)
        kind = _NUMBERED.sub("", track.name)
        count[kind] += 1
        label = kind if kind == track.name else f"{kind} {count[kind]}"
        about = f"Thread {track.name} of {track.process}"
        rows.append(Row(label, about, (part,), heading="" if rows else "Threads"))
    return rows


def _lanes(spans: Sequence[tuple[float, float]]) -> list[Row]:
    """Calls that go on at the same time below each other; as many rows as there are at most."""
    ends: list[float] = []
    lanes: list[list[tuple[float, float]]] = []
    for start_s, end_s in sorted(spans):
        lane = next((at for at, free_s in enumerate(ends) if free_s <= start_s), len(ends))
        if lane == len(ends):
            if lane == _MOST_LANES:
                break
            ends.append(end_s)
            lanes.append([])
        ends[lane] = end_s
        lanes[lane].append((start_s, end_s))
    about = "Calls of its function that go on at the same time stand below each other"
    return [
        Row(f"call {number}", about, (_part(EventKind.FUNCTION, lane),), depth=1)
        for number, lane in enumerate(lanes, 1)
    ]


def _chosen(
    start_s: FloatArray, end_s: FloatArray, name_index: IntArray, wanted: list[int]
) -> RowPart:
    mask = np.isin(name_index, wanted)
    return RowPart(EventKind.STAGE, start_s[mask], end_s[mask], name_index[mask])


def _together(parts: Sequence[RowPart]) -> RowPart:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return _part(EventKind.STAGE, [])
    spans = np.concatenate([np.stack([part.start_s, part.end_s], axis=1) for part in parts])
    return _part(EventKind.STAGE, spans, np.concatenate([part.name_index for part in parts]))
