"""Reads processor, memory, disk and GPUs on a thread of its own while a run trains."""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from core.machine_memory import available_bytes, memory_limit_bytes, resident_bytes
from core.measure.environment import usable_cores
from core.measure.gpus import GpuProbe, NoGpus
from core.measure.timeouts import answer_within
from core.measure.workers_read import WorkersRead, read_bytes
from core.model.events import Event, ResourcesDescribed, ResourcesSampled
from core.model.measured.resources import GpuReading, ResourceReading, ResourcesAbout
from core.optional import NO_PSUTIL, psutil

GPU_PERIOD_S = 0.1
"""With a GPU: ten readings a second."""
PERIOD_S = 0.5
"""Without one: the counters of the processor move in hundredths of a second."""

_PATIENCE_S = 2.0
_UNKNOWN = float("nan")
_NO_DISK = "this system does not say how much a process reads"
_FROM_CACHE = "with what came from the file cache in memory"


class ResourceSampler:
    """Use it as a context; ``pass_on`` hands over what was read since.

    The thread only reads: events are sent by whoever calls ``pass_on``, so that a run's events
    come from one thread.
    """

    def __init__(
        self,
        device: str,
        origin_s: float,
        emit: Callable[[Event], None],
        gpus: GpuProbe | None = None,
        period_s: float | None = None,
        patience_s: float = _PATIENCE_S,
        workers: Callable[[], Sequence[int]] = tuple,
    ) -> None:
        """Open what is to be read.

        Args:
            device: Where the run trains, as its plan has it.
            origin_s: When ``fit`` began, in seconds of ``time.perf_counter``.
            emit: Takes ``ResourcesDescribed`` and ``ResourcesSampled``.
            gpus: What reads the GPUs; None for NVML.
            period_s: Time between readings; None for the usual one.
            patience_s: How long a GPU is waited for where the run would have to wait too.
            workers: Gives the process ids of the run's worker processes: what they take is the
                run's.
        """
        self._origin_s, self._emit = origin_s, emit
        self._patience_s, self._silent = patience_s, False
        self._no_answer = f"NVML did not answer within {patience_s:g} s"
        self._gpus = self._opened(gpus, device)
        self._period_s = period_s or (GPU_PERIOD_S if self._gpus.names else PERIOD_S)
        self._process = None if psutil is None else psutil.Process()
        self._workers = WorkersRead(workers)
        self._cores = usable_cores()
        self._read: deque[ResourceReading] = deque()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="resource sampler", daemon=True)
        self._about = self._describe()

    def pass_on(self) -> None:
        """Send what was read since; cheap where that is nothing."""
        if self._read:
            rows = [self._read.popleft().row() for _ in range(len(self._read))]
            self._emit(ResourcesSampled(np.array(rows)))

    def __enter__(self) -> ResourceSampler:
        """Take a first reading and go on."""
        self._emit(ResourcesDescribed(self._about))
        # The workers are this run's own: what was held before it has none of their memory.
        self._read.append(self._reading(workers_memory=False))
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Take a last reading, send what is left, and let go."""
        self._over.set()
        self._thread.join()
        self._read.append(self._reading())
        if not self._silent:
            answer_within(self._patience_s, self._gpus.close, None)
        self.pass_on()
        note = self._no_answer if self._silent else self._gpus.note
        if note != self._about.gpu_note:
            self._emit(ResourcesDescribed(replace(self._about, gpu_note=note)))

    def _go_on(self) -> None:
        while not self._over.wait(self._period_s):
            self._read.append(self._reading())

    def _opened(self, gpus: GpuProbe | None, device: str) -> GpuProbe | NoGpus:
        if gpus is not None:
            return gpus
        silent = NoGpus(self._no_answer)
        return answer_within(self._patience_s, lambda: GpuProbe(device), silent)

    def _gpu_readings(self) -> tuple[GpuReading, ...]:
        """Of each GPU; one that fell off the bus can keep NVML busy for long: nobody waits for it.

        After that it is not asked any more, and everything else is read on.
        """
        nothing = tuple(GpuReading(_UNKNOWN, _UNKNOWN, _UNKNOWN) for _ in self._gpus.names)
        if not nothing or self._silent:
            return nothing
        gpu_readings = answer_within(self._patience_s, self._gpus.read, None)
        self._silent = gpu_readings is None
        return nothing if gpu_readings is None else gpu_readings

    def _describe(self) -> ResourcesAbout:
        return ResourcesAbout(
            cores=len(self._cores),
            limit_bytes=limit if (limit := memory_limit_bytes()) == limit else 0.0,
            gpus=self._gpus.names,
            gpu_note=self._gpus.note,
            disk_note=_disk_note(self._process),
            system_note=NO_PSUTIL if psutil is None else "",
        )

    def _reading(self, *, workers_memory: bool = True) -> ResourceReading:
        workers = self._workers.read()
        workers_bytes = workers.resident_bytes if workers_memory else 0.0
        return ResourceReading(
            at_s=time.perf_counter() - self._origin_s,
            process_cpu_s=time.process_time() + workers.cpu_s,
            machine_busy_s=_busy_s(self._cores),
            resident_bytes=_resident_bytes(self._process) + workers_bytes,
            available_bytes=available_bytes(),
            read_bytes=read_bytes(self._process) + workers.read_bytes,
            gpus=self._gpu_readings(),
        )


def _busy_s(cores: tuple[int, ...]) -> float:
    """Seconds that these cores were not idle since the machine began.

    Time that another virtual machine took (``steal``) counts as busy: it was not to be had.
    """
    if psutil is None:
        return _UNKNOWN
    every = psutil.cpu_times(percpu=True)
    chosen = [every[core] for core in cores] if max(cores) < len(every) else every
    return sum(_not_idle(times) for times in chosen)


def _resident_bytes(process: Any) -> float:
    return resident_bytes() if process is None else float(process.memory_info().rss)


def _not_idle(times: Any) -> float:
    parts = times._asdict()
    # Linux counts the time of guests in that of users too.
    left_out = ("idle", "iowait", "guest", "guest_nice")
    return float(sum(seconds for name, seconds in parts.items() if name not in left_out))


def _disk_note(process: Any) -> str:
    if process is None:
        return NO_PSUTIL
    if read_bytes(process) != read_bytes(process):
        return _NO_DISK
    return _FROM_CACHE if sys.platform == "win32" else ""
