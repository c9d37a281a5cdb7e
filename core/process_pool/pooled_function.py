"""A Python function whose calls are made by worker processes, a few examples at a time."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any, Protocol

import numpy as np

from core.process_pool.raised import raised_again
from core.process_pool.worker import Raised, Unknown, WorkerCall

_MOST_CONTENTS = 500_000
"""Two tables of so many counts take about 75 MB."""
CallResult = list[Any] | Raised | BaseException
"""What a call gives: arrays, what its function raised, or why it was not called."""


class Workers(Protocol):
    """What makes the calls; see ``core.process_pool.pool.WorkerPool``."""

    processes: int
    seed: int

    def submit(self, key: int, examples: list[WorkerCall], *, whole: bool) -> Future[Any]:
        """Have a worker call a function for some examples."""

    def failure(self, error: BaseException) -> RuntimeError:
        """Why it cannot go on, for whoever waits for it."""


class _Call:
    """A call that waits for its answer; a plain lock wakes its thread with the least work.

    Attributes:
        example: What the function is called with.
        result: What the call gave, once it is there.
    """

    __slots__ = ("_there", "example", "result")

    def __init__(self, example: WorkerCall) -> None:
        self.example = example
        self.result: CallResult = []
        self._there = threading.Lock()
        self._there.acquire()

    def answer(self, result: CallResult) -> None:
        """Wake the thread that waits."""
        self.result = result
        self._there.release()

    def wait(self) -> list[Any]:
        """The values that the function gave.

        Raises:
            Exception: What it raised, or why the pool could not call it.
        """
        with self._there:
            result = self.result
        if isinstance(result, Raised):
            raise raised_again(result)
        if isinstance(result, BaseException):
            raise result
        return result


class Repeats:
    """How often each content came, of the recent ones: at most two full tables are kept.

    A content is counted exactly while fewer than ``limit`` others come between two of its calls.
    The count of a forgotten one goes on from the number of tables that were filled, so that a large
    dataset does not get the same random numbers in each epoch.
    """

    def __init__(self, limit: int = _MOST_CONTENTS) -> None:
        """Begin with no content.

        Args:
            limit: How many contents a table holds.
        """
        self._limit = limit
        self._recent: dict[int, int] = {}
        self._earlier: dict[int, int] = {}
        self._filled = 0

    def __len__(self) -> int:
        """How many counts are kept."""
        return len(self._recent) + len(self._earlier)

    def count(self, content: int) -> int:
        """Count a content once more.

        Returns:
            How often it came, this time included.
        """
        before = self._recent.get(content)
        if before is None:
            before = self._earlier.pop(content, self._filled)
        times = self._recent[content] = before + 1
        if len(self._recent) >= self._limit:
            self._earlier, self._recent = self._recent, {}
            self._filled += 1
        return times


class PooledFunction:
    """Called by many threads at once, each with one example; workers get a few at a time.

    What waits is sent as soon as a worker has nothing else to do next: chunks are full where there
    is much to do, and nothing ever waits for others to come.
    """

    def __init__(self, pool: Workers, key: int, chunk: int) -> None:
        """Have nothing to do yet."""
        self._pool, self._key, self._chunk = pool, key, chunk
        self._lock = threading.Lock()
        self._waiting: list[_Call] = []
        self._chunks_out = 0
        self._repeats = Repeats()

    def __call__(self, *arguments: Any) -> Any:
        """What the function gives for an example.

        Raises:
            WorkerDiedError: A worker ended.
            PoolClosedError: The run was stopped.
            Exception: What the function raised, its traceback as the cause.
        """
        result = self.begin(arguments).wait()
        return result if len(result) != 1 else result[0]

    def begin(self, arguments: tuple[Any, ...], place: bytes = b"") -> _Call:
        """Have the function called once: its answer is waited for later.

        Args:
            arguments: What it is called with.
            place: What the seed of its random numbers follows from; else that is what is in the
                arguments.
        """
        content = zlib.crc32(place, self._pool.seed) if place else self._content(arguments)
        with self._lock:
            times = 1 if place else self._repeats.count(content)  # each place comes once
            seed = zlib.crc32(times.to_bytes(8, "little"), content)
            call = _Call(WorkerCall(seed, arguments))
            self._waiting.append(call)
        self._send()
        return call

    def _content(self, arguments: tuple[Any, ...]) -> int:
        """What the seed of an example follows from, whichever of them comes first."""
        content = self._pool.seed
        for argument in arguments:
            array = np.ascontiguousarray(argument)
            plain = repr(array.tolist()).encode() if array.dtype.hasobject else array.data
            content = zlib.crc32(plain, content)
        return content

    def _send(self) -> None:
        """Send what waits, as far as workers have nothing else to do next."""
        while True:
            with self._lock:
                # One chunk more than workers: the next is there when one is done.
                if not self._waiting or self._chunks_out > self._pool.processes:
                    return
                self._chunks_out += 1
                part, self._waiting = self._waiting[: self._chunk], self._waiting[self._chunk :]
            self._submit(part, whole=False)

    def _submit(self, part: list[_Call], *, whole: bool) -> None:
        examples = [call.example for call in part]
        try:
            future = self._pool.submit(self._key, examples, whole=whole)
        except BaseException as error:
            self._answer(part, [self._pool.failure(error)] * len(part))
        else:
            future.add_done_callback(lambda done: self._done(done, part))

    def _done(self, future: Future[Any], part: list[_Call]) -> None:
        error = future.exception()
        if error is None and isinstance(future.result(), Unknown):
            self._submit(part, whole=True)
            return
        self._answer(
            part, future.result() if error is None else [self._pool.failure(error)] * len(part)
        )
        # Where the pool is at its end, this tells those who wait.
        self._send()

    def _answer(self, part: list[_Call], results: Sequence[CallResult]) -> None:
        with self._lock:
            self._chunks_out -= 1
        for call, values in zip(part, results, strict=True):
            call.answer(values)
