"""``doctor``: what is there, what is amiss and what to do, in words and as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from core.cli.machine.checks import catalogue, tensorflow
from core.cli.machine.checks.check import CheckState, note
from core.cli.machine.checks.gpu import Driver, gpus
from core.cli.machine.checks.places import places
from core.cli.machine.checks.software import pair, software
from core.cli.machine.checks.tensorflow import ask_tensorflow, instructions, loads
from core.folders import Folders
from core.measure.scratch import Scratch
from core.session.crash_reports import WindowFile
from tests.core.cli.conftest import Cli
from tests.core.cli.machine.check_results import by_key


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
