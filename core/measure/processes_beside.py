"""What the processes use that a run started beside its own: it belongs to the run's figures."""

from __future__ import annotations

import psutil


class ProcessesBeside:
    """Processes of a run, read together. A counter of one that ended stays where it was."""

    def __init__(self) -> None:
        """There are none yet."""
        self._processes: dict[int, psutil.Process | None] = {}
        self._cpu_s: dict[int, float] = {}
        self._read: dict[int, float] = {}

    def add(self, pid: int) -> None:
        """Count a process from now on, with all that it used before."""
        try:
            self._processes[pid] = psutil.Process(pid)
        except psutil.Error:
            self._processes[pid] = None

    @property
    def cpu_s(self) -> float:
        """CPU seconds of all of them since they began."""
        for pid, process in self._processes.items():
            try:
                if process is not None:
                    times = process.cpu_times()
                    self._cpu_s[pid] = times.user + times.system
            except psutil.Error:
                self._processes[pid] = None
        return sum(self._cpu_s.values())

    @property
    def resident_bytes(self) -> float:
        """Memory of those that are alive."""
        total = 0.0
        for process in self._processes.values():
            try:
                total += 0.0 if process is None else float(process.memory_info().rss)
            except psutil.Error:
                continue
        return total

    @property
    def read_bytes(self) -> float:
        """Bytes that they have read from the disk; those of which nobody knows do not count."""
        for pid, process in self._processes.items():
            try:
                if process is not None:
                    self._read[pid] = float(process.io_counters().read_bytes)
            except (AttributeError, OSError, NotImplementedError, psutil.Error):
                continue
        return sum(self._read.values())
