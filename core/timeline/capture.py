"""What a trace holds, as arrays: threads and streams with what took place on each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.model.errors import InputError
from core.model.measured.samples import FloatArray, IntArray

NO_STEP = -1
_DEVICE = re.compile(r"/device:(?:GPU|TPU):\d+")
_COPY = re.compile(r"memcpy|memset", re.IGNORECASE)
_MOST_S = 1e6
"""No trace lasts longer: that is eleven days."""


@dataclass(frozen=True)
class Track:
    """One thread, or one stream of a device; arrays of shape ``(events,)``, by their start.

    Attributes:
        process: The machine's processor (``/host:CPU``) or a device (``/device:GPU:0``).
        name: Of the thread or stream.
        start_s: When each began, in seconds since the trace began.
        end_s: When it ended.
        name_index: Index of its name in ``Capture.names``.
        key: What tells of the same thing on several threads: an element of a buffer, a call of a
            function, a request of the iterator; 0 for none.
        step: Number of the step that it marks; ``NO_STEP`` for what is no mark.
    """

    process: str
    name: str
    start_s: FloatArray
    end_s: FloatArray
    name_index: IntArray
    key: IntArray
    step: IntArray

    @property
    def is_device(self) -> bool:
        """Whether it is a stream of a GPU or the like."""
        return _DEVICE.search(self.process) is not None

    def __len__(self) -> int:
        return len(self.start_s)


@dataclass(frozen=True)
class Capture:
    """A whole trace.

    Attributes:
        names: Names of events.
        tracks: Threads and streams; none is empty.
        origin_ns: What its times count from, in nanoseconds since 1970; 0 where it is not known.
    """

    names: tuple[str, ...]
    tracks: tuple[Track, ...]
    origin_ns: int = 0

    @property
    def events(self) -> int:
        """How many there are."""
        return sum(len(track) for track in self.tracks)

    @cached_property
    def span_s(self) -> tuple[float, float]:
        """When its first event begins and its last one ends."""
        return (
            min((float(track.start_s[0]) for track in self.tracks), default=0.0),
            max((float(track.end_s.max()) for track in self.tracks), default=0.0),
        )

    @cached_property
    def is_copy(self) -> tuple[bool, ...]:
        """Of each name whether it is a copy to, from or within a device."""
        return tuple(_COPY.search(name) is not None for name in self.names)

    @property
    def hosts(self) -> tuple[Track, ...]:
        """The threads."""
        return tuple(track for track in self.tracks if not track.is_device)

    @property
    def devices(self) -> tuple[Track, ...]:
        """The streams of devices."""
        return tuple(track for track in self.tracks if track.is_device)


def track_of(
    process: str,
    name: str,
    start_s: FloatArray,
    duration_s: FloatArray,
    columns: tuple[IntArray, IntArray, IntArray],
) -> Track:
    """A track from events in any order.

    Args:
        process: See ``Track``.
        name: See ``Track``.
        start_s: When each began, in seconds.
        duration_s: How long each took, in seconds.
        columns: Of each the index of its name, its key and its step.

    Raises:
        InputError: A time is no possible one: the file is damaged.
    """
    for times in (start_s, duration_s):
        if not np.isfinite(times).all() or (len(times) and np.abs(times).max() > _MOST_S):
            raise InputError(
                "The trace has an event at an impossible time",
                expected="times of one recording",
                remedy="The file is damaged, or no trace: take it anew.",
            )
    end_s = start_s + np.maximum(duration_s, 0.0)
    # What contains others before these.
    order = np.lexsort((-end_s, start_s))
    name_index, key, step = (column[order] for column in columns)
    return Track(process, name, start_s[order], end_s[order], name_index, key, step)


def is_stream(process: str, name: str, others: set[str]) -> bool:
    """Whether a line of a device is what ran there, not what XProf derives from it.

    Args:
        process: The device.
        name: The line.
        others: Names of all lines of that device.
    """
    if _DEVICE.search(process) is None:
        return True
    if any(other.startswith("Stream") for other in others):
        return name.startswith("Stream")
    return name == "XLA Ops" if "XLA Ops" in others else name not in DERIVED


DERIVED = frozenset(
    {
        "Steps",
        "XLA Modules",
        "Framework Ops",
        "Framework Name Scope",
        "TensorFlow Ops",
        "TensorFlow Name Scope",
        "Launch Stats",
        "Source code",
        "Async XLA Ops",
    }
)
"""Lines of a device that repeat what its streams hold, in other words."""
