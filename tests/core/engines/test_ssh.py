"""Isolated runs on another machine: ssh leads to a server of these tests on this one."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import MAGIC_NUMBER
from pathlib import Path

import psutil
import pytest

from core.engines import far_files, far_process
from core.engines.engines import Engines
from core.engines.far_files import FarFiles
from core.engines.interpreter import Interpreter, look_at
from core.engines.ssh import checked_machine, refused
from core.engines.times import StopTimes
from core.model.errors import ExplorerError, InputError
from core.model.events import Event, StepsTaken, StopStage
from core.model.run import RunState
from core.model.to_open import ToOpen
from tests.core.engines.conftest import (
    CHILD,
    PATIENT,
    Told,
    carry,
    gone,
    left_of,
    settled,
    training,
)
from tests.core.engines.scripted_child import STEPS
from tests.environments import empty_environment, install
from tests.sshd import MACHINE, UNKNOWN, Sshd, needs_sshd, sshd_in

pytestmark = [
    needs_sshd,
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux does"),
]
SOFT, TERMINATING, KILLING = StopStage
FAR = Interpreter(sys.executable, "3", "2", "3", MAGIC_NUMBER, machine=MACHINE, cache="/far/cache")
_PROGRAM = f"""
import sys
from core.engines.engines import Engines
from tests.core.engines.conftest import PATIENT, carry, training
from tests.core.engines.test_ssh import FAR
engines = Engines(times=PATIENT, child={CHILD!r})
engines.choose(FAR)
said = []
def look(told):
    if training(told) and not said:
        said.append(print("training", flush=True))
    return False
carry(engines, "hang", cancelled=look, interpreter=FAR.name)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd_in(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture(autouse=True)
def by_ssh(server: Sshd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", server.path)


@pytest.fixture
def far(mark: str) -> Iterator[Engines]:
    yield from _engines(mark, CHILD)


@pytest.fixture
def impatient(mark: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engines]:
    """Both sides say and wait for beats in tenths of seconds."""
    monkeypatch.setattr(far_process, "BEAT_S", 0.1)
    yield from _engines(mark, CHILD.replace("main", "impatient"))


def _engines(mark: str, child: str, times: StopTimes = PATIENT) -> Iterator[Engines]:
    engines = Engines(times=times, child=child)
    engines.choose(FAR)
    yield engines
    engines.close()
    for process in left_of(mark):
        process.kill()


def run(engines: Engines, script: str, **more: object) -> Told:
    return carry(engines, script, interpreter=FAR.name, **more)  # type: ignore[arg-type]


def client(mark: str) -> psutil.Process:
    """The ssh client of the run under way."""
    return next(process for process in left_of(mark) if process.name() == "ssh")


# -- before anything else happens ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("machine", "said"),
    [
        (
            UNKNOWN,
            f"The host key of {UNKNOWN} is not known here. Type once in a terminal: ssh {UNKNOWN}.",
        ),
        (
            "refusing-machine",
            "refusing-machine refuses the connection: no ssh server answers there",
        ),
        ("locked-machine", "locked-machine asks for a password or refuses the login. Set up a key"),
        ("no-such-host.invalid", "There is no machine no-such-host.invalid"),
    ],
)
def test_a_machine_that_cannot_be_used_says_why_in_a_line(machine: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        look_at("", machine=machine)
    assert str(raised.value).startswith(said)
    assert "\n" not in str(raised.value)


def test_a_connection_that_ends_without_a_word_was_lost() -> None:
    assert str(refused("gpu1", "")).startswith("The connection to gpu1 was lost. This must work")
    said = str(refused("gpu1", "banner\nkex_exchange_identification: reset\n"))
    assert said.startswith("There is no connection to gpu1 (kex_exchange_identification: reset)")


@pytest.mark.parametrize("text", ["", "-oProxyCommand=touch /tmp/x", "a b", "host;ls", "$(ls)"])
def test_nothing_is_taken_for_a_machine_that_ssh_or_a_shell_would_take_for_more(text: str) -> None:
    with pytest.raises(InputError, match="is not the name of a machine"):
        checked_machine(text)


@pytest.mark.parametrize("text", ["gpu1", "me@gpu1", "10.0.0.7", "ssh://me@gpu1:2222", "me@[::1]"])
def test_what_ssh_calls_a_machine_is_one(text: str) -> None:
    assert checked_machine(text) == text


def test_a_python_there_is_looked_at_by_folder_and_what_it_lacks_is_named(tmp_path: Path) -> None:
    environment = empty_environment(tmp_path / "my environment")
    with pytest.raises(InputError, match=f"on {MACHINE} has no TensorFlow"):
        look_at(str(environment), machine=MACHINE)
    install(environment, "tensorflow-cpu", "2.18.1", "tensorflow")
    install(environment, "keras", "3.5.0", "keras")
    install(environment, "numpy", "1.26.4", "numpy")
    seen = look_at(str(environment), machine=MACHINE)
    assert seen.name == f"{MACHINE}:{environment}/bin/python"
    assert f"TensorFlow 2.18.1, Keras 3.5.0, on {os.uname().nodename}: " in seen.words
    assert seen.cache.endswith("pipeline-explorer")
    with pytest.raises(InputError, match=f"no Python in the folder {tmp_path} on {MACHINE}"):
        look_at(str(tmp_path), machine=MACHINE)


def test_folders_and_files_there_are_looked_at_and_nothing_is_run(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    file = tmp_path / "own.py"
    file.write_text("raise SystemExit\ndef make_dataset(): ...\n")
    with FarFiles(FAR) as files:
        there = files.folder(str(tmp_path))
        assert (there.path, there.folders, there.files) == (str(tmp_path), ("folder",), ("own.py",))
        assert files.folder().path == pwd.getpwuid(os.getuid()).pw_dir
        offered = files.file(str(file))
        assert offered.path == str(file)
        assert [offer.name for offer in offered.offered] == ["make_dataset"]
        with pytest.raises(ExplorerError, match="There is no file"):
            files.file(str(tmp_path / "gone.py"))
        with pytest.raises(ExplorerError, match="No such file"):
            files.folder(str(tmp_path / "gone"))


def test_a_machine_that_refuses_says_so_to_each_question(tmp_path: Path) -> None:
    with FarFiles(replace(FAR, machine="refusing-machine")) as files:
        for _ in range(2):
            with pytest.raises(ExplorerError, match=r"did not list ~ \(.*Connection refused"):
                files.folder()


def test_an_answer_that_comes_late_is_taken_for_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FarFiles(FAR) as files:
        with monkeypatch.context() as patched:
            patched.setattr(far_files, "_WITHIN_S", 0.0)
            with pytest.raises(ExplorerError, match="it does not answer"):
                files.folder()
        with pytest.raises(ExplorerError, match="it does not answer"):
            files.folder(str(tmp_path))


# -- a run and its end ---------------------------------------------------------------------------


def test_all_that_a_run_says_comes_over(far: Engines) -> None:
    told = run(far, "whole")
    assert told.last.state is RunState.DONE
    assert told.run.samples.steps


def test_a_stop_is_taken_after_the_batch(far: Engines, mark: str) -> None:
    told = run(far, "wait_for_stop", cancelled=training)
    assert told.last.state is RunState.STOPPED
    assert told.stages == [SOFT]
    assert gone(mark)


@pytest.mark.parametrize("script", ["hang_deaf", "family"])
def test_what_does_not_obey_a_stop_is_ended_there_with_all_that_it_started(
    mark: str, script: str
) -> None:
    (engines,) = _engines(mark, CHILD, StopTimes(soft_s=0.0, terminate_s=0.3))
    told = run(engines, script, cancelled=settled if script == "family" else training)
    assert told.last.state is RunState.STOPPED
    assert told.run.samples.steps == STEPS
    assert gone(mark)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit", "The process of this run ended before the run did while training, after 5 steps, "
                 "with exit code 7"),
        ("kill", "SIGKILL"),
        ("garbage", "The process of this run sent invalid data on its event pipe"),
    ],
)  # fmt: skip
def test_how_a_process_there_ended_is_told_as_it_was(far: Engines, script: str, said: str) -> None:
    told = run(far, script)
    assert told.last.state is RunState.FAILED
    assert told.last.failure is not None
    assert said in told.last.failure.what
    assert told.run.samples.steps == STEPS


