"""The items of a generator, made by worker processes and given in their order."""

from __future__ import annotations

import itertools
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from core.process_pool.item_loop import in_processes
from core.process_pool.pool import WorkerPool, check_installed
from core.process_pool.worker import Item


def generator_in_workers(
    generator: Callable[..., Any], pool: WorkerPool, chunk: int, ahead: int
) -> Callable[..., Any]:
    """The same generator; workers make its items.

    Args:
        generator: See ``core.process_pool.item_loop``.
        pool: The workers.
        chunk: How many items a worker makes at a time.
        ahead: How many items are at the workers at the same time.

    Raises:
        InputError: It does not make its items in a loop, or a package is missing.
    """
    check_installed()
    starts = itertools.count()

    def in_order(make: Callable[..., Any], values: Iterable[Any]) -> Iterator[Any]:
        function, start = pool.function(Item(make), chunk=chunk), next(starts)
        calls: deque[Any] = deque()
        try:
            for number, value in enumerate(values):
                # Random numbers go by the place of an item: another start draws others.
                calls.append(function.begin((value,), f"{start} {number}".encode()))
                if len(calls) >= ahead:
                    yield _item(calls.popleft())
            while calls:
                yield _item(calls.popleft())
        finally:
            pool.release(function)

    return in_processes(generator, in_order)


def _item(call: Any) -> Any:
    (packed,) = call.wait()
    return pickle.loads(packed.item())
