"""Samples and readings of recorded runs: read from the log when they are first looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from functools import cached_property
from typing import Any, overload

from core.model.measured.executed import PipelineReading
from core.model.measured.resources import Resources
from core.model.measured.samples import Samples
from core.model.run import Run


def deferred(run: Run, read: Callable[[], Run]) -> Run:
    """A run whose samples and readings are read once something asks for them.

    Args:
        run: The run without them.
        read: Gives the same run with them; what cannot be read is empty. Called once at most.
    """
    whole = _Whole(read)
    return replace(
        run,
        samples=_DeferredSamples(whole),
        resources=_DeferredResources(whole, run.resources),
        pipeline=_DeferredReadings(whole),
    )


class _Whole:
    def __init__(self, read: Callable[[], Run]) -> None:
        self._read = read

    @cached_property
    def run(self) -> Run:
        return self._read()


class _DeferredSamples(Samples):
    def __init__(self, whole: _Whole) -> None:
        vars(self)["_whole"] = whole

    def __getattr__(self, name: str) -> Any:
        if name not in _ARRAYS:
            raise AttributeError(name)
        vars(self).update(vars(self._whole.run.samples))
        return vars(self)[name]


class _DeferredResources(Resources):
    def __init__(self, whole: _Whole, known: Resources) -> None:
        vars(self).update(_whole=whole, about=known.about)

    def __getattr__(self, name: str) -> Any:
        if name != "rows":
            raise AttributeError(name)
        # With what is known of them: they fit together also where the log is gone meanwhile.
        vars(self).update(vars(self._whole.run.resources))
        return vars(self)[name]


class _DeferredReadings(Sequence[PipelineReading]):
    def __init__(self, whole: _Whole) -> None:
        self._whole = whole

    def __len__(self) -> int:
        return len(self._whole.run.pipeline)

    def __iter__(self) -> Iterator[PipelineReading]:
        return iter(self._whole.run.pipeline)

    @overload
    def __getitem__(self, index: int) -> PipelineReading: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[PipelineReading]: ...
    def __getitem__(self, index: int | slice) -> PipelineReading | Sequence[PipelineReading]:
        return self._whole.run.pipeline[index]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


_ARRAYS = {field.name for field in fields(Samples)}
