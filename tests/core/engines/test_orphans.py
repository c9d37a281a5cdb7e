"""When the program is killed, nothing of an isolated run outlives it."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.engines.conftest import CHILD, gone, left_of

ROOT = Path(__file__).resolve().parents[3]
_PROGRAM = f"""
import sys
from core.engines.engines import Engines
from tests.core.engines.conftest import PATIENT, carry, settled, training
engines = Engines(times=PATIENT, child={CHILD!r})
print("begun", flush=True)
if sys.argv[1] == "spare":
    engines.warm()
    while engines.spare != "ready":
        pass
    print("training", flush=True)
    sys.stdin.read()
ready = settled if sys.argv[1] == "family" else training
said = []
def look(told):
    if ready(told) and not said:
        said.append(print("training", flush=True))
    return sys.argv[2] == "stopping" and bool(said)
carry(engines, sys.argv[1], cancelled=look)
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux does")


class Program:
    """Stands for the window: a program that carries a run out."""

    def __init__(self, script: str, until: str = "training") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, script, until],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_for(self, word: str) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.strip() == word:
                return
        raise AssertionError(f"it ended before {word!r}")

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def started(mark: str) -> Iterator[list[Program]]:
    made: list[Program] = []
    yield made
    for one in made:
        one.close()
    for process in left_of(mark):
        process.kill()


@pytest.mark.parametrize(
    ("script", "until"),
    [
        ("wait_for_stop", "training"),
        ("hang", "training"),
        ("hang_deaf", "training"),
        ("family", "training"),
        ("hang", "stopping"),
        ("spare", "training"),
    ],
)
def test_nothing_is_left_two_seconds_after_the_program_was_killed(
    started: list[Program], mark: str, script: str, until: str
) -> None:
    program = Program(script, until)
    started.append(program)
    program.wait_for("training")
    assert len(left_of(mark)) >= 3  # the program, the guard, and what trains
    program.kill()
    assert gone(mark)


@pytest.mark.parametrize("seed", range(6))
def test_nor_at_any_moment_while_it_starts(started: list[Program], mark: str, seed: int) -> None:
    program = Program("wait_for_stop")
    started.append(program)
    program.wait_for("begun")
    moment = random.Random(seed).randrange(60)
    # Not a time but a number of looks at the processes: each takes some milliseconds.
    for _ in range(moment):
        left_of(mark)
    program.kill()
    assert gone(mark)


def test_the_guard_being_killed_takes_what_trains_with_it(
    started: list[Program], mark: str
) -> None:
    program = Program("hang")
    started.append(program)
    program.wait_for("training")
    here = {one.pid: one for one in left_of(mark)}
    (guard,) = (one for one in here.values() if one.ppid() == program._process.pid)
    (trainer,) = guard.children()
    guard.kill()
    trainer.wait(2.0)
    program.close()
    assert gone(mark)
