"""What each executed node costs, from readings of TensorFlow's performance model.

Definitions:

- *time per element*: time a node worked, summed over its threads and without what feeds it,
  over the elements it delivered in the same time;
- *stage capacity*: examples a second that the node could deliver if it were the only limit: the
  calls it makes at the same time over its time per element, times the examples in an element.

The model's times are wall times of threads. Where threads outnumber free cores they include
waiting for a core, so capacities are estimates: summed node times were seen to over-predict a
pipeline's throughput by 39 to 55 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.model.measured.executed import READER, NodeReading, PipelineReading
from core.pipeline.methods import ELSEWHERE

# Nodes whose own work is next to nothing: their capacity is no limit worth naming.
_LEAST_SHARE = 0.01


@dataclass(frozen=True)
class NodeFigures:
    """One node over a stretch of time. None stands for what could not be had.

    Attributes:
        node: Its last reading.
        elements: Elements it delivered in that time.
        elements_per_s: The same a second.
        s_per_element: Time per element, in seconds.
        examples_per_element: Examples that one of its elements holds or becomes.
        capacity_examples_per_s: Stage capacity.
        busy_cores: Time it worked over the time that went by: 1.5 is one and a half cores.
        narrowest: It has the least capacity of all.
    """

    node: NodeReading
    elements: int
    elements_per_s: float | None
    s_per_element: float | None
    examples_per_element: float | None
    capacity_examples_per_s: float | None
    busy_cores: float | None
    narrowest: bool = False


def whole_readings(readings: Sequence[PipelineReading]) -> tuple[PipelineReading, ...]:
    """Those with every node on the way of the data.

    Nodes show up one by one while an iterator is begun, and go one by one when its data end.
    """
    ways = [sum(not node.branch for node in reading.nodes) for reading in readings]
    longest = max(ways, default=0)
    return tuple(reading for reading, way in zip(readings, ways, strict=True) if way == longest)


def figures(
    readings: Sequence[PipelineReading], examples_per_batch: float, over_s: float | None = None
) -> tuple[NodeFigures, ...]:
    """Figures of every node of the last reading.

    Args:
        readings: In order of time. Counters start anew with each epoch's iterator; that is
            noticed and what came before is kept.
        examples_per_batch: Mean number of examples in a batch.
        over_s: Look at so many seconds before the last reading; None for all of them.

    Returns:
        One item a node, the root first; empty without two readings to compare.
    """
    if over_s is not None and readings:
        begin = readings[-1].at_s - over_s
        recent = [reading for reading in readings if reading.at_s >= begin]
        readings = readings[-2:] if len(recent) < 2 else recent
    if len(readings) < 2:
        return ()
    elapsed = readings[-1].at_s - readings[0].at_s
    grown = _growth(readings)
    batches = grown.get(readings[-1].nodes[0].key, (0, 0.0))[0]
    opens_readers = {node.key.rpartition(READER)[0] for node in readings[-1].nodes}
    nodes = [
        _figures(
            node,
            *grown.get(node.key, (0, 0.0)),
            elapsed,
            batches * examples_per_batch,
            has_capacity=READER not in node.key and node.key not in opens_readers,
        )
        for node in readings[-1].nodes
    ]
    return _mark_narrowest(nodes)


def _growth(readings: Sequence[PipelineReading]) -> dict[str, tuple[int, float]]:
    """How far each node's counters grew, over resets of the counters too."""
    grown: dict[str, tuple[int, float]] = {}
    before = {node.key: node for node in readings[0].nodes}
    for reading in readings[1:]:
        now = {node.key: node for node in reading.nodes}
        for key, node in now.items():
            old = before.get(key)
            kept = old is not None and node.elements >= old.elements
            elements, worked = grown.get(key, (0, 0.0))
            grown[key] = (
                elements + node.elements - (old.elements if old and kept else 0),
                worked + max(0.0, node.processing_s - (old.processing_s if old and kept else 0.0)),
            )
        before = now
    return grown


def _figures(
    node: NodeReading,
    elements: int,
    worked_s: float,
    elapsed_s: float,
    examples: float,
    *,
    has_capacity: bool,
) -> NodeFigures:
    if elements <= 0 or elapsed_s <= 0:
        return NodeFigures(node, max(elements, 0), None, None, None, None, None)
    s_per_element = worked_s / elements
    per_element = examples / elements if examples > 0 else None
    if node.name.startswith(ELSEWHERE):
        # Its time is mostly waiting for other processes, which do the work.
        delivered_per_s = elements / elapsed_s
        return NodeFigures(node, elements, delivered_per_s, None, per_element, None, None)
    # Readers of files come and go, and their counters with them: neither they nor what opens
    # them has a time that is whole.
    whole = has_capacity and per_element is not None and s_per_element > 0
    calls = node.parallelism or 1.0
    return NodeFigures(
        node=node,
        elements=elements,
        elements_per_s=elements / elapsed_s,
        s_per_element=s_per_element,
        examples_per_element=per_element,
        capacity_examples_per_s=calls / s_per_element * (per_element or 0.0) if whole else None,
        busy_cores=worked_s / elapsed_s,
    )


def _mark_narrowest(figures: list[NodeFigures]) -> tuple[NodeFigures, ...]:
    working = sum(node.busy_cores or 0.0 for node in figures if READER not in node.node.key)
    limits = [
        node
        for node in figures
        if node.capacity_examples_per_s is not None
        # The root is where fit takes the batches: no stage of the pipeline.
        and node.node.depth > 0
        and (node.busy_cores or 0.0) >= _LEAST_SHARE * working
    ]
    if not limits:
        return tuple(figures)
    least = min(limits, key=lambda node: node.capacity_examples_per_s or 0.0)
    return tuple(
        NodeFigures(**{**vars(node), "narrowest": True}) if node is least else node
        for node in figures
    )
