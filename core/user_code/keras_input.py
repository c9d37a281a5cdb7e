"""What ``model.fit`` makes of arrays and Python generators: a ``tf.data.Dataset`` of batches."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.lazy import tf
from core.model.recorded_call import FunctionSeen, RecordedCall, Site
from core.pipeline.workers.py_dataset import is_py_dataset

_OF_ARRAYS = (
    "y",
    "sample_weight",
    "batch_size",
    "validation_split",
    "validation_batch_size",
)
"""Arguments of ``fit`` that say nothing to a dataset."""
_ADAPTERS = "keras.src.trainers.data_adapters"


def with_datasets(given: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of ``fit`` with the datasets that Keras makes of arrays in the arrays' place.

    A generator is asked for two batches, for their types, which the dataset gives first.

    Args:
        given: The arguments by name. A ``tf.data.Dataset`` or a ``PyDataset`` stays as it is.

    Raises:
        ValueError: Keras cannot train on that, in its words.
    """
    rows = given.get("x"), given.get("y"), given.get("sample_weight")
    validation = given.get("validation_data")
    size = given.get("batch_size")
    made = {name: value for name, value in given.items() if name not in _OF_ARRAYS}
    if not makes_batches(rows[0]):
        if given.get("validation_split") and validation is None:
            split = importlib.import_module(f"{_ADAPTERS}.array_slicing").train_validation_split
            rows, validation = split(rows, validation_split=given["validation_split"])
        shuffle = given.get("shuffle", True)
        made["x"] = _dataset(*rows, size, given.get("steps_per_epoch"), shuffle)
    if validation is not None and not makes_batches(validation):
        size = given.get("validation_batch_size") or size
        held_out = validation if isinstance(validation, (tuple, list)) else (validation,)
        x, y, weight = (*held_out, None, None)[:3]
        validation = _dataset(x, y, weight, size, given.get("validation_steps"), False)
    return made if validation is None else made | {"validation_data": validation}


def makes_batches(data: Any) -> bool:
    """Whether ``fit`` takes what it is given as batches already."""
    kinds = (tf.data.Dataset, tf.distribute.DistributedDataset)
    return isinstance(data, kinds) or is_py_dataset(data)


def _dataset(x: Any, y: Any, weight: Any, size: int | None, steps: int | None, shuffle: Any) -> Any:
    adapters = importlib.import_module(_ADAPTERS)
    shuffle = shuffle and not inspect.isgenerator(x)
    adapter = adapters.get_data_adapter(x, y, weight, size, steps, shuffle)
    return adapter.get_tf_dataset()


def with_generator(calls: tuple[RecordedCall, ...], x: Any) -> tuple[RecordedCall, ...]:
    """Calls that Keras made of ``x``: of a person's generator with its function and its place."""
    if not inspect.isgenerator(x):
        return calls
    file, line = x.gi_code.co_filename, x.gi_code.co_firstlineno
    function = FunctionSeen(x.__name__, file, line, python=True)
    path = (Site(file, line, function=x.__name__),)
    return tuple(
        replace(call, function=function, path=path) if call.method == "from_generator" else call
        for call in calls
    )
