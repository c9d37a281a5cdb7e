"""A person's own ``PyDataset`` as the one call that a chain of theirs is made of."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from core.model.recorded_call import FunctionSeen, RecordedCall, Site
from core.pipeline.workers.py_dataset import (
    KIND,
    PY_DATASET_KNOBS,
    START_METHOD,
    as_dataset,
    start_method,
)
from core.user_code.observed.frames import is_library
from core.user_code.observed.seen import CallPath, Change


def dataset_and_call(
    py_dataset: Any,
    changes: Mapping[CallPath, Change] | None = None,
    given_at: Site | None = None,
) -> tuple[Any, RecordedCall]:
    """What ``model.fit`` makes of a ``PyDataset`` of theirs, and what stands for it in a chain.

    The call is as the code has it; the dataset is changed.

    Args:
        py_dataset: The ``keras.utils.PyDataset``.
        changes: What is done at calls, this one among them.
        given_at: Where it is used: its place if its class is a library's.
    """
    call = _call(py_dataset, given_at)
    change = (changes or {}).get(call.path)
    if change is not None:
        given: Any = SimpleNamespace(arguments={})
        change(None, lambda: None, given)
        for name, value in given.arguments.items():
            setattr(py_dataset, name, value)
    return as_dataset(py_dataset), call


def _call(py_dataset: Any, given_at: Site | None) -> RecordedCall:
    """Its place and its function are those of what makes a batch, in the person's code."""
    kind = type(py_dataset)
    arguments = {knob.name: getattr(py_dataset, knob.name) for knob in PY_DATASET_KNOBS}
    arguments[START_METHOD] = start_method()
    makes = inspect.unwrap(kind.__getitem__)
    code = getattr(makes, "__code__", None)
    file, line = getattr(code, "co_filename", ""), getattr(code, "co_firstlineno", 0)
    if is_library(file) and given_at is not None:
        file, line = given_at.file, given_at.line
    function = FunctionSeen(kind.__name__, file, line, python=True)
    return RecordedCall(
        key=KIND,
        method=KIND,
        path=(Site(function.file, function.line, function=kind.__name__),),
        arguments=arguments,
        given=(),
        inputs=(),
        function=function,
    )
