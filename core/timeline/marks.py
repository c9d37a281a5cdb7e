"""Names under which TensorFlow's own code marks what it does, in every trace alike."""

from __future__ import annotations

import re

GET_NEXT = "IteratorGetNext"
ITERATOR = "Iterator::"
"""What names of calls of a stage begin with; behind it stands its way from ``fit`` on."""
REQUEST = re.compile(r"(?:Owned)?IteratorGetNext\w*::(?:DoCompute|Compute)")
"""The iterator is asked, on the thread that fetches batches."""
ASKED, ARRIVED = "ExecutorState::ProcessAsync::Start", "ExecutorState::ProcessAsync::Done"
"""The same as the training sees it, the hand-over between threads included."""
PRODUCE, CONSUME = "Produce", "Consume"
"""An element is made for a buffer, and taken from it: ``PrefetchProduce``, ..."""
CALL = "InstantiatedCapturedFunction::RunAsync"
"""A function is called for an element; what runs of it has the same key."""
RUNS = ("ExecutorState::Process", "ExecutorDoneCallback")
_BUFFER = re.compile(rf"\w+(?:{PRODUCE}|{CONSUME})")


def is_produce(name: str) -> bool:
    """Whether an element is made for a buffer."""
    return name.endswith(PRODUCE) and _BUFFER.fullmatch(name) is not None


def is_consume(name: str) -> bool:
    """Whether an element is taken from a buffer."""
    return name.endswith(CONSUME) and _BUFFER.fullmatch(name) is not None


def key_of(name: str) -> str:
    """Which statistic of an event tells of the same thing elsewhere; empty for none."""
    if is_produce(name) or is_consume(name):
        return "element_id"
    if name == CALL or name in RUNS or REQUEST.fullmatch(name):
        return "id"
    return "step_id" if name in (ASKED, ARRIVED) else ""
