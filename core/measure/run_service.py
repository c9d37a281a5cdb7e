"""The tf.data service of a run: worker processes of its own, or a cluster that is there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from core.lazy import tf
from core.measure.service_probe import ServerAnswer, ask_service
from core.measure.service_troubles import (
    another_version,
    gone,
    no_dispatcher,
    no_workers,
    not_started,
    silent_workers,
    worker_ended,
)
from core.measure.side_process import SideProcess
from core.model.errors import Cancelled, ExplorerError

START_S = 120.0
"""Seconds within which workers must start; on two busy cores it takes 7 s."""
SILENCE_S = 20.0
"""Seconds without an element after which the service is asked whether it still answers."""
SOFT_S = 5.0
"""So long a run has to end softly once its service is gone: TensorFlow waits for a dispatcher in
some places where nothing breaks it off."""
_LOOK_S, _PATIENCE_S = 0.25, 2.0
_NO_GPU = {"CUDA_VISIBLE_DEVICES": "-1", "HIP_VISIBLE_DEVICES": "-1"}
"""A worker would take the memory of a GPU that it has no use for."""


class RunService:
    """Starts what pipelines of a run ask for, watches it, and ends it with the run.

    Used as a context around everything that builds and takes data: on the way out it raises what
    went wrong with the service, whatever else was raised.

    Attributes:
        pids: Numbers of the processes that were started.
        failure: What went wrong with a service while it was used; None while nothing did. The run
            then ends by the steps of Stop.
    """

    def __init__(
        self,
        starting: Callable[[], None],
        cancelled: Callable[[], bool],
        *,
        shared: Callable[[], bool] = lambda: True,
        abandon: Callable[[ExplorerError], None] | None = None,
        silence_s: float = SILENCE_S,
        soft_s: float = SOFT_S,
        ask: Callable[..., dict[str, ServerAnswer]] = ask_service,
    ) -> None:
        """Start nothing yet.

        Args:
            starting: Called before processes are started.
            cancelled: The person wants to stop.
            shared: Whether each element goes to one worker, for what is said.
            abandon: Called, from another thread, where what hangs cannot be broken off: the last
                word is said, and the process of the run ends. None where it must live on.
            silence_s: See ``SILENCE_S``.
            soft_s: See ``SOFT_S``.
            ask: Asks servers, as ``ask_service`` does.
        """
        self._starting, self._cancelled, self._shared = starting, cancelled, shared
        self._abandon, self._soft_s = abandon, soft_s
        self._silence_s, self._ask = silence_s, ask
        self._own: dict[int, tuple[Any, str, tuple[SideProcess, ...]]] = {}
        self._clusters: dict[str, tuple[str, ...]] = {}
        self._arrived_s = time.monotonic()
        self._over = threading.Event()
        self._watch: threading.Thread | None = None
        self.pids: list[int] = []
        self.failure: ExplorerError | None = None

    def serve(self, workers: int, address: str) -> str:
        """See ``core.model.stage.Serve``.

        Raises:
            ExplorerError: There is no such service.
            Cancelled: The person wants to stop.
        """
        served = self._cluster(address) if address else self._started(workers)
        self.arrived()
        if self._watch is None:
            self._watch = threading.Thread(target=self._look, name="service watch", daemon=True)
            self._watch.start()
        return served

    def arrived(self) -> None:
        """An element came; cheap."""
        self._arrived_s = time.monotonic()

    def __enter__(self) -> RunService:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End what was started, and raise what went wrong."""
        self._over.set()
        if self._watch is not None:
            self._watch.join(_PATIENCE_S)
        for _, _, processes in self._own.values():
            for process in processes:
                process.end()
        # A dispatcher stops with its last reference, which may take a while: not here.
        interrupted = kind is not None and not issubclass(kind, Exception)
        if self.failure is not None and not interrupted:
            raise self.failure from error

    # -- workers of its own ----------------------------------------------------------------

    def _started(self, workers: int) -> str:
        if workers not in self._own:
            self._starting()
            service = tf.data.experimental.service
            dispatcher = service.DispatchServer()
            address = str(dispatcher.target)
            target = address.partition("://")[2]
            processes = []
            try:
                for number in range(1, workers + 1):
                    name = f"Worker {number} of {workers}"
                    processes.append(SideProcess(name, work, (target,), _NO_GPU))
                    self.pids.append(processes[-1].pid)
                for process in processes:
                    self._wait_for(process)
            except BaseException:
                for process in processes:
                    process.end()
                raise
            self._own[workers] = dispatcher, address, tuple(processes)
        return self._own[workers][1]

    def _wait_for(self, process: SideProcess) -> None:
        if process.wait(START_S, self._cancelled):
            return
        if self._cancelled():
            raise Cancelled
        process.end()
        how = process.ending or f"took more than {START_S:g} s"
        raise not_started(process.name, how, process.output)

    # -- a cluster ---------------------------------------------------------------------------

    def _cluster(self, address: str) -> str:
        target = address.partition("://")[2]
        # One of this process's own says which version of the service this TensorFlow has.
        ours = tf.data.experimental.service.DispatchServer()
        mine = ours.target.partition("://")[2]
        answers = self._ask((target, mine), (), self._cancelled)
        theirs = self._unless_cancelled(answers)[target]
        del ours
        if theirs.trouble:
            raise no_dispatcher(address, theirs)
        if answers[mine].version and theirs.version != answers[mine].version:
            raise another_version(address, theirs.version, answers[mine].version)
        if not theirs.workers:
            raise no_workers(address)
        worker_answers = self._unless_cancelled(self._ask((), theirs.workers, self._cancelled))
        silent = [name for name, answer in worker_answers.items() if answer.trouble]
        if silent:
            raise silent_workers(address, silent, len(worker_answers))
        self._clusters[address] = theirs.workers
        return address

    def _unless_cancelled(self, answers: dict[str, ServerAnswer]) -> dict[str, ServerAnswer]:
        if self._cancelled():
            raise Cancelled
        return answers

    # -- while it is used ----------------------------------------------------------------------

    def _look(self) -> None:
        asked_s = time.monotonic()
        while self.failure is None and not self._over.wait(_LOOK_S):
            if self._cancelled():
                return
            self.failure = self._ended()
            silent_s = time.monotonic() - max(self._arrived_s, asked_s)
            if self.failure is None and silent_s >= self._silence_s:
                self.failure = self._who_is_gone()
                asked_s = time.monotonic()
        if self.failure is not None and not self._over.wait(self._soft_s) and self._abandon:
            self._abandon(self.failure)

    def _ended(self) -> ExplorerError | None:
        """A worker of this run's own that ended."""
        for _, _, processes in tuple(self._own.values()):
            for process in processes:
                if not process.alive and not self._over.is_set():
                    return worker_ended(
                        process.name,
                        process.pid,
                        process.ending,
                        process.output,
                        shared=self._shared(),
                    )
        return None

    def _who_is_gone(self) -> ExplorerError | None:
        """A dispatcher, or a worker, that does not answer although no element comes."""
        arrived_s = self._arrived_s
        clusters = dict(self._clusters)
        for _, address, processes in tuple(self._own.values()):
            clusters[address] = tuple(process.said for process in processes)
        for address, workers in clusters.items():
            target = address.partition("://")[2]
            answers = self._ask((target,), workers, self._stopping)
            silent = [name for name, answer in answers.items() if answer.trouble]
            if silent and arrived_s == self._arrived_s and not self._stopping():
                silence_s = time.monotonic() - arrived_s
                own = address not in self._clusters
                return gone(address, silent, silence_s, shared=self._shared(), own=own)
        return None

    def _stopping(self) -> bool:
        return self._over.is_set() or self._cancelled()


def work(dispatcher: str) -> None:
    """A worker, in a process of its own: its code is what runs there.

    Args:
        dispatcher: Its address, as ``HOST:PORT``.
    """
    import os

    import tensorflow as tf

    service = tf.data.experimental.service
    worker = service.WorkerServer(service.WorkerConfig(dispatcher))
    print(worker._address, flush=True)
    os.dup2(2, 1)  # the run listens to its first line alone
    worker.join()
