"""GPUs through NVML. A simulated NVML stands for the real one: no GPU is needed here."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest

from core.measure.gpus import ALL_GPUS, NO_GPU, GpuProbe


class SimulatedNVMLError(Exception):
    """Stands for ``pynvml.NVMLError``."""


class SimulatedNVML:
    """Answers as ``pynvml`` would with these GPUs; ``broken`` makes it fail from then on."""

    NVMLError = SimulatedNVMLError

    def __init__(self, names: tuple[str, ...] = ("GPU A", "GPU B"), init_error: str = "") -> None:
        self.names, self.init_error = names, init_error
        self.broken = ""
        self.closed = False
        self.asked: list[Any] = []

    def nvmlInit(self) -> None:
        if self.init_error:
            raise SimulatedNVMLError(self.init_error)

    def nvmlShutdown(self) -> None:
        self.closed = True

    def nvmlDeviceGetCount(self) -> int:
        return len(self.names)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:
        self.asked.append(index)
        if index >= len(self.names):
            raise SimulatedNVMLError("Invalid Argument")
        return index

    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> int:
        self.asked.append(uuid)
        return len(self.names) - 1

    def nvmlDeviceGetName(self, handle: int) -> bytes:
        return self.names[handle].encode()

    def nvmlDeviceGetUtilizationRates(self, handle: int) -> SimpleNamespace:
        self._answer()
        return SimpleNamespace(gpu=40 + handle)

    def nvmlDeviceGetMemoryInfo(self, handle: int) -> SimpleNamespace:
        self._answer()
        return SimpleNamespace(used=2_000_000_000)

    def nvmlDeviceGetPowerUsage(self, handle: int) -> int:
        raise SimulatedNVMLError("Not Supported")

    def _answer(self) -> None:
        if self.broken:
            raise SimulatedNVMLError(self.broken)


def test_the_gpu_of_the_run_is_read_and_what_it_does_not_tell_is_nan() -> None:
    probe = GpuProbe("gpu:1", SimulatedNVML())
    assert probe.names == ("GPU B",)
    (reading,) = probe.read()
    assert (reading.busy_percent, reading.memory_bytes) == (41.0, 2e9)
    assert math.isnan(reading.power_w)
    assert probe.note == ""


def test_a_strategy_on_all_gpus_reads_each_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert GpuProbe(ALL_GPUS, SimulatedNVML()).names == ("GPU A", "GPU B")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    assert len(GpuProbe(ALL_GPUS, SimulatedNVML()).names) == 1


@pytest.mark.parametrize(("visible", "asked"), [("3,1", 1), ("GPU-aa,GPU-bb", "GPU-bb")])
def test_the_gpu_is_counted_among_those_that_cuda_may_see(
    visible: str, asked: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    nvml = SimulatedNVML()
    assert GpuProbe("gpu:1", nvml).names == ("GPU B",)
    assert nvml.asked == [asked]


def test_without_a_driver_there_is_no_nvidia_gpu() -> None:
    probe = GpuProbe("cpu", SimulatedNVML(init_error="NVML Shared Library Not Found"))
    assert probe.names == ()
    assert probe.note == f"{NO_GPU} (NVML Shared Library Not Found)"
    assert probe.read() == ()


def test_a_run_beside_the_gpu_says_so() -> None:
    assert "trains on emulated:20" in GpuProbe("emulated:20", SimulatedNVML()).note
    assert GpuProbe("cpu", SimulatedNVML(())).note == NO_GPU


def test_a_gpu_that_nvml_does_not_know_is_named() -> None:
    probe = GpuProbe("gpu:7", SimulatedNVML())
    assert probe.names == ()
    assert "gpu:7" in probe.note


def test_nvml_that_fails_halfway_ends_the_readings_with_its_reason() -> None:
    nvml = SimulatedNVML()
    probe = GpuProbe("gpu:0", nvml)
    probe.read()
    nvml.broken = "GPU is lost"
    readings = [probe.read() for _ in range(6)]
    assert all(math.isnan(one.busy_percent) for (one,) in readings)
    assert probe.note == "NVML stopped answering (GPU is lost)"
    probe.close()
    assert nvml.closed


def test_one_missed_answer_is_not_the_end() -> None:
    nvml = SimulatedNVML()
    probe = GpuProbe("gpu:0", nvml)
    nvml.broken = "Timeout"
    probe.read()
    nvml.broken = ""
    assert probe.read()[0].busy_percent == 40.0
    assert probe.note == ""


@pytest.mark.parametrize(
    "name", ["nvmlInit", "nvmlDeviceGetCount", "nvmlDeviceGetUtilizationRates", "nvmlShutdown"]
)
def test_nvml_that_fails_in_no_way_of_its_own_costs_only_its_readings(name: str) -> None:
    """A library that does not fit the driver raises what ctypes raises."""
    nvml = SimulatedNVML()

    def broken(*_: Any) -> None:
        raise OSError("wrong ELF class")

    setattr(nvml, name, broken)
    probe = GpuProbe("gpu:0", nvml)
    for _ in range(6):
        assert all(isinstance(one.busy_percent, float) for one in probe.read())
    probe.close()
    if name != "nvmlShutdown":
        assert "wrong ELF class" in probe.note
