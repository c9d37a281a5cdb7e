"""``doctor``: what is there, what is amiss and what to do, in words and as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.cli.machine.checks import catalogue, tensorflow
from core.cli.machine.checks.check import Check, CheckState, note
from core.cli.machine.checks.gpu import Driver, ask_driver, gpus
from core.cli.machine.checks.machine import clock, cores, memory, quota_cores
from core.cli.machine.checks.places import places
from core.cli.machine.checks.screen import screen
from core.cli.machine.checks.software import pair, software
from core.cli.machine.checks.tensorflow import TensorFlowReport, ask_tensorflow, instructions, loads
from core.folders import Folders
from core.measure.scratch import Scratch
from core.model import sizes
from core.session.crash_reports import WindowFile
from tests.core.cli.conftest import Cli

CUDA = {"cuda_version": "12.5.1", "cudnn_version": "9"}


def by_key(checks) -> dict[str, Check]:
    return {check.key: check for check in checks}


# -- the command ------------------------------------------------------------------------------


def test_it_says_what_is_there_and_makes_no_folder(cli: Cli, data_dir: Path) -> None:
    found = cli("doctor")
    assert found.code == 0
    assert found.out.endswith("Nothing is amiss.\n")
    for word in ("Python", "TensorFlow", "Keras", "PySide6", "pyqtgraph", "NVIDIA", "screen"):
        assert word in found.out
    assert f"{data_dir}: not there yet, can be made" in found.out
    assert not data_dir.exists()


def test_what_is_bad_is_marked_named_at_the_end_and_the_exit_code(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    found = cli("doctor")
    assert found.code == 1
    lines = found.out.splitlines()
    (at,) = (index for index, line in enumerate(lines) if line.startswith("BAD "))
    assert lines[at].split() == ["BAD", "KERAS_BACKEND", "jax"]
    assert lines[at + 1].strip() == "-> Unset it: only tensorflow works here."
    assert lines[-1].endswith("BAD: KERAS_BACKEND.")


def test_json_has_every_check_with_a_key_of_its_own(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    document = json.loads(cli("doctor", "--json", "-").out)
    assert document["schema"] == "pipeline-explorer/doctor/1"
    assert document["good"] is True
    keys = [one["key"] for one in document["checks"]]
    assert len(set(keys)) == len(keys) > 20
    assert {one["state"] for one in document["checks"]} <= {"good", "note"}
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    target = tmp_path / "doctor.json"
    found = cli("doctor", "--json", str(target))
    assert (found.code, found.out) == (1, "")
    document = json.loads(target.read_text(encoding="utf-8"))
    assert document["good"] is False
    (bad,) = (one for one in document["checks"] if one["state"] == "bad")
    assert bad["key"] == "keras_backend"
    assert bad["remedy"]


def test_what_the_store_says_of_recordings_has_its_place(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [note("interrupted", "interrupted runs", "2 were interrupted")]
    monkeypatch.setattr(catalogue, "records", lambda where: iter(said))
    assert "interrupted runs" in cli("doctor").out


# -- software and TensorFlow ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pyside", "python", "state"),
    [
        ("6.12.0", (3, 11), CheckState.BAD),
        ("6.12.0", (3, 12), CheckState.GOOD),
        ("6.11.3", (3, 11), CheckState.GOOD),
        ("6.11.3", (3, 13), CheckState.GOOD),
        ("", (3, 13), CheckState.BAD),
    ],
)
def test_the_pair_that_aborts_is_known(
    pyside: str, python: tuple[int, int], state: CheckState
) -> None:
    assert pair(pyside, python).state is state


@pytest.mark.parametrize(
    ("loaded", "providers", "said"),
    [
        ({"tensorflow": "9.8.7"}, ["tensorflow"], "9.8.7"),
        ({"tensorflow": "9.8.7"}, ["tensorflow-cpu"], "9.8.7 (tensorflow-cpu)"),
        ({"tensorflow": "9.8.7"}, [], "9.8.7"),
        ({}, ["tensorflow-gone", "tensorflow-rocm"], "1.2.3 (tensorflow-gone, tensorflow-rocm)"),
        ({}, [], "version unknown"),
    ],
)
def test_versions_are_the_modules_own_and_other_distributions_are_named(
    monkeypatch: pytest.MonkeyPatch, loaded: dict[str, str], providers: list[str], said: str
) -> None:
    def version(name: str) -> str:
        if name == "tensorflow-rocm":
            return "1.2.3"
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "packages_distributions", lambda: {"tensorflow": providers})
    monkeypatch.setattr(metadata, "version", version)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    found = by_key(software(loaded))["tensorflow"]
    assert (found.state, found.found) == (CheckState.GOOD, said)


def test_a_package_that_is_not_there_is_bad_and_tensorflow_may_be_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    found = by_key([*software({}), loads(ask_tensorflow()), *gpus(Driver(), ask_tensorflow())])
    states = {
        state: {key for key, one in found.items() if one.state is state} for state in CheckState
    }
    assert states[CheckState.BAD] >= {"numpy", "pyside6", "pyqtgraph"}
    assert states[CheckState.NOTE] >= {"tensorflow", "keras", "tensorflow_loads", "gpu_tensorflow"}
    assert "--python" in found["tensorflow"].remedy
    assert "PySide6-Essentials" in found["pyside6"].remedy


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "was ended by SIGILL"),
        ("raise ImportError('libcudart.so.12: cannot open')", "libcudart.so.12: cannot open"),
        ("", "it says nothing"),
        ("import time; time.sleep(600)", "did not load within"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="ends processes in another way")
def test_a_tensorflow_that_ends_its_process_does_not_end_doctor(
    monkeypatch: pytest.MonkeyPatch, program: str, why: str
) -> None:
    monkeypatch.setattr(tensorflow, "_ASK", program)
    monkeypatch.setattr(tensorflow, "_PATIENCE_S", 1.0 if "sleep" in program else 60.0)
    answer = ask_tensorflow()
    found = loads(answer)
    assert found.state is CheckState.BAD
    assert why in found.found
    assert found.remedy
    (seen,) = (gpu for gpu in gpus(Driver(), answer) if gpu.key == "gpu_tensorflow")
    assert seen.state is CheckState.NOTE


@pytest.mark.e2e
def test_tensorflow_is_asked_in_a_process_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A file of the working directory does not take the place of Python's own module.
    (tmp_path / "signal.py").write_text("raise SystemExit(9)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    answer = ask_tensorflow()
    assert answer.error == ""
    assert answer.build is not None
    assert answer.versions.keys() == {"tensorflow", "keras"}
    assert loads(answer).state is CheckState.GOOD


@pytest.mark.parametrize(
    ("flags", "machine", "state", "said"),
    [
        ("fpu avx avx2 fma", "x86_64", CheckState.GOOD, "AVX, AVX2 and FMA"),
        ("fpu avx", "x86_64", CheckState.NOTE, "not AVX2 and FMA"),
        ("fpu sse4_2", "x86_64", CheckState.BAD, "no AVX"),
        ("", "aarch64", CheckState.GOOD, "nothing special"),
    ],
)
def test_what_tensorflow_asks_of_the_processor(
    tmp_path: Path, flags: str, machine: str, state: CheckState, said: str
) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text(f"processor\t: 0\nflags\t\t: {flags}\n", encoding="utf-8")
    found = instructions(file, machine)
    assert found.state is state
    assert said in found.found


# -- GPUs -------------------------------------------------------------------------------------


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


# -- the machine ------------------------------------------------------------------------------


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


# -- the screen -------------------------------------------------------------------------------


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


# -- folders ----------------------------------------------------------------------------------


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


def test_windows_leftovers_crashes_and_damaged_files_are_counted(tmp_path: Path) -> None:
    where = Folders.under(tmp_path)
    where.make()
    windows = [WindowFile(where.runs), WindowFile(where.runs)]
    for window in windows:
        window.begin()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = where.cache / f"scratch-{gone.pid}-abc"
    left.mkdir()
    (left / "cache").write_bytes(bytes(1_500_000))
    mine = Scratch(tmp_path / "elsewhere")
    crash = where.runs / "windows" / f"crash-{gone.pid}-abc.txt"
    crash.write_text("Fatal Python error: Aborted", encoding="utf-8")
    (where.runs / "window.json.damaged-20260102-030405").write_bytes(bytes(2000))
    found = by_key(places(where))
    assert (found["windows"].state, found["windows"].found) == (CheckState.NOTE, "2 on this folder")
    assert found["leftovers"].found == f"1 folder with 1.50 MB in {where.cache}"
    assert str(crash) in found["crashes"].found
    assert "1 with 2.00 kB" in found["kept_aside"].found
    assert all(one.state is not CheckState.BAD for one in found.values())
    for window in windows:
        window.end()
    mine.remove()


def test_recordings_are_looked_through_and_what_is_amiss_is_named(cli: Cli, data_dir: Path) -> None:
    assert cli("run", "in_memory").code == 0
    assert "Every checksum is right" in cli("doctor").out
    (log,) = Folders.under(data_dir).logs.glob("*.run")
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 0xFF
    log.write_bytes(content)
    said = " ".join(cli("doctor").out.split())
    assert "its log is damaged" in said
    assert "main.py repair" in said
    assert log.read_bytes() == bytes(content)
