"""Breaks runs on another machine off at random moments, and looks what is left over there.

``python -m benchmarks.kills_ssh [N]``: N times (10 unless said otherwise), over ssh to a server of
its own on this machine, each of

- ``program``: this side's program is killed (SIGKILL);
- ``client``: the ssh client is killed;
- ``cut``: the ssh client is stopped (SIGSTOP): as where the network is cut, nobody says anything.

Ten seconds later no process may be left over there, and every step that was acknowledged must be
in the recording. Ends with exit code 1 where something of that does not hold.
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
from core.session import Session
from tests.sshd import sshd_in

USUAL = 10
WAYS = ("program", "client", "cut")
WITHIN_S = 10.0
_FROM_S, _TO_S = 2.0, 25.0
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


def break_off(way: str, folders: Folders, side: Path, after_s: float) -> tuple[float, list[str]]:
    """Break one run off; gives after how many seconds nothing was left, and what does not hold."""
    side.write_bytes(b"")
    mark = uuid.uuid4().hex
    command = [sys.executable, "-m", "benchmarks.kills_program", "command-line"]
    program = subprocess.Popen(
        [*command, str(folders.runs), str(side), "ssh", "in_memory"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, _MARK: mark},
    )
    time.sleep(after_s)
    wrong = [] if program.poll() is None else [f"it ended with exit code {program.returncode}"]
    clients: list[psutil.Process] = []
    # Between two connections there is none that could be broken off.
    while program.poll() is None and not (clients := clients_of(mark)):
        time.sleep(0.05)
    if way == "program":
        program.kill()
    for client in clients if way != "program" else ():
        with contextlib.suppress(psutil.Error):
            client.send_signal(signal.SIGKILL if way == "client" else signal.SIGSTOP)
    began_s = time.monotonic()
    while left := far_side(mark, program.pid):
        if time.monotonic() - began_s > WITHIN_S:
            wrong.append(f"{len(left)} process(es) are left: {[one.cmdline()[:3] for one in left]}")
            break
        time.sleep(0.05)
    took_s = time.monotonic() - began_s
    if way != "program":
        program.wait(60)
    program.wait()
    for process in marked(mark):
        with contextlib.suppress(psutil.Error):
            process.kill()
    session = Session(folders)
    runs = {run.id: run for run in session.runs}
    for run_id, (steps, _) in acknowledged(side).items():
        there = runs[run_id].samples.steps if run_id in runs else 0
        if there < steps:
            wrong.append(f"{there} of {steps} acknowledged steps are there")
    wrong += [f"{run.name} is {run.state}" for run in runs.values() if not run.state.over]
    session.close()
    return took_s, wrong


def main(arguments: Sequence[str]) -> int:
    """Break off and count."""
    count = int(arguments[0]) if arguments else USUAL
    faults = 0
    with tempfile.TemporaryDirectory() as folder, sshd_in(Path(folder) / "sshd") as server:
        os.environ["PATH"] = server.path
        for way in WAYS:
            draw = random.Random(way)
            folders = Folders.under(Path(folder) / way)
            folders.make()
            longest_s = 0.0
            for number in range(1, count + 1):
                after_s = draw.uniform(_FROM_S, _TO_S)
                took_s, wrong = break_off(way, folders, Path(folder) / "side", after_s)
                longest_s = max(longest_s, took_s)
                faults += len(wrong)
                for text in wrong:
                    print(f"NO: {way}, {number} after {after_s:.2f} s: {text}", flush=True)
            print(f"{way}: {count} times, nothing left after {longest_s:.1f} s at most", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
