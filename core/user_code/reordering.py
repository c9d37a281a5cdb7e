"""Makes calls of someone's code in another order than they stand there."""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from core.lazy import tf
from core.model.errors import RunError
from core.model.settings import Settings
from core.pipeline.recorded_chain.reordered import Reordered
from core.pipeline.recorded_chain.stage import Recorded
from core.user_code.observed.seen import Change

DATASETS = "behind_each_call"
"""The attribute of a dataset that names those behind each of the calls."""
_NODE = re.compile(r"\{\{.*?\}\}")
"""How TensorFlow's messages name a node."""
_COMPARED = ("map", "batch", "unbatch")


class Reordering:
    """Waits for the last of some calls and makes all of them anew, in their new order.

    The calls before it are made as in the code meanwhile: it may look at what they give.
    """

    def __init__(
        self,
        part: Reordered,
        stages: Mapping[str, Recorded],
        settings: Settings,
        changes: Mapping[str, Change],
    ) -> None:
        """Wait for the first.

        Args:
            part: The calls.
            stages: Their stages, by key.
            settings: Those of the pipeline.
            changes: What else is done at the calls, by key.
        """
        self._part, self._stages, self._settings = part, stages, settings
        self._changes = changes
        self._source: Any = None
        self._made: dict[str, tuple[Callable[[], Any], inspect.BoundArguments]] = {}

    def change(self, key: str) -> Change:
        """What is done at one of the calls."""

        def make(dataset: Any, call: Callable[[], Any], bound: inspect.BoundArguments) -> Any:
            if key == self._part.written[0]:
                self._source = dataset
            self._made[key] = call, bound
            return self._all() if key == self._part.written[-1] else call()

        return make

    def _all(self) -> Any:
        if self._part.checked:
            self._check()
        dataset, datasets = self._source, {}
        for key in self._part.order:
            dataset = datasets[key] = self._again(key, dataset, self._changes.get(key))
        if isinstance(dataset, tf.data.Dataset):
            setattr(dataset, DATASETS, datasets)
        return dataset

    def _again(self, key: str, dataset: Any, change: Change | None) -> Any:
        call, bound = self._made[key]
        bound.arguments[next(iter(bound.arguments))] = dataset
        return call() if change is None else change(dataset, call, bound)

    def _check(self) -> None:
        """Compare some elements in both orders.

        Raises:
            RunError: They are others, or a function cannot work on such batches.
        """
        sizes = [self._size(key) for key in self._part.written if self._kind(key) == "batch"]
        elements = list(self._source.take(2 * max(sizes)))
        spec = self._source.element_spec

        def source() -> Any:
            return tf.data.Dataset.from_generator(lambda: iter(elements), output_signature=spec)

        written = [key for key in self._part.written if self._kind(key) in _COMPARED]
        order = [key for key in self._part.order if key in written]
        before = source()
        for key in written:
            before = self._again(key, before, None)
        expected = list(before)
        maps = ", ".join(key for key in written if self._kind(key) == "map")
        try:
            after = source()
            for key in order:
                # A map as it is in the code: processes give the same, and take time to start.
                stage = self._stages[key]
                change = None if stage.kind == "map" else stage.change(self._settings)
                after = self._again(key, after, change)
            pairs = list(itertools.zip_longest(expected, after))
        except Exception as error:
            said = _NODE.sub("", str(error)).strip().partition("\n")[0][:160]
            said = said or type(error).__name__
            raise RunError(
                f"{maps} fails with the batches of the new order: {said}",
                expected="functions that work on single elements and on whole batches alike",
            ) from error
        random = any(function.random for key in written if (function := self._function(key)))
        if not all(_alike(first, second, values=not random) for first, second in pairs):
            rounded = all(_alike(*pair, values=True, rounded=True) for pair in pairs)
            raise RunError(
                f"{maps} returns the same values with the batches of the new order only up to "
                "rounding: put the batch in front of it yourself, if that does not matter"
                if rounded
                else f"{maps} returns other values with the batches of the new order",
                expected="functions that work on single elements and on whole batches alike",
            )

    def _kind(self, key: str) -> str:
        return self._stages[key].kind

    def _function(self, key: str) -> Any:
        return self._stages[key].call.function

    def _size(self, key: str) -> int:
        size = self._settings.get(f"{key}.batch_size")
        return size if isinstance(size, int) else 1


def _alike(first: Any, second: Any, *, values: bool, rounded: bool = False) -> bool:
    """Whether two elements are the same to the bit; without values only in types and shapes.

    Args:
        first: An element.
        second: Another.
        values: They have the same values, too.
        rounded: Floating-point numbers may differ as other ways of computing them round.
    """
    if first is None or second is None:
        return False
    try:
        tf.nest.assert_same_structure(first, second, expand_composites=True)
    except (TypeError, ValueError):
        return False
    parts = zip(*(_parts(element) for element in (first, second)), strict=True)
    return all(
        first_part.dtype == second_part.dtype
        and first_part.shape == second_part.shape
        and (not values or _equal(first_part.numpy(), second_part.numpy(), rounded=rounded))
        for first_part, second_part in parts
    )


def _parts(element: Any) -> Sequence[Any]:
    return [tf.convert_to_tensor(part) for part in tf.nest.flatten(element, expand_composites=True)]


def _equal(first_part: Any, second_part: Any, *, rounded: bool) -> bool:
    dtype = np.asarray(first_part).dtype
    floats = np.issubdtype(dtype, np.inexact)
    if rounded and floats:
        within = 32 * np.finfo(dtype).eps
        return bool(np.allclose(first_part, second_part, within, within, equal_nan=True))
    return bool(np.array_equal(first_part, second_part, equal_nan=floats))
