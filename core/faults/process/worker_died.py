"""A worker process that ended in the middle of a Python function of the pipeline."""

from __future__ import annotations

import re

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.faults.words import short

_DIED = "WorkerDiedError"
_HOW = re.compile(r"a worker process ended: (?P<how>[^\n]*)")
_KILLED = "SIGKILL"
_TOLD = re.compile(
    r"RunError: (?P<what>A worker process of [^\n]*?)\. Expected: (?P<expected>[^\n]*?)\. "
    r"(?P<remedy>[^\n]*)"
)
"""What ``core.pipeline.workers.py_dataset_workers`` says, as TensorFlow hands it on."""


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    told = _TOLD.search(raised.text)
    if told is not None:
        return Explanation(f"{told['what']}{context.at(raised)}", told["expected"], told["remedy"])
    if raised.in_python != _DIED and not raised.is_a(_DIED):
        return None
    match = _HOW.search(raised.whole)
    how = short(match["how"], 80) if match else "nobody knows how"
    memory = "It may have been killed because memory ran out: try fewer processes. "
    return Explanation(
        f"A worker process ended while it called the Python function{context.at(raised)}: {how}",
        "a function that returns or raises, in a process that nobody ends",
        f"{memory if _KILLED in how else ''}Look for os._exit in the function, and for libraries "
        "that crash in it; with processes=off it runs in the process that trains.",
    )
