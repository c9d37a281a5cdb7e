"""How many elements a dataset has and how large they are, as far as TensorFlow knows."""

from __future__ import annotations

from typing import Any

from core.lazy import tf


def elements_of(dataset: Any) -> int | None:
    """How many elements a dataset has, -1 without end; None where that is not known."""
    if not isinstance(dataset, tf.data.Dataset) or not tf.executing_eagerly():
        return None
    count = int(dataset.cardinality())
    return None if count == tf.data.UNKNOWN_CARDINALITY else count


def element_bytes_of(dataset: Any) -> int | None:
    """Bytes of one element; None where its shape is open, or what it holds has no fixed size."""
    if not isinstance(dataset, tf.data.Dataset):
        return None
    total = 0
    for part in tf.nest.flatten(dataset.element_spec):
        if not isinstance(part, tf.TensorSpec) or not part.shape.is_fully_defined():
            return None
        if not part.dtype.is_numpy_compatible or part.dtype == tf.string or not part.dtype.size:
            return None
        total += int(part.shape.num_elements()) * int(part.dtype.size)
    return total
