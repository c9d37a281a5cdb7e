"""Reads from a trace of ``tf.profiler`` when batches were asked for and when they were there."""

from __future__ import annotations

import importlib.util
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError

from core.lazy import tf
from core.model.measured.samples import FloatArray

_GET_NEXT = "IteratorGetNext"
_BEGUN, _FINISHED = "ExecutorState::ProcessAsync::Start", "ExecutorState::ProcessAsync::Done"
_FETCHED = "IteratorGetNextOp::DoCompute"
_ROOT = "Iterator::Root"
_READY = "Timestamp_1:Timestamp"


@dataclass(frozen=True)
class Requests:
    """The requests for a batch that a trace holds, in order; arrays of shape ``(requests,)``.

    Times are seconds on the trace's clock.

    Attributes:
        asked_s: TensorFlow's executor begins the op that fetches.
        root_s: How long the pipeline's root took for it, on the thread that fetches.
        fetched_s: The thread that fetches has the batch.
        returned_s: The executor has it back.
        ready_s: The first op that waited for the batch runs: the loop's second time stamp.
            Empty in a bare ``fit``, which has none.
    """

    asked_s: FloatArray
    root_s: FloatArray
    fetched_s: FloatArray
    returned_s: FloatArray
    ready_s: FloatArray

    @property
    def wait_s(self) -> FloatArray:
        """From asking to having, hand-over included."""
        return self.ready_s - self.asked_s

    @property
    def hand_over_s(self) -> FloatArray:
        """What of that the pipeline's root does not take."""
        return self.wait_s - self.root_s

    @property
    def inner_hand_over_s(self) -> FloatArray:
        """The same up to the executor having the batch, which a bare ``fit`` has too."""
        return self.returned_s - self.asked_s - self.root_s


def traced(work: Callable[[], object]) -> Requests:
    """Do something under the profiler. One trace at a time in a process.

    Raises:
        ValueError: The trace is not whole: some request lacks one of its events.
    """
    with tempfile.TemporaryDirectory() as folder:
        tf.profiler.experimental.start(folder)
        try:
            work()
        finally:
            tf.profiler.experimental.stop()
        (trace,) = Path(folder).rglob("*.xplane.pb")
        return requests(trace)


def requests(trace: Path) -> Requests:
    """The requests in a trace file; see ``traced``.

    Raises:
        ValueError: It is no trace, or not a whole one.
    """
    spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for name, begin_s, end_s in _events(trace):
        spans[name].append((begin_s, end_s))
    arrays = {name: np.array(sorted(found)) for name, found in spans.items()}
    none = np.empty((0, 2))
    begun, root, fetched, finished = (
        arrays.get(name, none) for name in (_BEGUN, _ROOT, _FETCHED, _FINISHED)
    )
    ready = arrays.get(_READY, none)
    counts = {len(part) for part in (begun, root, fetched, finished)}
    if len(counts) != 1 or len(ready) not in (0, len(begun)):
        raise ValueError(f"events are missing: { ({n: len(a) for n, a in arrays.items()}) }")
    return Requests(
        begun[:, 0], root[:, 1] - root[:, 0], fetched[:, 1], finished[:, 0], ready[:, 0]
    )


def space_type() -> Any:
    """The message that a trace is, without waiting for the rest of TensorFlow."""
    found = importlib.util.find_spec("tensorflow")
    assert found is not None
    assert found.origin is not None
    file = Path(found.origin).parent / "tsl" / "profiler" / "protobuf" / "xplane_pb2.py"
    about = importlib.util.spec_from_file_location("xplane_pb2", file)
    assert about is not None
    assert about.loader is not None
    module = importlib.util.module_from_spec(about)
    about.loader.exec_module(module)
    return module.XSpace


def _events(trace: Path) -> Iterator[tuple[str, float, float]]:
    """Name, begin and end in seconds of every event that matters here."""
    space = space_type()()
    try:
        space.ParseFromString(trace.read_bytes())
    except DecodeError as error:
        raise ValueError(f"{trace} is no trace ({error})") from error
    for plane in space.planes:
        names = {key: about.name for key, about in plane.event_metadata.items()}
        for line in plane.lines:
            for event in line.events:
                name = names.get(event.metadata_id, "")
                if name in (_BEGUN, _FINISHED):
                    # Other ops run this way too.
                    matters = _op(plane, event) == _GET_NEXT
                else:
                    matters = name in (_FETCHED, _ROOT, _READY)
                if matters:
                    begin_s = line.timestamp_ns / 1e9 + event.offset_ps / 1e12
                    yield name, begin_s, begin_s + event.duration_ps / 1e12


def _op(plane: Any, event: Any) -> str:
    for stat in event.stats:
        if _name(plane, stat.metadata_id) == "kernel_type":
            return _name(plane, stat.ref_value) or str(stat.str_value)
    return ""


def _name(plane: Any, key: int) -> str:
    """Of a kind of figure; to ask for one that is not there would add it."""
    return str(plane.stat_metadata[key].name) if key in plane.stat_metadata else ""
