"""TensorFlow functions that take elements out of an iterator, and the bytes of one."""

from __future__ import annotations

from typing import Any

from core.lazy import tf


def take_function(*, batched: bool) -> Any:
    """Takes elements in a graph: how many came, and bytes of the last request."""

    @tf.function(reduce_retracing=True, autograph=False)
    def take(iterator: Any, most: Any) -> Any:
        def goes_on(asked: Any, count: Any, there: Any, size: Any) -> Any:
            return tf.logical_and(there, asked < most)

        def request(asked: Any, count: Any, there: Any, size: Any) -> Any:
            element = iterator.get_next_as_optional()
            there = element.has_value()
            rows = tf.cast(there, tf.int64)
            if batched:
                zero = tf.constant(0, tf.int64)
                rows = tf.cond(there, lambda: _rows(element.get_value()), lambda: zero)
            return asked + 1, count + rows, there, size

        zero = tf.constant(0, tf.int64)
        first = iterator.get_next_as_optional()
        there = first.has_value()
        rows, size = tf.cond(
            there,
            lambda: (
                _rows(first.get_value()) if batched else zero + 1,
                bytes_of(first.get_value()),
            ),
            lambda: (zero, zero),
        )
        start = (zero + 1, rows, there, size)
        _, count, _, size = tf.while_loop(goes_on, request, start, parallel_iterations=1)
        return count, size

    return take


def _rows(element: Any) -> Any:
    first = tf.nest.flatten(element)[0]
    window = isinstance(first, tf.data.Dataset)
    return first.cardinality() if window else tf.shape(first, out_type=tf.int64)[0]


def bytes_of(element: Any) -> Any:
    """Bytes of an element, in a graph; of text its characters."""
    total: Any = tf.constant(0, tf.int64)
    for part in tf.nest.flatten(element, expand_composites=True):
        if not isinstance(part, tf.Tensor) or part.dtype in (tf.variant, tf.resource):
            continue
        if part.dtype == tf.string:
            total += tf.cast(tf.reduce_sum(tf.strings.length(part)), tf.int64)
        else:
            total += tf.size(part, out_type=tf.int64) * part.dtype.size
    return total


def in_batches(dataset: Any, size: int) -> Any:
    """Several elements at a time; None where that cannot be.

    Where their shapes are not fixed, windows take the place of batches: they copy nothing, and
    nothing is padded to the length of the longest.

    Args:
        dataset: A ``tf.data.Dataset``.
        size: Of a batch.
    """
    parts = tf.nest.flatten(dataset.element_spec)
    kinds = (tf.TensorSpec, tf.RaggedTensorSpec, tf.SparseTensorSpec, tf.data.DatasetSpec)
    if not parts or not all(isinstance(part, kinds) for part in parts):
        return None
    fixed = all(isinstance(part, tf.TensorSpec) and part.shape.is_fully_defined() for part in parts)
    return dataset.batch(size) if fixed else dataset.window(size)
