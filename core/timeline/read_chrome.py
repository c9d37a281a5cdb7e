"""A Chrome trace (``.trace.json.gz``, as XProf, JAX and this program write it) as a capture."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.model.errors import InputError
from core.model.measured.samples import FloatArray, IntArray
from core.timeline.capture import NO_STEP, Capture, is_stream, track_of
from core.timeline.marks import GET_NEXT, key_of

_EXPECTED = "a Chrome trace: a JSON object with a list traceEvents"


def read_chrome(data: bytes) -> Capture:
    """Read a trace.

    Raises:
        InputError: It is none, or damaged.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"This is no trace, or a damaged one ({error})", expected=_EXPECTED
        ) from error
    listed = document.get("traceEvents") if isinstance(document, dict) else document
    if not isinstance(listed, list):
        raise InputError("This JSON is no trace", expected=_EXPECTED)
    events = [event for event in listed if isinstance(event, dict)]
    processes, threads = _labels(events)
    by_thread: dict[tuple[object, object], list[Mapping[str, Any]]] = defaultdict(list)
    for event in events:
        if event.get("ph") == "X":
            by_thread[str(event.get("pid")), str(event.get("tid"))].append(event)
    names: dict[str, int] = {}
    spans = {thread: _spans(own) for thread, own in by_thread.items()}
    begin_us = min((float(start_us.min()) for start_us, _ in spans.values()), default=0.0)
    tracks = []
    for (pid, tid), own in by_thread.items():
        process, name = processes.get(pid, f"process {pid}"), threads.get((pid, tid), f"{tid}")
        others = {label for (owner, _), label in threads.items() if owner == pid}
        if is_stream(process, name, others):
            start_us, took_us = spans[pid, tid]
            columns = _columns(own, names)
            tracks.append(
                track_of(process, name, (start_us - begin_us) / 1e6, took_us / 1e6, columns)
            )
    if not tracks:
        raise InputError("This trace holds no events", expected=_EXPECTED)
    return Capture(tuple(names), tuple(tracks))


def _labels(
    events: list[dict[str, Any]],
) -> tuple[dict[object, str], dict[tuple[object, object], str]]:
    processes: dict[object, str] = {}
    threads: dict[tuple[object, object], str] = {}
    for event in events:
        arguments = event.get("args")
        if event.get("ph") != "M" or not isinstance(arguments, dict):
            continue
        label, pid = str(arguments.get("name", "")), str(event.get("pid"))
        if event.get("name") == "process_name":
            # XProf puts the machine's name in front of the device.
            processes[pid] = label
        elif event.get("name") == "thread_name":
            threads[pid, str(event.get("tid"))] = label
    return processes, threads


def _spans(events: list[Mapping[str, Any]]) -> tuple[FloatArray, FloatArray]:
    """When events began and how long they took, in microseconds."""
    try:
        start_us = np.array([float(event["ts"]) for event in events])
        return start_us, np.array([float(event.get("dur", 0)) for event in events])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InputError(
            f"The trace has an event without a time ({error})",
            expected="ts and dur in microseconds",
        ) from error


def _columns(
    events: list[Mapping[str, Any]], names: dict[str, int]
) -> tuple[IntArray, IntArray, IntArray]:
    """The index of the name, the key and the step of each event."""
    rows = [_known(event) for event in events]
    index = [names.setdefault(name, len(names)) for name, _, _ in rows]
    keys, steps = [key for _, key, _ in rows], [step for _, _, step in rows]
    return np.array(index, np.int64), np.array(keys, np.int64), np.array(steps, np.int64)


def _known(event: Mapping[str, Any]) -> tuple[str, int, int]:
    """The name, key and step of an event."""
    value = event.get("args")
    arguments = value if isinstance(value, dict) else {}
    name = str(arguments.get("long_name") or event.get("name") or "")
    wanted = key_of(name)
    kernel = str(arguments.get("kernel_type", GET_NEXT))
    key = _number(arguments.get(wanted), 0) if wanted and kernel.startswith(GET_NEXT) else 0
    return name, key, max(_number(arguments.get("step_num"), NO_STEP), NO_STEP)


def _number(value: object, otherwise: int) -> int:
    try:
        number = int(str(value))
    except ValueError:
        return otherwise
    return int((number + 2**63) % 2**64 - 2**63)
