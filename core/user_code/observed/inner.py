"""What a function of TensorFlow makes for itself: ``make_csv_dataset`` shuffles, batches, ..."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.model.recorded_call import Argument
from core.user_code.observed.arguments import plain

_SIZE = {"buffer_size": "_buffer_size"}
_SHUFFLE = {**_SIZE, "reshuffle_each_iteration": "_reshuffle_each_iteration"}
_BATCH = {"batch_size": "_batch_size", "drop_remainder": "_drop_remainder"}
_COUNT = {"count": "_count"}
_METHODS: Mapping[str, tuple[tuple[str, Mapping[str, str]], ...]] = {
    "Shuffle": (("shuffle", _SHUFFLE),),
    "ShuffleAndRepeat": (("shuffle", _SHUFFLE), ("repeat", _COUNT)),
    "Repeat": (("repeat", _COUNT),),
    "Batch": (("batch", _BATCH),),
    "ParallelBatch": (("batch", _BATCH),),
    "MapAndBatch": (("batch", {"batch_size": "_batch_size_t"}),),
    "PaddedBatch": (("padded_batch", _BATCH),),
    "Cache": (("cache", {"filename": "_filename"}),),
    "Take": (("take", _COUNT),),
    "Skip": (("skip", _COUNT),),
    "Prefetch": (("prefetch", _SIZE),),
}
"""Methods by the class of the dataset that they make, with the attribute of each argument: those
that decide what is trained on, and what is worked on ahead."""

Inner = tuple[str, dict[str, Argument]]
"""A method and its arguments."""


def methods_of(dataset: Any) -> list[Inner]:
    """The methods that a dataset is, in the order of the data; empty for what does not matter."""
    name = type(dataset).__name__.lstrip("_").removesuffix("Dataset")
    methods = []
    for method, attributes in _METHODS.get(name, ()):
        arguments = {
            argument: _plain(argument, getattr(dataset, attribute))
            for argument, attribute in attributes.items()
            if hasattr(dataset, attribute)
        }
        inputs = [type(source).__name__ for source in dataset._inputs()]
        if method == "batch" and any("DenseToRagged" in source for source in inputs):
            method = "ragged_batch"
        # Files are "shuffled" in a buffer of one where nobody asked for it.
        if method != "shuffle" or arguments.get("buffer_size") != 1:
            methods.append((method, arguments))
    return methods


def _plain(name: str, value: Any) -> Argument:
    value = plain(name, value)
    return value.decode(errors="replace") if isinstance(value, bytes) else value
