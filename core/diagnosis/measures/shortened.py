"""Pipelines for short measurements: caches and shuffle buffers that need no minutes to fill."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.lazy import tf
from core.model.kinds import Value
from core.model.settings import Settings

_TIMES, _ENDLESS = 10**9, 10**5
"""So often a sample that is cached is gone through, longer than anything is measured; what has so
many elements for that is not cut short by the code, also where large batches are made of them."""


@dataclass(frozen=True)
class Shortening:
    """What is smaller in a short measurement than in a training, alike on both sides of it.

    Attributes:
        cached: Elements that a cache takes; its data are these, over and over. None for all.
        never_full: Caches keep nothing, as those that are not read to their end.
        buffers: Sizes of shuffle buffers by the knobs that set them.
    """

    cached: int | None = None
    never_full: bool = False
    buffers: Mapping[str, int] = field(default_factory=dict)

    def settings(self, settings: Settings) -> Settings:
        """Settings with the smaller buffers."""
        smaller: dict[str, Value] = {
            knob: size
            for knob, size in self.buffers.items()
            if isinstance(before := settings.get(knob), int) and before > size
        }
        return settings.with_values(smaller) if smaller else settings

    def with_more(self, other: Shortening) -> Shortening:
        """What is smaller in one of both, and the smaller of what is in both."""
        sizes = [each.cached for each in (self, other) if each.cached is not None]
        buffers = dict(self.buffers)
        for knob, size in other.buffers.items():
            buffers[knob] = min(size, buffers.get(knob, size))
        never_full = self.never_full or other.never_full
        cached = min(sizes) if sizes else None
        return Shortening(cached, never_full=never_full, buffers=buffers)

    @contextmanager
    def building(self, scratch: Path) -> Iterator[None]:
        """While it is entered, each ``cache`` is a full one of a sample; files are in a folder.

        The code that builds the pipeline may go through a dataset itself, as ``adapt`` does: that
        comes to an end, about as if the sample were all there is.
        """
        plain, take, repeat = (vars(tf.data.Dataset)[name] for name in ("cache", "take", "repeat"))
        iterate, reduce = tf.data.Dataset.__iter__, tf.data.Dataset.reduce
        numbers, repeated = itertools.count(), list[Any]()

        def cache(dataset: Any, filename: str = "", name: str | None = None) -> Any:
            if self.never_full:
                # A dataset of its own, as the call would give.
                return take(dataset, -1)
            if filename:
                # Not the person's own file: it would be locked, or be left half written.
                filename = str(scratch / f"trial-cache-{next(numbers)}-{id(dataset)}")
            if self.cached is None:
                return plain(dataset, filename, name)
            kept = plain(take(dataset, self.cached), filename, name)
            if tf.executing_eagerly():
                # What fills a cache is not how the rest will be.
                kept.reduce(0, lambda count, *_: count + 1)
            repeated.append(repeat(kept, _TIMES))
            return repeated[-1]

        def once(dataset: Any) -> Any:
            if not tf.executing_eagerly() or not any(_reads(dataset, each) for each in repeated):
                return dataset
            number = int(dataset.cardinality())
            if number == tf.data.UNKNOWN_CARDINALITY:
                return take(dataset, self.cached)
            return take(dataset, -(-number // _TIMES)) if number >= _ENDLESS else dataset

        def reduce_once(dataset: Any, *given: Any, **named: Any) -> Any:
            return reduce(once(dataset), *given, **named)

        tf.data.Dataset.cache = cache
        tf.data.Dataset.__iter__ = lambda dataset: iterate(once(dataset))
        tf.data.Dataset.reduce = reduce_once
        try:
            yield
        finally:
            tf.data.Dataset.cache = plain
            tf.data.Dataset.__iter__, tf.data.Dataset.reduce = iterate, reduce


def _reads(dataset: Any, source: Any) -> bool:
    """Whether a dataset takes its elements from another."""
    waiting, seen = [dataset], set[int]()
    while waiting:
        reached = waiting.pop()
        if reached is source:
            return True
        if id(reached) not in seen:
            seen.add(id(reached))
            waiting += reached._inputs()
    return False
