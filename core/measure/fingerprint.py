"""An order-free fingerprint of what a source delivers, taken after the timed part of a run."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from core.lazy import tf
from core.model.measured.fingerprint import Fingerprint
from core.model.settings import Settings
from core.model.stage import SourceData
from core.pipeline.build import is_served, source_alone, source_settings, through_service

BUDGET_S = 1.5
"""A source that delivers for longer is looked at in part: its first examples."""

_SERVED_TIMES = 4.0
"""With a service it may take so many times as long: the first examples alone say nothing there."""
_BATCH = 256
Guard = Callable[[Callable[[Any], Any]], Callable[[Any], Any]]
_MODULUS = 1 << 64

_known: dict[object, tuple[Fingerprint, float]] = {}
"""Fingerprints of this process and the seconds they had: data that did not change are looked at
once, or again where there is more time for them."""


def fingerprint(
    settings: Settings,
    data: SourceData,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    keep: Callable[[Any], None] = lambda iterator: None,
    guard: Guard = lambda take: take,
    budget_s: float = BUDGET_S,
) -> Fingerprint:
    """Look at what the source of a chain delivers, files read one after the other.

    Only the settings of the source itself count: interleaving, shuffling and the like change the
    order, and a map what is made of it.

    Args:
        settings: Those of a run.
        data: Where its files are.
        cancelled: Asked now and then; the fingerprint is then of what was seen so far.
        keep: Given the iterator, to let go of it elsewhere.
        guard: Makes of what takes an element the same, so that it can be broken off.
        budget_s: Seconds after which it stops.
    """
    if is_served(settings):
        budget_s *= _SERVED_TIMES
    look = partial(_look, settings, data, cancelled, keep, guard, budget_s)
    key = (settings.chain, tuple(source_settings(settings).items()), _stamp(data.folder))
    seen, had_s = _known.get(key, (None, 0.0))
    if seen is None or not (seen.whole or had_s >= budget_s):
        seen = look(lambda dataset: dataset)
        if cancelled():
            return seen
        _known[key] = seen, budget_s
    if not is_served(settings):
        return seen
    served = look(partial(through_service, settings=settings, data=data))
    return served.through_service(seen)


def summed(examples: Iterator[bytes], over: Callable[[], bool] = lambda: False) -> Fingerprint:
    """The fingerprint of examples that are given as bytes; stops once ``over`` says so."""
    total, count = 0, 0
    sums: list[tuple[int, str]] = []
    whole = True
    for example in examples:
        total = (total + _hash(example)) % _MODULUS
        count += 1
        if count & (count - 1) == 0:
            sums.append((count, f"{total:016x}"))
            if over():
                whole = False
                break
    if count and sums[-1][0] != count:
        sums.append((count, f"{total:016x}"))
    return Fingerprint(tuple(sums), whole)


def _look(
    settings: Settings,
    data: SourceData,
    cancelled: Callable[[], bool],
    keep: Callable[[Any], None],
    guard: Guard,
    budget_s: float,
    serve: Callable[[Any], Any],
) -> Fingerprint:
    began_s = time.perf_counter()
    dataset = source_alone(settings, data)
    # Asked at powers of two: up to the next one it takes as long again as up to here.
    return summed(
        _examples(dataset, keep, guard, serve),
        lambda: cancelled() or 2 * (time.perf_counter() - began_s) > budget_s,
    )


def _examples(
    dataset: Any, keep: Callable[[Any], None], guard: Guard, serve: Callable[[Any], Any]
) -> Iterator[bytes]:
    """Each example as bytes: of every part its type, its shape and its contents."""
    specs = tf.nest.flatten(dataset.element_spec)
    alike = all(isinstance(spec, tf.TensorSpec) and spec.shape.is_fully_defined() for spec in specs)
    iterator = iter(serve(dataset.batch(_BATCH) if alike else dataset))
    keep(iterator)
    take = guard(tf.function(lambda source: source.get_next(), autograph=False))
    while (element := _next(take, iterator)) is not None:
        parts = [part.numpy() for part in tf.nest.flatten(element, expand_composites=True)]
        if not alike:
            yield b"".join(_plain(np.asarray(part)) for part in parts)
            continue
        for row in range(len(parts[0])):
            yield b"".join(_plain(np.asarray(part[row])) for part in parts)


def _next(take: Callable[[Any], Any], iterator: Any) -> Any:
    try:
        return take(iterator)
    except tf.errors.OutOfRangeError:
        return None


def _plain(part: Any) -> bytes:
    head = f"{part.dtype.str}{part.shape}".encode()
    if part.dtype.hasobject:
        # TensorFlow's strings come as Python's bytes.
        texts = [bytes(text) for text in part.ravel().tolist()]
        return head + b"".join(len(text).to_bytes(8, "little") + text for text in texts)
    return head + bytes(part.tobytes())


def _hash(example: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(example, digest_size=8).digest(), "little")


def _stamp(folder: Path) -> str:
    """Changes when a file below a folder does: their names, sizes and times."""
    files = []
    for path, _, names in os.walk(folder):
        for name in names:
            file = os.path.join(path, name)
            try:
                state = os.stat(file)
            except OSError:
                continue
            files.append((os.path.relpath(file, folder), state.st_size, state.st_mtime_ns))
    return hashlib.blake2b(repr(sorted(files)).encode("utf-8", "surrogateescape")).hexdigest()
