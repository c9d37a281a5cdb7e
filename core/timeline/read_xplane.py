"""An ``.xplane.pb`` as a capture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from core.model.errors import InputError
from core.model.measured.samples import IntArray
from core.timeline.capture import NO_STEP, Capture, Track, is_stream, track_of
from core.timeline.marks import GET_NEXT, key_of
from core.timeline.xspace import xspace_class


def read_xplane(data: bytes) -> Capture:
    """Read a trace.

    Raises:
        InputError: It is none, or damaged.
    """
    from google.protobuf.message import DecodeError

    try:
        space = xspace_class().FromString(data)
    except DecodeError as error:
        raise InputError(
            "This is no trace, or a damaged one",
            expected="an .xplane.pb as TensorFlow's or JAX's profiler writes it",
        ) from error
    planes = [plane for plane in space.planes if plane.lines]
    stamps = [line.timestamp_ns for plane in planes for line in plane.lines if line.events]
    if not stamps:
        raise InputError(
            "This trace holds no events",
            expected="an .xplane.pb as TensorFlow's or JAX's profiler writes it",
        )
    origin_ns = min(stamps)
    names: dict[str, int] = {}
    tracks = [track for plane in planes for track in _tracks(plane, origin_ns, names)]
    return Capture(tuple(names), tuple(tracks), origin_ns)


def _tracks(plane: Any, origin_ns: int, names: dict[str, int]) -> Iterable[Track]:
    process = _text(plane.name)
    texts = {entry.key: _text(entry.value.name) for entry in plane.event_metadata}
    stats = _Stats({entry.key: _text(entry.value.name) for entry in plane.stat_metadata}, texts)
    labels = {_label(line) for line in plane.lines}
    for line in plane.lines:
        if not line.events or not is_stream(process, _label(line), labels):
            continue
        count = len(line.events)
        begin_s = (line.timestamp_ns - origin_ns) / 1e9
        start_ps = np.fromiter((event.offset_ps for event in line.events), np.int64, count)
        took_ps = np.fromiter((event.duration_ps for event in line.events), np.int64, count)
        ids = np.fromiter((event.metadata_id for event in line.events), np.int64, count)
        key, step = stats.keys_and_steps(line.events, ids)
        index = _indices(ids, texts, names)
        yield track_of(
            process, _label(line), begin_s + start_ps / 1e12, took_ps / 1e12, (index, key, step)
        )


def _label(line: Any) -> str:
    return _text(line.display_name or line.name) or f"line {line.id}"


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _indices(ids: IntArray, texts: Mapping[int, str], names: dict[str, int]) -> IntArray:
    own, inverse = np.unique(ids, return_inverse=True)
    table = [names.setdefault(texts.get(int(each), ""), len(names)) for each in own]
    indices: IntArray = np.array(table, np.int64)[inverse]
    return indices


class _Stats:
    """Reads of events what else is known of them, where their name says that it matters."""

    def __init__(self, stats: Mapping[int, str], texts: Mapping[int, str]) -> None:
        self._stats, self._texts = stats, texts
        self._wanted: dict[int, str] = {}

    def keys_and_steps(self, events: Any, ids: IntArray) -> tuple[IntArray, IntArray]:
        """The key and the step of each event."""
        key, step = np.zeros(len(ids), np.int64), np.full(len(ids), NO_STEP, np.int64)
        for position, kind in enumerate(ids.tolist()):
            wanted = self._wanted.get(kind)
            if wanted is None:
                # The first event of a name speaks for all of them.
                wanted = self._wanted[kind] = self._look(kind, events[position])
            if not wanted:
                continue
            known = {
                name: stat
                for stat in events[position].stats
                if (name := self._stats.get(stat.metadata_id)) in (wanted, "kernel_type")
            }
            if wanted not in known or not self._is_get_next(known.get("kernel_type")):
                continue
            number = _number(known[wanted])
            if wanted == "step_num":
                step[position] = max(number, NO_STEP)
            else:
                key[position] = number
        return key, step

    def _look(self, kind: int, event: Any) -> str:
        wanted = key_of(self._texts.get(kind, ""))
        if wanted:
            return wanted
        names = (self._stats.get(stat.metadata_id) for stat in event.stats)
        return "step_num" if "step_num" in names else ""

    def _is_get_next(self, kernel: Any) -> bool:
        if kernel is None:
            return True
        kernel_name = kernel.str_value or self._stats.get(kernel.ref_value, "").encode()
        return bool(kernel_name.startswith(GET_NEXT.encode()))


def _number(stat: Any) -> int:
    number = stat.int64_value or stat.uint64_value
    if not number and stat.str_value:
        try:
            number = int(stat.str_value)
        except ValueError:
            return 0
    # As 64 bits with a sign, whichever way it was written.
    return int((number + 2**63) % 2**64 - 2**63)
