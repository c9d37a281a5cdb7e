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

_TIMES = 1_000_000
"""So often a sample that is cached is gone through: longer than anything is measured."""


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
        """While it is entered, each ``cache`` is a full one of a sample; files are in a folder."""
        plain, take, repeat = (vars(tf.data.Dataset)[name] for name in ("cache", "take", "repeat"))
        numbers = itertools.count()

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
            return repeat(kept, _TIMES)

        tf.data.Dataset.cache = cache
        try:
            yield
        finally:
            tf.data.Dataset.cache = plain
