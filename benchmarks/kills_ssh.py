"""Breaks runs on another machine off at random moments, and looks what is left over there.

``python -m benchmarks.kills_ssh [N] [WAY ...]``: N times (10 unless said otherwise), over ssh to a
server of its own on this machine, each of

- ``program``: this side's program is killed (SIGKILL);
- ``client``: the ssh client is killed;
- ``cut``: the ssh client is stopped (SIGSTOP): as where the network is cut, nobody says anything.

Every other one comes at a random moment after the program was started, the others at one after the
first step was recorded. Ten seconds later no process may be left over there, every step that was
acknowledged must be in the recording, and a program that was not killed has to say within its own
times that the connection was lost. Ends with exit code 1 where something of that does not hold.
A kill takes about 20 s, and 35 s the way ``cut``.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import psutil

from benchmarks.kills import acknowledged
from core.folders import Folders
from core.model.run import RunState
from core.session import Session
from tests.sshd import sshd_in

USUAL = 10
WAYS = ("program", "client", "cut")
WITHIN_S = 10.0
_AFTER_START_S, _AFTER_STEP_S = (0.5, 12.0), (0.0, 3.0)
_SAYS_S = 90.0
"""So long the program has to end: a look at a Python that gets no answer takes a minute."""
_LOOK_S, _LOOKS = 0.05, 4
_MARK = "PX_TEST_KILLS"
"""In the environment of all that is started; the server takes what begins with ``PX_TEST_``."""


def marked(mark: str) -> list[psutil.Process]:
    """Processes that were started by one program, here and over there."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            alive = process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
            if alive and process.environ().get(_MARK) == mark:
                found.append(process)
    return found


def far_side(mark: str, program: int) -> list[psutil.Process]:
    """Those over there: neither the program nor what it started."""
    found = []
    for process in marked(mark):
        with contextlib.suppress(psutil.Error):
            parents = {parent.pid for parent in process.parents()} | {process.pid}
            if program not in parents and process.name() != "ssh":
                found.append(process)
    return found


def clients_of(mark: str) -> list[psutil.Process]:
    """The ssh clients of a program."""
    found = []
    for process in marked(mark):
        with contextlib.suppress(psutil.Error):
            if process.name() == "ssh":
                found.append(process)
    return found


def trained(side: Path) -> bool:
    """Whether steps were recorded."""
    return any(steps for steps, _ in acknowledged(side).values())


def wait_for_a_moment(program: subprocess.Popen[bytes], side: Path, draw: random.Random) -> None:
    """Wait until the run is to be broken off, or the program has ended by itself."""
    if draw.random() < 0.5:
        until_s = time.monotonic() + draw.uniform(*_AFTER_START_S)
    else:
        while program.poll() is None and not trained(side):
            time.sleep(_LOOK_S)
        until_s = time.monotonic() + draw.uniform(*_AFTER_STEP_S)
    # Between two connections there is none that could be broken off.
    while program.poll() is None and time.monotonic() < until_s:
        time.sleep(_LOOK_S)


def gone_after(mark: str, program: int) -> tuple[float, list[str]]:
    """After how many seconds nothing was left over there, and what was left where that was late."""
    began_s, looks = time.monotonic(), 0
    while looks < _LOOKS:
        left = far_side(mark, program)
        # What is being started has no environment for a moment, and is not seen.
        looks = 0 if left else looks + 1
        if left and time.monotonic() - began_s > WITHIN_S:
            names = [" ".join(process.cmdline()[:3])[:120] for process in left]
            return WITHIN_S, [f"{len(left)} process(es) are left: {names}"]
        time.sleep(_LOOK_S)
    return time.monotonic() - began_s - _LOOKS * _LOOK_S, []


def break_off(
    way: str, folders: Folders, side: Path, draw: random.Random
) -> tuple[float, float, list[str]]:
    """Break one run off.

    Returns:
        After how many seconds nothing was left over there, after how many the program here had
        ended, and what does not hold.
    """
    side.write_bytes(b"")
    mark = uuid.uuid4().hex
    command = [sys.executable, "-m", "benchmarks.kills_program", "command-line"]
    program = subprocess.Popen(
        [*command, str(folders.runs), str(side), "ssh", "in_memory"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, _MARK: mark},
    )
    wait_for_a_moment(program, side, draw)
    clients: list[psutil.Process] = []
    while program.poll() is None and not (clients := clients_of(mark)):
        time.sleep(_LOOK_S)
    code = program.poll()
    wrong = [] if code is None else [f"it ended by itself with exit code {code}"]
    if way == "program":
        program.kill()
    for client in clients if way != "program" else ():
        with contextlib.suppress(psutil.Error):
            client.send_signal(signal.SIGKILL if way == "client" else signal.SIGSTOP)
    began_s = time.monotonic()
    took_s, left = gone_after(mark, program.pid)
    wrong += left
    try:
        program.wait(_SAYS_S)
    except subprocess.TimeoutExpired:
        wrong.append(f"the program had not ended {_SAYS_S:g} s later")
        program.kill()
        program.wait()
    ended_s = time.monotonic() - began_s
    for process in marked(mark):
        with contextlib.suppress(psutil.Error):
            process.kill()
    by_itself = code is not None
    return took_s, ended_s, wrong + _recorded(folders, side, way != "program", by_itself)


def _recorded(folders: Folders, side: Path, says_why: bool, by_itself: bool) -> list[str]:
    """What does not hold of what was recorded; why it ended, where that was by itself."""
    session, wrong = Session(folders), []
    runs = {run.id: run for run in session.runs}
    for run_id, (steps, _) in acknowledged(side).items():
        if run_id not in runs:
            wrong.append(f"the run {run_id} is lost")
            continue
        run = runs[run_id]
        if run.samples.steps < steps:
            wrong.append(f"{run.samples.steps} of {steps} acknowledged steps are there")
        if run.state is not RunState.INTERRUPTED:
            wrong.append(f"{run.name} is {run.state}")
        said = "" if run.failure is None else run.failure.what
        if by_itself or (says_why and not said.startswith("The connection to ")):
            wrong.append(f"{run.name} says {said!r}")
    wrong += [f"{run.name} is {run.state}" for run in runs.values() if not run.state.over]
    session.close()
    return wrong


def main(arguments: Sequence[str]) -> int:
    """Break off and count."""
    numbers = [int(word) for word in arguments if word.isdecimal()]
    count, faults = numbers[0] if numbers else USUAL, 0
    draw = random.Random()
    with tempfile.TemporaryDirectory() as folder, sshd_in(Path(folder) / "sshd") as server:
        os.environ["PATH"] = server.path
        for way in [way for way in WAYS if way in arguments] or WAYS:
            folders = Folders.under(Path(folder) / way)
            folders.make()
            gone_s, ended_s, with_steps, found = [], [], 0, 0
            for number in range(1, count + 1):
                took_s, over_s, wrong = break_off(way, folders, Path(folder) / "side", draw)
                gone_s.append(took_s)
                ended_s.append(over_s)
                with_steps += trained(Path(folder) / "side")
                found += len(wrong)
                for text in wrong:
                    print(f"NO: {way}, {number}: {text}", flush=True)
            print(
                f"{way}: {count} times, {with_steps} of them while steps came; {found} faults; "
                f"nothing left there after {max(gone_s):.1f} s at most, the program here had ended "
                f"after {max(ended_s):.1f} s at most",
                flush=True,
            )
            faults += found
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
