"""``doctor``'s checks of GPUs, cores, memory, clocks, the screen and folders."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.cli.machine.checks.check import CheckState
from core.cli.machine.checks.gpu import Driver, ask_driver, gpus
from core.cli.machine.checks.machine import clock, cores, memory, quota_cores
from core.cli.machine.checks.places import places
from core.cli.machine.checks.screen import screen
from core.cli.machine.checks.tensorflow import TensorFlowReport
from core.folders import Folders
from core.model import sizes
from tests.core.cli.machine.check_results import CUDA, by_key


@pytest.mark.parametrize(
    ("driver", "answer", "state", "said"),
    [
        (Driver(), TensorFlowReport(), CheckState.GOOD, "runs train on the CPU"),
        (Driver(1, "550.54", "NVML"), TensorFlowReport(("H100",), CUDA), CheckState.GOOD, "H100"),
        (
            Driver(2, "550.54", "NVML"), TensorFlowReport((), CUDA), CheckState.BAD,
            'pip install "tensorflow[and-cuda]"',
        ),
        (
            Driver(1, "470.1", "nvidia-smi"),
            TensorFlowReport((), CUDA),
            CheckState.BAD,
            "525 or later is needed",
        ),
        (
            Driver(1, "550.54", "NVML"),
            TensorFlowReport((), {}),
            CheckState.BAD,
            "built for the CPU alone",
        ),
    ],
)  # fmt: skip
def test_gpus_of_the_driver_against_those_of_tensorflow(
    monkeypatch: pytest.MonkeyPatch,
    driver: Driver,
    answer: TensorFlowReport,
    state: CheckState,
    said: str,
) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    found = by_key(gpus(driver, answer))["gpu_tensorflow"]
    assert found.state is state
    assert said in f"{found.found} {found.remedy}"


def test_gpus_that_were_hidden_on_purpose_are_not_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    found = by_key(gpus(Driver(1, "550", "NVML"), TensorFlowReport((), CUDA)))["gpu_tensorflow"]
    assert found.state is CheckState.NOTE
    assert "CUDA_VISIBLE_DEVICES='-1' hides them" in found.found


def nvml(count: int = 2) -> SimpleNamespace:
    return SimpleNamespace(
        nvmlInit=lambda: None,
        nvmlShutdown=lambda: None,
        nvmlSystemGetDriverVersion=lambda: b"550.54.15",
        nvmlDeviceGetCount=lambda: count,
    )


def test_the_driver_is_asked_through_nvml_else_the_kernel(tmp_path: Path) -> None:
    assert ask_driver(nvml()) == Driver(2, "550.54.15", "NVML")
    proc = tmp_path / "nvidia"
    (proc / "gpus" / "0000:01:00.0").mkdir(parents=True)
    said = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.161.08  Mon Feb\n"
    (proc / "version").write_text(said, encoding="utf-8")
    broken = SimpleNamespace(nvmlInit=lambda: 1 / 0)
    nothing = lambda name: None  # noqa: E731
    assert ask_driver(broken, proc, nothing) == Driver(1, "535.161.08", str(proc))
    assert ask_driver(broken, tmp_path / "none", nothing) == Driver()


def test_a_container_that_may_use_less_than_its_cores_is_told(tmp_path: Path) -> None:
    assert quota_cores(tmp_path) is None
    (tmp_path / "cpu.max").write_text("max 100000\n", encoding="ascii")
    assert quota_cores(tmp_path) is None
    (tmp_path / "cpu.max").write_text("150000 100000\n", encoding="ascii")
    assert quota_cores(tmp_path) == 1.5
    found = cores(4, 8, 1.5)
    assert found.state is CheckState.NOTE
    assert "4 of 8, but the container may use 1.5 at a time" in found.found
    assert cores(4, 8, None).found == "4 of 8"
    assert cores(1, 1, None).state is CheckState.NOTE
    (tmp_path / "cpu.max").unlink()
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text("50000", encoding="ascii")
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000", encoding="ascii")
    assert quota_cores(tmp_path) == 0.5


def test_memory_of_a_container_is_said_beside_the_machines() -> None:
    assert memory(16e9, 16e9, 9e9).found == "9.00 GB free of 16.0 GB"
    assert memory(4e9, 16e9, 3e9).found == "3.00 GB free of 4.00 GB, of 16.0 GB in the machine"
    assert memory(4e9, 4e9, 1e9).state is CheckState.NOTE


@pytest.mark.parametrize(
    ("name", "tick_s", "year", "said"),
    [
        ("tsc", 1e-7, 2026, "us a reading"),
        ("hpet", 1e-7, 2026, "slow or coarse"),
        ("tsc", 2e-5, 2026, "slow or coarse"),
        ("tsc", -1e-7, 2026, "runs backwards"),
        ("tsc", 1e-7, 1970, "the date says 1970"),
    ],
)
def test_clocks_that_steps_cannot_be_timed_with_are_told(
    tmp_path: Path, name: str, tick_s: float, year: int, said: str
) -> None:
    file = tmp_path / "current_clocksource"
    file.write_text(name, encoding="ascii")
    ticks = count()
    found = clock(file, lambda: 5.0 + tick_s * next(ticks), datetime(year, 6, 1, tzinfo=UTC))
    assert said in found.found
    assert (found.state is CheckState.GOOD) is (said == "us a reading")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux's variables")
def test_a_screen_that_is_set_and_does_not_answer_is_bad_and_none_is_no_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert by_key(screen())["screen"].state is CheckState.NOTE
    monkeypatch.setenv("DISPLAY", ":7654")
    found = by_key(screen())["screen"]
    assert found.state is CheckState.BAD
    assert "cannot be reached" in found.found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for Linux's libraries")
@pytest.mark.parametrize(
    ("library", "package", "key", "state"),
    [
        ("libEGL.so.1", "libegl1", "qt_libraries", CheckState.BAD),
        ("libxcb-cursor.so.0", "libxcb-cursor0", "qt_x11", CheckState.NOTE),
        ("libwayland-cursor.so.0", "libwayland-cursor0", "qt_wayland", CheckState.NOTE),
    ],
)
def test_a_library_that_is_missing_is_named_with_its_package(
    lacking: set[str], library: str, package: str, key: str, state: CheckState
) -> None:
    assert by_key(screen())[key].state is CheckState.GOOD
    lacking.add(library)
    found = by_key(screen())[key]
    assert (found.state, found.found) == (state, f"missing: {library}")
    assert found.remedy == f"On Debian and Ubuntu: apt-get install {package}."


@pytest.mark.parametrize(
    ("free", "state"), [(5e9, CheckState.GOOD), (9e8, CheckState.NOTE), (1e6, CheckState.BAD)]
)
def test_little_room_is_told_and_none_is_bad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: float, state: CheckState
) -> None:
    usage = SimpleNamespace(free=int(free))
    monkeypatch.setattr(sizes, "shutil", SimpleNamespace(disk_usage=lambda path: usage))
    found = by_key(places(Folders.under(tmp_path)))
    assert found["runs_room"].state is state
    # Both folders are on one disk.
    assert "data_room" not in found


def test_a_folder_that_cannot_be_written_to_is_bad(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = by_key(places(Folders.under(tmp_path / "file" / "x")))
    assert found["runs_folder"].state is CheckState.BAD
    assert f"{tmp_path / 'file'} is a file" in found["runs_folder"].found
    if Path("/sys/kernel").is_dir():
        found = by_key(places(Folders.under("/sys/kernel/x")))
        assert found["runs_folder"].state is found["data_folder"].state is CheckState.BAD
        assert "cannot be written to" in found["data_folder"].found
