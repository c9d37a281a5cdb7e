"""Ends what a ``PyDataset`` starts: threads and processes, whatever becomes of the training.

Keras 3 ends them itself when an epoch comes to its end. After a Stop within an epoch its thread
waits for ever to hand over a batch; where a worker process dies, ``multiprocessing.Pool`` waits for
ever for its result; and a process that is killed may leave workers. Here each of these has an end.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import multiprocessing
import os
import queue
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing.pool import ThreadPool
from typing import Any

from core.model.errors import RunError
from core.pipeline.workers.py_dataset import start_method

_LOOK_S = 0.2
_PARENT_S = 0.5
_LONGEST_S = 2.0
_MODULE = "keras.src.trainers.data_adapters.py_dataset_adapter"


@contextlib.contextmanager
def ended_workers() -> Iterator[None]:
    """Workers that a ``PyDataset`` starts meanwhile are watched, and gone afterwards."""
    adapter: Any = importlib.import_module(_MODULE)
    plain = adapter.OrderedEnqueuer
    started: list[Any] = []

    class Enqueuer(plain):  # type: ignore[misc, valid-type]
        """Keras's own, with pools that notice the death of a worker."""

        explorer_started = started

        def __init__(self, *arguments: Any, **keywords: Any) -> None:
            self.pools: list[_Pool] = []
            super().__init__(*arguments, **keywords)
            plainly = vars(self)["executor_fn"]
            self.executor_fn: Any = lambda sequences: self._watched(plainly(sequences))
            started.append(self)

        def _get_executor_init(self, workers: int) -> Any:
            if start_method() != "fork":
                return super()._get_executor_init(workers)
            init = functools.partial(_init_worker, os.getpid(), adapter.init_pool_generator)
            ids = adapter.get_worker_id_queue()
            return lambda sequences: multiprocessing.Pool(workers, init, (sequences, None, ids))

        def _watched(self, pool: Any) -> _Pool:
            # The one of the epoch before has no work left.
            for before in self.pools:
                before.end()
            self.pools[:] = [_Pool(pool, type(self.py_dataset).__name__)]
            return self.pools[0]

    adapter.OrderedEnqueuer = Enqueuer
    try:
        yield
    finally:
        adapter.OrderedEnqueuer = plain
        for enqueuer in started:
            _end(enqueuer)


def break_off() -> None:
    """Let nobody wait for a worker any more: whoever does is told. May come from any thread."""
    for pool in _pools():
        pool.end()


def worker_pids() -> tuple[int, ...]:
    """Process ids of the workers that there are at present."""
    return tuple(pid for pool in _pools() for pid in pool.pids())


def _pools() -> Iterator[_Pool]:
    """Of what was started within ``ended_workers``."""
    adapter = sys.modules.get(_MODULE)
    started = getattr(getattr(adapter, "OrderedEnqueuer", None), "explorer_started", ())
    for enqueuer in list(started):
        yield from list(enqueuer.pools)


def _end(enqueuer: Any) -> None:
    """Stop an enqueuer without waiting for batches that are under way."""
    enqueuer.running = False
    thread = enqueuer.run_thread
    while thread is not None and thread.is_alive():
        # It waits to hand over what nobody takes any more.
        with contextlib.suppress(queue.Empty):
            enqueuer.future_queue.get_nowait()
        thread.join(_LOOK_S / 10)
    for pool in enqueuer.pools:
        pool.end()


def _init_worker(parent: int, keras_init: Any, *arguments: Any) -> None:
    """In a new worker process: it ends with the process that trains, whatever ends that."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PARENT_S)
        os._exit(1)

    threading.Thread(target=watch, name="parent watch", daemon=True).start()
    keras_init(*arguments)


class _Pool:
    """A pool of workers that tells when one dies, and lets nobody wait once it was ended."""

    def __init__(self, pool: Any, name: str) -> None:
        self._pool, self._name = pool, name
        self._threads = isinstance(pool, ThreadPool)
        self._ended = threading.Event()
        self._workers = list(pool._pool)

    def apply_async(self, function: Any, arguments: tuple[Any, ...]) -> _Result:
        return _Result(self._pool.apply_async(function, arguments), self)

    def pids(self) -> tuple[int, ...]:
        """Of its processes; none where it is of threads, or was ended."""
        if self._threads or self._ended.is_set():
            return ()
        return tuple(worker.pid for worker in list(self._pool._pool) if worker.pid is not None)

    def close(self) -> None:
        self._pool.close()

    def end(self) -> None:
        """Stop the workers where they stand; whoever waits for a result is told."""
        if self._ended.is_set():
            return
        self._ended.set()
        if self._threads:
            # They end with the batch that they work on: nothing else can stop a thread.
            self._pool.terminate()
            for worker in self._workers:
                worker.join(_LONGEST_S)
            return
        # A worker that was killed from outside may have held the lock that this waits for.
        ending = threading.Thread(target=self._pool.terminate, name="pool end", daemon=True)
        ending.start()
        ending.join(_LONGEST_S)
        for worker in (*self._workers, *self._pool._pool):
            if worker.is_alive():
                worker.kill()
            worker.join()

    def check(self) -> None:
        """Say where a result can no longer come.

        Raises:
            RunError: A worker died, or the pool was ended.
        """
        if self._ended.is_set():
            raise RunError(f"The workers of {self._name} were stopped")
        if self._threads:
            return
        present = list(self._pool._pool)
        self._workers += [worker for worker in present if worker not in self._workers]
        codes = [worker.exitcode for worker in self._workers if worker.exitcode]
        if codes:
            raise died(self._name, codes[0], start_method())


def died(name: str, code: int, method: str) -> RunError:
    """What is said of a worker process that ended.

    Args:
        name: The class of the ``PyDataset``.
        code: The exit code; below 0 the number of a signal.
        method: How it was started.
    """
    how = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
    what = f"A worker process of {name} died ({how}), and its batch with it"
    if method != "fork":
        return RunError(
            what,
            expected=f"a class that a new Python can import ({method})",
            remedy="A file of yours that is opened here cannot be imported there by its "
            'name: leave set_start_method out, or choose "fork".',
        )
    return RunError(
        what,
        expected="worker processes that last as long as the epoch",
        remedy="Look for what ends them: too little memory, or a library that does not "
        "survive a fork. With use_multiprocessing=False an error in __getitem__ is shown.",
    )


class _Result:
    """A batch under way."""

    def __init__(self, result: Any, pool: _Pool) -> None:
        self._result, self._pool = result, pool

    def get(self) -> Any:
        self._result.wait(_LOOK_S)
        while not self._result.ready():
            self._pool.check()
            self._result.wait(_LOOK_S)
        return self._result.get()
