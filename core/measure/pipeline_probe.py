"""Reads TensorFlow's performance model of the iterator that ``fit`` uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from core.lazy import tf
from core.model.events import Event, PipelineSampled
from core.model.measured.executed import READER, NodeReading, PipelineReading

PROBE_S = 0.4
"""The performance model is read at most once in this time: 0.1 to 3 ms a reading."""

# The enum NodeClass of TensorFlow's model.proto: what takes from one of several inputs in turn.
_INTERLEAVE_MANY, _ASYNC_INTERLEAVE_MANY = 1, 2


class PipelineProbe:
    """Reads the pipeline now and then on the thread that trains."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._due_s = 0.0
        self._delivered = 0

    def look(self, iterator: Any, now_s: float, origin_s: float) -> None:
        """Read it where a reading is due.

        Args:
            iterator: The one that ``fit`` uses.
            now_s: When that is, in seconds of ``time.perf_counter``.
            origin_s: When ``fit`` began, likewise.
        """
        if now_s < self._due_s:
            return
        self._due_s = now_s + PROBE_S
        model = _model(iterator)
        if model is None:
            return
        nodes = _nodes(model)
        gaps = self._new_gaps(model, nodes[0].elements)
        mean_s = sum(gaps) / len(gaps) / 1e6 if gaps else None
        budget = float(model.optimization_params.ram_budget) or None
        reading = PipelineReading(now_s - origin_s, nodes, len(gaps), mean_s, budget)
        self._emit(PipelineSampled(reading))

    def _new_gaps(self, model: Any, delivered: int) -> Sequence[int]:
        """Those since the last look, in us: no gap is in two readings.

        They are the root's: the time that whoever uses the iterator takes, whatever prefetches
        below. TensorFlow keeps the last 100, the oldest first.

        Args:
            model: The performance model.
            delivered: Batches that the root has delivered so far.
        """
        # Fewer than before: a new epoch's iterator, which begins to count anew.
        new = delivered - self._delivered if delivered >= self._delivered else delivered
        self._delivered = delivered
        kept: Sequence[int] = model.gap_times
        return kept[len(kept) - min(new, len(kept)) :]


def read_pipeline(iterator: Any) -> tuple[NodeReading, ...]:
    """The nodes of the pipeline behind an iterator, the root first.

    Takes 0.1 to 0.6 ms. The nodes under an interleave, one reader for each open file, are put
    together into one. Names are TensorFlow's; what a node's counters mean stands in
    ``tensorflow/core/framework/model.proto``.

    Args:
        iterator: A ``tf.data.Iterator``.

    Returns:
        One reading a node; empty where TensorFlow keeps no model (autotune is off).
    """
    model = _model(iterator)
    return () if model is None else _nodes(model)


def _model(iterator: Any) -> Any:
    """The performance model as TensorFlow's ``ModelProto``; None where there is none."""
    get_model_proto = getattr(tf.data.experimental, "get_model_proto", None)
    if get_model_proto is None:
        return None  # before TensorFlow 2.17
    try:
        return get_model_proto(iterator)
    except (tf.errors.NotFoundError, ValueError):
        # Autotune is off, or a strategy's iterator hands batches out to replicas.
        return None


def _nodes(model: Any) -> tuple[NodeReading, ...]:
    nodes: dict[str, NodeReading] = {}
    _walk(model, model.output, "", 0, False, nodes)
    return tuple(nodes.values())


def _walk(
    model: Any, node_id: int, above: str, depth: int, branch: bool, readings: dict[str, NodeReading]
) -> None:
    node = model.nodes[node_id]
    key = above + node.name
    reading = _reading(node, key, depth, branch)
    before = readings.get(key)
    readings[key] = reading if before is None else _together(before, reading)
    opens_readers = node.node_class in (_INTERLEAVE_MANY, _ASYNC_INTERLEAVE_MANY)
    for index, below in enumerate(node.inputs):
        if below not in model.nodes:
            continue
        # The first input is the way of the data: an interleave's files, the first of a zip.
        # What else there is is told apart by its place, but readers of files are all alike.
        place = "/" if index == 0 else READER if opens_readers else f"+{index}/"
        _walk(model, below, key + place, depth + 1, branch or index > 0, readings)


def _reading(node: Any, key: str, depth: int, branch: bool) -> NodeReading:
    parameters = {parameter.name: parameter for parameter in node.parameters}
    parallelism, buffer_size = parameters.get("parallelism"), parameters.get("buffer_size")
    return NodeReading(
        key=key,
        name=node.name,
        depth=depth,
        branch=branch,
        count=1,
        elements=node.num_elements,
        processing_s=node.processing_time / 1e9,
        buffered_elements=node.buffered_elements,
        buffered_bytes=node.buffered_bytes,
        parallelism=_value(parallelism),
        buffer_size=_value(buffer_size),
        tuned=any(
            parameter is not None and parameter.tunable for parameter in (parallelism, buffer_size)
        ),
    )


def _value(parameter: Any) -> float | None:
    """What is in force: AUTOTUNE's choice is the state, a written number only the value."""
    if parameter is None:
        return None
    return float(parameter.state_value if parameter.tunable else parameter.value)


def _together(first: NodeReading, other: NodeReading) -> NodeReading:
    return replace(
        first,
        count=first.count + other.count,
        elements=first.elements + other.elements,
        processing_s=first.processing_s + other.processing_s,
        buffered_elements=first.buffered_elements + other.buffered_elements,
        buffered_bytes=first.buffered_bytes + other.buffered_bytes,
    )
