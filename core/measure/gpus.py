"""GPUs as NVML sees them: how busy, how full, how much power. NVML and its package may be absent.

Definitions: *busy* is NVML's ``utilization.gpu``, the share of its last sampling period (a sixth
of a second to a second, by product) in which at least one kernel ran anywhere on the device; see
https://docs.nvidia.com/deploy/nvml-api/structnvmlUtilization__t.html
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import Any

from core.model.measured.resources import GpuReading

NO_GPU = "no NVIDIA GPU"
ALL_GPUS = "gpu:all"
"""Where a strategy trains on every GPU that TensorFlow sees."""
_UNKNOWN = float("nan")
_GIVE_UP_AFTER = 5


class NoGpus:
    """Stands for GPUs of which nothing can be read.

    Attributes:
        names: None.
        note: Why there is nothing to read.
    """

    names: tuple[str, ...] = ()

    def __init__(self, note: str) -> None:
        self.note = note

    def read(self) -> tuple[GpuReading, ...]:
        """Nothing."""
        return ()

    def close(self) -> None:
        """Nothing to let go of."""


class GpuProbe:
    """Reads the GPUs that a run uses.

    Attributes:
        names: Their names; empty where there is nothing to read.
        note: Why there is nothing to read, or why readings ended; else empty.
    """

    def __init__(self, device: str, nvml: Any = None) -> None:
        """Open NVML.

        Args:
            device: ``cpu``, ``gpu:N``, ``emulated:MS`` or ``ALL_GPUS``, as a run's plan has it.
            nvml: The module ``pynvml``; None to import it.
        """
        self.names: tuple[str, ...] = ()
        self.note = ""
        self._handles: tuple[Any, ...] = ()
        self._silent, self._error, self._answered = 0, "", False
        self._nvml = nvml if nvml is not None else self._import()
        if self._nvml is not None:
            self._open(device)

    def read(self) -> tuple[GpuReading, ...]:
        """One reading for each of ``names``; NaN for what a GPU does not tell at the moment."""
        if not self._handles:
            return tuple(GpuReading(_UNKNOWN, _UNKNOWN, _UNKNOWN) for _ in self.names)
        readings = tuple(self._read(handle) for handle in self._handles)
        if any(reading.busy_percent == reading.busy_percent for reading in readings):
            self._silent, self._answered = 0, True
            return readings
        self._silent += 1
        if self._silent == _GIVE_UP_AFTER:
            # A GPU that fell off the bus does not come back, and asking it may take seconds.
            self._handles = ()
            what = "NVML stopped answering" if self._answered else "NVML does not tell of this GPU"
            self.note = f"{what} ({self._error})"
        return readings

    def close(self) -> None:
        """Let go of NVML."""
        if self._nvml is not None:
            with contextlib.suppress(Exception):
                self._nvml.nvmlShutdown()

    def _import(self) -> Any:
        try:
            import pynvml
        except ImportError:
            self.note = "GPUs cannot be read: the package nvidia-ml-py is not installed"
            return None
        return pynvml

    def _open(self, device: str) -> None:
        nvml = self._nvml
        try:
            nvml.nvmlInit()
        except Exception as error:  # a driver that does not fit its library fails in any way
            self.note = f"{NO_GPU} ({error})"
            self._nvml = None
            return
        try:
            count = int(nvml.nvmlDeviceGetCount())
            if not count:
                self.note = NO_GPU
            elif not device.startswith("gpu"):
                self.note = f"the run does not use the GPU: it trains on {device}"
            else:
                visible = len(_visible()) or count
                chosen = range(visible) if device == ALL_GPUS else (int(device.partition(":")[2]),)
                self._handles = tuple(self._handle(index) for index in chosen)
                self.names = tuple(_text(nvml.nvmlDeviceGetName(each)) for each in self._handles)
        except Exception as error:
            self.note = f"NVML does not know the device {device} ({error})"

    def _handle(self, index: int) -> Any:
        """The device that TensorFlow calls ``GPU:index``.

        CUDA counts the devices named in ``CUDA_VISIBLE_DEVICES``, in the order of their PCI bus
        as NVML does (``core.measure.loading`` asks CUDA for that order).
        """
        visible = _visible()
        name = visible[index] if visible else str(index)
        if name.isdecimal():
            return self._nvml.nvmlDeviceGetHandleByIndex(int(name))
        return self._nvml.nvmlDeviceGetHandleByUUID(name)

    def _read(self, handle: Any) -> GpuReading:
        nvml = self._nvml
        busy, self._error = self._ask(lambda: nvml.nvmlDeviceGetUtilizationRates(handle).gpu)
        memory, _ = self._ask(lambda: nvml.nvmlDeviceGetMemoryInfo(handle).used)
        milliwatts, _ = self._ask(lambda: nvml.nvmlDeviceGetPowerUsage(handle))
        return GpuReading(busy, memory, milliwatts / 1000.0)

    def _ask(self, question: Callable[[], float]) -> tuple[float, str]:
        """The answer, or NaN and why there is none."""
        try:
            return float(question()), ""
        except Exception as error:
            # Not every GPU tells everything: a slice of one (MIG) has no utilisation. And what
            # is read of the processor must not end because NVML fails in a way of its own.
            return _UNKNOWN, str(error)


def _visible() -> tuple[str, ...]:
    """What ``CUDA_VISIBLE_DEVICES`` names; empty where it leaves all of them to be seen."""
    named = os.environ.get("CUDA_VISIBLE_DEVICES", "").strip()
    return tuple(name.strip() for name in named.split(",")) if named else ()


def _text(name: Any) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
