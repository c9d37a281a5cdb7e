"""The pools of one run."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from core.process_pool.pool import WorkerPool


class Pools:
    """One pool for each number of processes that a pipeline of the run asks for.

    Use it as a context: pipelines that are built within take their pools from here, and at its end
    no worker is left.
    """

    def __init__(self, seed: int = 0) -> None:
        """Have none yet.

        Args:
            seed: Of the run.
        """
        self._seed = seed
        self._pools: dict[int, WorkerPool] = {}

    def pool(self, processes: int) -> WorkerPool:
        """The pool with that number of processes; made when it is first asked for."""
        if processes not in self._pools:
            self._pools[processes] = WorkerPool(processes, self._seed)
        return self._pools[processes]

    @property
    def wanted(self) -> bool:
        """Whether a pipeline asked for one."""
        return bool(self._pools)

    def start(self, cancelled: Callable[[], bool]) -> None:
        """Start all workers.

        Raises:
            Cancelled: It was asked for.
            WorkerDiedError: One ended meanwhile.
        """
        for pool in list(self._pools.values()):
            pool.start(cancelled)

    def pids(self) -> tuple[int, ...]:
        """Process ids of all workers."""
        return tuple(pid for pool in list(self._pools.values()) for pid in pool.pids())

    def close(self) -> None:
        """End all workers at once, whatever they are doing."""
        for pool in list(self._pools.values()):
            pool.close()

    def __enter__(self) -> Pools:
        """Pipelines take their pools from here."""
        self._token = _present.set(self)
        return self

    def __exit__(self, *error: object) -> None:
        """No worker is left."""
        _present.reset(self._token)
        self.close()


_present: ContextVar[Pools | None] = ContextVar("pools", default=None)


def pool_of(processes: int) -> WorkerPool:
    """The present run's pool of so many processes.

    Raises:
        RuntimeError: No ``Pools`` is entered, so the processes would never be ended.
    """
    pools = _present.get()
    if pools is None:
        raise RuntimeError("a pipeline with worker processes is built within Pools()")
    return pools.pool(processes)
