"""``watch --ssh``: as ``ssh HOST python FILE.py``, and recorded here."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.folders import Folders
from core.model.run import Run, RunState
from core.session import Session
from tests.core.engines.conftest import MARK, gone, left_of
from tests.core.engines.conftest import mark as mark
from tests.sshd import MACHINE, Sshd, needs_sshd, sshd_in

pytestmark = [
    needs_sshd,
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux does"),
]
ROOT = Path(__file__).parents[4]
_FITS = """
import numpy as np
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
class Told(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print("an epoch", flush=True)
x, y = np.zeros([64, 4]), np.zeros([64])
model.fit(x, y, batch_size=8, epochs=2, verbose=0)
model.fit(x, y, batch_size=8, epochs=1000000, verbose=0, callbacks=[Told()])
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd_in(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "script.py"


@pytest.fixture
def program(server: Sshd, mark: str, tmp_path: Path) -> Iterator[list[subprocess.Popen[str]]]:
    """The programs that a test starts; nothing of them may be left, here or there."""
    programs: list[subprocess.Popen[str]] = []
    yield programs
    for each in programs:
        each.kill()
        each.communicate()
    assert gone(mark, 10.0)


def start(
    programs: list[subprocess.Popen[str]], server: Sshd, mark: str, script: Path, *arguments: str
) -> subprocess.Popen[str]:
    words = [sys.executable, str(ROOT / "main.py"), "watch", "--data-dir", str(script.parent)]
    words += ["--ssh", MACHINE, "--python", sys.executable, str(script), *arguments]
    started = subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PATH": server.path, MARK: mark},
    )
    programs.append(started)
    return started


def recorded(folder: Path) -> list[Run]:
    session = Session(Folders.under(folder))
    runs = list(session.runs)
    session.close()
    return runs


def test_streams_arguments_and_exit_code_are_those_of_the_script(
    program: list[subprocess.Popen[str]], server: Sshd, mark: str, script: Path
) -> None:
    script.write_text(
        "import os, sys\n"
        "print(sys.argv, os.getcwd() == os.path.expanduser('~'), input(), sys.stdin.read())\n"
        "print([path for path in sys.path if 'fd' in path], os.environ.get('PYTHONPATH'))\n"
        "print('x' * 3_000_000)\n"
        "sys.exit('an error')\n"
    )
    started = start(program, server, mark, script, "--data-dir", "a b")
    said, errors = started.communicate("a line\n" + "y" * 300_000, timeout=120)
    first, second, third = said.splitlines()
    assert first == f"{[str(script), '--data-dir', 'a b']} True a line {'y' * 300_000}"
    assert second == "[] None"
    assert third == "x" * 3_000_000
    assert started.returncode == 1
    assert errors.splitlines()[0] == "an error"
    assert "script.py never called model.fit" in errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_reaches_the_script_and_its_end_is_told(
    program: list[subprocess.Popen[str]], server: Sshd, mark: str, script: Path, number: int
) -> None:
    script.write_text("import signal\nprint('there', flush=True)\nsignal.pause()\n")
    started = start(program, server, mark, script)
    assert started.stdout is not None
    assert started.stdout.readline() == "there\n"
    started.send_signal(number)
    _, errors = started.communicate(timeout=60)
    assert started.returncode == -number
    assert ("KeyboardInterrupt" in errors) is (number == signal.SIGINT)


def test_a_script_whose_output_nobody_reads_any_more_is_told(
    program: list[subprocess.Popen[str]], server: Sshd, mark: str, script: Path
) -> None:
    script.write_text("while True: print('a line')\n")
    started = start(program, server, mark, script)
    assert started.stdout is not None
    assert started.stdout.readline() == "a line\n"
    started.stdout.close()
    assert started.stderr is not None
    assert "BrokenPipeError" in started.stderr.read()
    assert started.wait(60) == 1


@pytest.mark.e2e
def test_trainings_there_are_recorded_here_until_the_connection_is_gone(
    program: list[subprocess.Popen[str]], server: Sshd, mark: str, script: Path
) -> None:
    script.write_text(_FITS)
    started = start(program, server, mark, script)
    assert started.stdout is not None
    for _ in range(2):  # by the second, the steps of the first were sent
        assert started.stdout.readline() == "an epoch\n"
    client = next(each for each in left_of(mark) if each.name() == "ssh")
    os.kill(client.pid, signal.SIGKILL)
    _, errors = started.communicate(timeout=60)
    assert gone(mark, 10.0)
    assert started.returncode == 255
    said = f"The connection to {MACHINE} was lost (ssh ended with signal 9)"
    assert said in errors
    whole, broken = recorded(script.parent)
    assert (whole.state, whole.samples.steps) == (RunState.DONE, 16)
    assert whole.environment["machine"] == f"{MACHINE} ({os.uname().nodename})"
    assert whole.environment["interpreter"] == f"{MACHINE}:{sys.executable}"
    assert whole.plan.interpreter == f"{MACHINE}:{sys.executable}"
    assert whole.plan.watched is not None
    assert whole.plan.watched.file == str(script)
    assert broken.state is RunState.INTERRUPTED
    assert broken.samples.steps >= 8
    assert broken.failure is not None
    assert broken.failure.what.startswith(said)


def test_nothing_is_left_of_a_script_whose_program_is_killed(
    program: list[subprocess.Popen[str]], server: Sshd, mark: str, script: Path
) -> None:
    script.write_text(
        "import subprocess, sys, time\n"
        "wait = 'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        " time.sleep(3600)'\n"
        "subprocess.Popen([sys.executable, '-c', wait], start_new_session=True)\n"
        "print('there', flush=True)\n"
        "time.sleep(3600)\n"
    )
    started = start(program, server, mark, script)
    assert started.stdout is not None
    assert started.stdout.readline() == "there\n"
    assert len(left_of(mark)) >= 5  # the program, what records, ssh, the guard, the script
    started.kill()
    assert gone(mark, 10.0)