def test_code_that_was_not_opened_there_does_not_run_there(far: Engines) -> None:
    told = carry(far, "whole", interpreter="other-machine:/usr/bin/python3")
    assert told.last.failure is not None
    assert "which has not been selected in this session" in told.last.failure.what


def test_a_workload_that_is_declared_there_is_refused_with_a_way_out(far: Engines) -> None:
    wanted = ToOpen("/there/own.py:WORKLOAD", machine=MACHINE)
    with pytest.raises(InputError, match=r"own\.py:WORKLOAD declares a workload") as raised:
        far.open(wanted, lambda at: None, lambda: False)
    assert "such as make_dataset" in raised.value.remedy


# -- a connection that is gone -------------------------------------------------------------------


def test_an_ssh_client_that_is_killed_interrupts_the_run_and_leaves_nothing(
    far: Engines, mark: str
) -> None:
    killed: list[int] = []

    def kill(told: Told) -> bool:
        if settled(told) and not killed:
            killed.append(client(mark).pid)
            os.kill(killed[0], signal.SIGKILL)
        return False

    told = run(far, "family", cancelled=kill)
    _is_lost(told, "ssh ended with signal 9")
    assert gone(mark)


def test_a_connection_that_says_nothing_any_more_is_given_up_on_both_sides(
    impatient: Engines, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(far_process, "SILENT_S", 2.0)
    stopped: list[psutil.Process] = []

    def stop(event: Event) -> None:
        if isinstance(event, StepsTaken):
            stopped.append(client(mark))
            stopped[0].suspend()

    told = run(impatient, "hang", on_event=stop)
    _is_lost(told, "nothing was heard of it for 2 s")
    assert gone(mark)


def test_a_program_that_gets_no_time_to_say_a_word_is_told_so(
    impatient: Engines, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(far_process, "BEAT_S", 3600.0)
    _is_lost(run(impatient, "hang"), "over there nothing was heard of this program for 6 s")
    assert gone(mark)


def test_a_connection_that_never_says_a_word_is_given_up(
    impatient: Engines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mute = tmp_path / "ssh"
    mute.write_text("#!/bin/sh\nexec sleep 3600\n")
    mute.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(far_process, "BEGINS_S", 0.5)
    told = run(impatient, "whole")
    assert told.last.state is RunState.INTERRUPTED
    assert told.last.failure is not None
    assert "after 0 steps (nothing was heard of it for 0.5 s)" in told.last.failure.what


def _is_lost(told: Told, why: str) -> None:
    assert told.last.state is RunState.INTERRUPTED
    assert told.last.failure is not None
    assert told.last.failure.what.startswith(f"The connection to {MACHINE} was lost while ")
    assert f"after {STEPS} steps ({why})" in told.last.failure.what
    assert told.run.samples.steps == STEPS


def test_nothing_is_left_there_when_the_program_is_killed(mark: str) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM],
        cwd=Path(__file__).resolve().parents[3],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "training\n"
    assert len(left_of(mark)) >= 4  # the program, ssh, the guard, and what trains
    program.kill()
    program.communicate()
    assert gone(mark)
