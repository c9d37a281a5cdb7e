"""The pipeline that TensorFlow executes, as its performance model tells of it."""

from __future__ import annotations

from dataclasses import dataclass

READER = "+reader/"
"""In a node's key: what follows is a reader of files that the node before it opens."""


@dataclass(frozen=True)
class NodeReading:
    """One node of the executed pipeline at one moment; counters run from the iterator's start.

    Attributes:
        key: Where the node stands, the same from epoch to epoch: names from the root down.
        name: TensorFlow's name for it, such as ``ParallelMapV2``.
        depth: How far from the root, which has 0.
        branch: False on the way that the data take from the source to ``fit``; True for what
            hangs beside it: a reader inside an interleave, a stream of seeds.
        count: How many nodes were put together: one reader for each open file.
        elements: Elements it has delivered.
        processing_s: Time it worked on them, summed over its threads, in seconds.
        buffered_elements: Elements that lie ready in its buffer.
        buffered_bytes: Their size in bytes.
        parallelism: Calls at the same time, as AUTOTUNE chose or as written; None where it is
            sequential.
        buffer_size: Room in its buffer in elements, likewise; None where it has none.
        tuned: Whether AUTOTUNE chooses these.
    """

    key: str
    name: str
    depth: int
    branch: bool
    count: int
    elements: int
    processing_s: float
    buffered_elements: int
    buffered_bytes: int
    parallelism: float | None
    buffer_size: float | None
    tuned: bool


@dataclass(frozen=True)
class PipelineReading:
    """All nodes at one moment, the root first.

    Attributes:
        at_s: When, in seconds since fit began: when the step before it was done.
        nodes: Each node before those that feed it.
        gaps: Gaps since the reading before, of which TensorFlow keeps the last 100 at most. A gap
            is the time from the root having delivered a batch to it being asked for the next.
        mean_gap_s: Their mean in seconds; None where there are none, and in readings that an
            older version recorded.
        ram_budget_bytes: Memory that AUTOTUNE allows itself for buffers; None where it did not
            say.
    """

    at_s: float
    nodes: tuple[NodeReading, ...]
    gaps: int = 0
    mean_gap_s: float | None = None
    ram_budget_bytes: float | None = None
