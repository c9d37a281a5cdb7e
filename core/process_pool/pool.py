"""Worker processes that call the Python functions of a pipeline, a few examples at a time."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import Any

from core import installed
from core.model.errors import Cancelled, InputError
from core.process_pool.pooled_function import PooledFunction
from core.process_pool.sendable import packed
from core.process_pool.worker import WorkerCall, begin, work

CHUNK = 8
"""Examples that go to a worker at a time: one by one, the way there takes as long as the work."""
_EXIT_CODES = re.compile(r"exit codes of the workers are \{([^}]*)\}")
_LOOK_S = 0.1
_NEEDED = ("loky", "cloudpickle")
_JOIN_S = 1.0
_ENVIRONMENT = {
    # No module of the working directory in the place of one of Python's own.
    "PYTHONSAFEPATH": "1",
    # A worker that loads TensorFlow leaves the GPU to the training.
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


class WorkerDiedError(RuntimeError):
    """A worker process ended while it had work."""


class PoolClosedError(RuntimeError):
    """The pool was closed while its work was waited for: the run was stopped."""


def missing_packages() -> tuple[str, ...]:
    """What worker processes need and the interpreter that trains does not have."""
    return tuple(name for name in _NEEDED if importlib.util.find_spec(name) is None)


def check_installed() -> None:
    """Make sure that workers can be started.

    Raises:
        InputError: A package is missing in the interpreter that trains.
    """
    missing = missing_packages()
    if missing:
        raise InputError(
            f"Worker processes need {' and '.join(missing)}, which {sys.executable} does not have",
            expected="loky and cloudpickle in the interpreter that trains",
            remedy=f"Install {'it' if len(missing) == 1 else 'them'} there: "
            f"{sys.executable} -m pip install {' '.join(missing)}. Or leave processes off.",
        )


class WorkerPool:
    """A fixed number of worker processes, started when they are first needed or by ``start``.

    Attributes:
        processes: How many workers there are.
        seed: Random numbers that functions draw follow from it.
    """

    def __init__(self, processes: int, seed: int = 0) -> None:
        """Start none yet."""
        self.processes, self.seed = processes, seed
        self._packed: dict[int, bytes] = {}
        self._keys: dict[bytes, int] = {}
        self._functions: list[PooledFunction] = []
        self._executor: Any = None
        self._keeper: threading.Thread | None = None
        self._lock = threading.Lock()
        self._closed, self._over = threading.Event(), threading.Event()
        self._died = ""

    def function(self, function: Callable[..., Any], *, chunk: int = CHUNK) -> PooledFunction:
        """A function that has the workers do its work.

        Args:
            function: Takes arrays and gives arrays, as for ``tf.numpy_function``.
            chunk: How many of its calls go to a worker at a time.

        Raises:
            InputError: It cannot be sent to another process, or a package is missing.
        """
        check_installed()
        sent = packed(function)
        with self._lock:
            # A generator sends the same function at each of its starts: workers keep one copy.
            key = self._keys.setdefault(sent, len(self._keys))
            self._packed[key] = sent
            # TensorFlow holds what its graphs call by weak references alone.
            self._functions.append(PooledFunction(self, key, chunk))
            return self._functions[-1]

    def release(self, function: PooledFunction) -> None:
        """Let go of a function that no graph of TensorFlow calls."""
        with self._lock:
            self._functions.remove(function)

    def start(self, cancelled: Callable[[], bool] = lambda: False) -> None:
        """Start the workers and wait until all have the functions that are known by now.

        Raises:
            Cancelled: It was asked for.
            WorkerDiedError: One ended meanwhile.
        """
        with self._lock:
            if self._executor is not None:
                return
            if self._closed.is_set():
                raise PoolClosedError("the pool is closed")
            # Not before they are needed: every start of the program would wait for them.
            from loky.backend.context import get_context
            from loky.process_executor import ProcessPoolExecutor

            started = get_context("loky").Semaphore(0)
            executor = ProcessPoolExecutor(
                self.processes,
                initializer=begin,
                initargs=(os.getpid(), dict(self._packed), started),
                env=_ENVIRONMENT,
            )
            # The system ends a worker with the thread that started it: it is one that stays.
            ready: Future[Future[Any]] = Future()
            self._keeper = threading.Thread(
                target=self._keep, args=(executor, ready), name="workers", daemon=True
            )
            self._keeper.start()
            self._executor = executor
            first = ready.result()
        there = 0
        while there < self.processes:
            if started.acquire(timeout=_LOOK_S):
                there += 1
            elif cancelled():
                raise Cancelled
            elif first.done() and (error := first.exception()) is not None:
                raise self.failure(error)

    def _keep(self, executor: Any, ready: Future[Future[Any]]) -> None:
        """Start the workers, and look after them until they are ended.

        loky does not notice a worker that died in the middle of a long answer: it waits for the
        rest. So where one is gone and nothing follows from it, the others are ended too.
        """
        try:
            with _searched_first(installed.importable()):
                ready.set_result(executor.submit(os.getpid))
        except BaseException as error:
            ready.set_exception(error)
        gone_before = False
        while not self._over.wait(_LOOK_S):
            codes = [process.exitcode for process in list(executor._processes.values())]
            gone = [code for code in codes if code is not None]
            if gone_before and gone and not self._died and executor._flags.broken is None:
                self._died = ", ".join(map(_in_words, gone))
                _kill(list(executor._processes.values()), executor._result_queue)
            gone_before = bool(gone)

    def submit(self, key: int, examples: list[WorkerCall], *, whole: bool) -> Future[Any]:
        """Have a worker call a function for some examples (see ``worker.work``).

        Args:
            key: Of the function.
            examples: What it is called with.
            whole: Send the function along, for a worker that does not know it.
        """
        self.start()
        sent = self._packed[key] if whole else None
        future: Future[Any] = self._executor.submit(work, key, sent, examples)
        return future

    def failure(self, error: BaseException) -> RuntimeError:
        """Why the pool cannot go on, for whoever waits for it."""
        if self._closed.is_set():
            return PoolClosedError("the run was stopped")
        codes = _EXIT_CODES.search(str(error))
        how = codes.group(1) if codes else self._died or " ".join(str(error).split())
        return WorkerDiedError(f"a worker process ended: {how}")

    def pids(self) -> tuple[int, ...]:
        """Process ids of the workers."""
        executor = self._executor
        return () if executor is None else tuple(getattr(executor, "_processes", None) or ())

    def close(self) -> None:
        """End the workers at once, whatever they are doing; a call that waits for them raises."""
        self._closed.set()
        with self._lock:
            executor, self._executor = self._executor, None
        if executor is None:
            return
        feeder, manager = executor._call_queue._thread, executor._executor_manager_thread
        # A thread may be writing into a full pipe that nobody reads any more: with the last
        # reading end gone, it is broken off.
        executor._call_queue._reader.close()
        workers, answers = list(executor._processes.values()), executor._result_queue
        executor.shutdown(wait=False, kill_workers=True)
        manager.join(_JOIN_S)
        if manager.is_alive():
            _kill(workers, answers)
            manager.join(_JOIN_S)
        # Not before: the workers end with their keeper, and might in the middle of an answer.
        self._over.set()
        for thread in (feeder, self._keeper):
            if thread is not None:
                thread.join(_JOIN_S)


def _kill(processes: Iterable[Any], answers: Any) -> None:
    """Kill workers, and break off the wait for the rest of an answer from one of them."""
    for process in processes:
        with contextlib.suppress(OSError):
            os.kill(process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    # The last writing end of the pipe.
    answers._writer.close()


def _in_words(code: int) -> str:
    """An exit code, below 0 the number of a signal, as loky tells it."""
    try:
        return f"{signal.Signals(-code).name}({code})" if code < 0 else f"EXIT({code})"
    except ValueError:
        return f"EXIT({code})"


@contextlib.contextmanager
def _searched_first(folder: str) -> Iterator[None]:
    """Meanwhile, modules are looked for there first: a worker looks where its program does."""
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):
            sys.path.remove(folder)
