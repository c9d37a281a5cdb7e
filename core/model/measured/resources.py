"""What a run took of the machine: processor, memory, disk and GPUs, read while it trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from core.model.measured.samples import FloatArray

MOST_READINGS = 36_000
"""Readings that a run keeps at most: an hour at 10 a second; then every other one goes."""

_NAMES = (
    "at_s",
    "process_cpu_s",
    "machine_busy_s",
    "resident_bytes",
    "available_bytes",
    "read_bytes",
)
_OF_A_GPU = 3


@dataclass(frozen=True)
class GpuReading:
    """One GPU at one moment, as NVML tells; NaN for what it does not tell.

    Attributes:
        busy_percent: Share of NVML's last sampling period in which a kernel ran.
        memory_bytes: Memory in use on the whole device.
        power_w: Power drawn, in watts.
    """

    busy_percent: float
    memory_bytes: float
    power_w: float


@dataclass(frozen=True)
class ResourceReading:
    """Everything at one moment. Counters only ever grow; rates are their differences.

    Attributes:
        at_s: When, in seconds since fit began.
        process_cpu_s: CPU seconds that this process has used since it began, on all cores.
        machine_busy_s: Seconds that the cores this process may use were not idle, summed over
            the cores, whoever used them. This, as everything below, is NaN where the system does
            not say (``ResourcesAbout.system_note``).
        resident_bytes: Memory of this process.
        available_bytes: Memory that is still to be had, of the machine or of the container.
        read_bytes: Bytes that this process has read from the disk; NaN where the system does
            not say.
        gpus: One for each of ``ResourcesAbout.gpus``.
    """

    at_s: float
    process_cpu_s: float
    machine_busy_s: float
    resident_bytes: float
    available_bytes: float
    read_bytes: float
    gpus: tuple[GpuReading, ...] = ()

    def row(self) -> tuple[float, ...]:
        """The numbers in the order of ``Resources.rows``."""
        gpus = (
            value
            for gpu in self.gpus
            for value in (gpu.busy_percent, gpu.memory_bytes, gpu.power_w)
        )
        return (*(getattr(self, name) for name in _NAMES), *gpus)


@dataclass(frozen=True)
class ResourcesAbout:
    """What is known of all readings of a run.

    Attributes:
        cores: Cores that the process may use.
        limit_bytes: Memory of the machine, or of the container where that is less; 0 where the
            system does not say.
        gpus: Names of the GPUs that the run uses, in the order of their readings.
        gpu_note: Why there are no readings of a GPU, or why they end early; else empty.
        disk_note: What ``read_bytes`` means on this system, where that is not plain.
        system_note: Why the system was not read for the rest (the processor, memory); else empty.
    """

    cores: int
    limit_bytes: float
    gpus: tuple[str, ...] = ()
    gpu_note: str = ""
    disk_note: str = ""
    system_note: str = ""


@dataclass(frozen=True, eq=False)
class Resources:
    """All readings of a run.

    Attributes:
        about: What is known of all of them; None where nothing was read.
        rows: Shape ``(readings, 6 + 3 * gpus)``: the fields of ``ResourceReading`` in their
            order, then busy percent, memory bytes and watts of each GPU. Treat as read-only.
    """

    about: ResourcesAbout | None = None
    rows: FloatArray = field(default_factory=lambda: np.empty((0, len(_NAMES))))

    def __post_init__(self) -> None:
        wanted = self.width(self.about)
        if self.rows.ndim != 2 or self.rows.shape[1] != wanted:
            raise ValueError(f"rows of {wanted} numbers were expected, not {self.rows.shape}")

    def __len__(self) -> int:
        return len(self.rows)

    def __eq__(self, other: object) -> bool:
        """The same numbers; what is not known is the same too."""
        if not isinstance(other, Resources):
            return NotImplemented
        return self.about == other.about and np.array_equal(self.rows, other.rows, equal_nan=True)

    __hash__ = None  # type: ignore[assignment]

    def without_rows(self) -> Resources:
        """What is known of the readings alone."""
        return Resources(self.about, np.empty((0, self.width(self.about))))

    @staticmethod
    def width(about: ResourcesAbout | None) -> int:
        """Numbers in a row."""
        return len(_NAMES) + _OF_A_GPU * (len(about.gpus) if about else 0)

    @property
    def at_s(self) -> FloatArray:
        """When each reading was taken, in seconds since fit began."""
        return self.column("at_s")

    def column(self, name: str) -> FloatArray:
        """One field of ``ResourceReading`` over all readings, shape ``(readings,)``."""
        array: FloatArray = self.rows[:, _NAMES.index(name)]
        return array

    def gpu(self, index: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Busy percent, memory bytes and watts of one GPU, each of shape ``(readings,)``."""
        first = len(_NAMES) + _OF_A_GPU * index
        columns = self.rows[:, first : first + _OF_A_GPU]
        return columns[:, 0], columns[:, 1], columns[:, 2]


class ResourceBuffer:
    """Readings of a run that is under way."""

    def __init__(self) -> None:
        self._about: ResourcesAbout | None = None
        self._table = np.empty((0, len(_NAMES)))
        self._used = 0
        self._every, self._seen = 1, 0

    def describe(self, about: ResourcesAbout) -> None:
        """What is known of all readings; once there are some, the GPUs stay the same.

        Raises:
            ValueError: There are readings of another number of GPUs.
        """
        if self._used and Resources.width(about) != self._table.shape[1]:
            raise ValueError("the readings before are of another number of GPUs")
        self._about = about
        if not self._used:
            self._table = np.empty((64, Resources.width(about)))

    def add(self, row: Sequence[float] | FloatArray) -> None:
        """Add a reading (see ``ResourceReading.row``); once there are too many, every other goes.

        Raises:
            ValueError: It is of another number of GPUs, or nothing says of how many.
        """
        if self._about is None:
            raise ValueError("a reading of the machine comes before what it was taken of")
        self._seen += 1
        if (self._seen - 1) % self._every:
            return
        if self._used == len(self._table):
            # What was handed out before keeps the old table, which nobody writes to any more.
            self._table = np.concatenate((self._table, np.empty_like(self._table)))
        self._table[self._used] = row
        self._used += 1
        if self._used > MOST_READINGS:
            thinned = self._table[: self._used : 2]
            self._used, self._every = len(thinned), 2 * self._every
            self._table = np.concatenate((thinned, np.empty_like(thinned)))

    def resources(self) -> Resources:
        """Everything so far, without copying."""
        if self._about is None:
            return Resources()
        return Resources(self._about, self._table[: self._used])
