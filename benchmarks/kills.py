"""Kills programs that record, at random moments, and looks what is left.

``python -m benchmarks.kills [N] [HOW ...]``: N kills of each (20 unless said otherwise) of

- ``scripted``: made-up steps as fast as they can be recorded, without TensorFlow;
- ``command-line``: ``main.py run``, trained on a thread of the program itself;
- ``window``: the window, without a screen;
- ``isolated``, ``window-isolated``: both with the run in a process of its own;
- ``processes``, ``service``: ``isolated`` with Python functions in two worker processes, and with a
  tf.data service of two workers;
- ``command-line-processes``: ``command-line`` with Python functions in two worker processes.

After each kill no process that the program started may be left after 5 s. The session is opened as
after a restart. Every step that was acknowledged before the kill must be there, every run, and the
run that was under way must be interrupted and say how many steps were kept; nothing else may be
said, the next run must get the next number, and after it no file may be left over. Ends with exit
code 1 where something of that does not hold.
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
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.folders import Folders
from core.model.run import Run, RunState
from core.session import Session
from core.workloads.catalogue import workload
from tests.builders import even_samples, events_of

USUAL = 20
_ORPHAN_S = 5.0
"""So long what the program started may outlive it."""
_MARK = "PIPELINE_EXPLORER_KILLS"
"""In the environment of the program, and so of every process that it starts."""


@dataclass(frozen=True)
class Way:
    """A way to record.

    Attributes:
        name: What it is called.
        program: What ``kills_program`` is to do.
        engine: Where the run trains; empty for the program's own choice.
        from_s: The earliest moment to kill at, in seconds after its start.
        to_s: The latest.
        workload: What is trained.
        assignments: Its settings.
    """

    name: str
    program: str
    engine: str
    from_s: float
    to_s: float
    workload: str = "in_memory"
    assignments: tuple[str, ...] = ()


_IN_PROCESSES = ("map.implementation=python", "map.processes=2")
WAYS = (
    Way("scripted", "scripted", "", 0.3, 2.5),
    Way("command-line", "command-line", "", 1.0, 25.0),
    Way("window", "window", "", 1.0, 30.0),
    Way("isolated", "command-line", "process", 1.0, 30.0),
    Way("window-isolated", "window", "process", 1.0, 35.0),
    Way("processes", "command-line", "process", 1.0, 30.0, "augmented", _IN_PROCESSES),
    Way("service", "command-line", "process", 1.0, 45.0, "in_memory", ("service.workers=2",)),
    Way("command-line-processes", "command-line", "window", 1.0, 30.0, "augmented", _IN_PROCESSES),
)


def kill_once(
    way: Way, folders: Folders, side: Path, after_s: float, met: Counter[int]
) -> list[str]:
    """Start a program, kill it, open its session; gives what does not hold.

    Args:
        way: How it records.
        folders: Where.
        side: Where it notes what is acknowledged.
        after_s: When it is killed.
        met: Counts kills by how many processes the program had started that were alive.
    """
    side.write_bytes(b"")
    command = [sys.executable, "-m", "benchmarks.kills_program", way.program]
    command += [str(folders.runs), str(side), way.engine, way.workload, *way.assignments]
    mark = f"{os.getpid()}-{time.monotonic_ns()}"
    program = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, _MARK: mark},
    )
    time.sleep(after_s)
    if program.poll() is not None:
        return [f"it ended by itself with exit code {program.returncode}"]
    met[len(_started_with(f"{_MARK}={mark}".encode())) - 1] += 1
    program.send_signal(signal.SIGKILL)
    program.wait()
    wrong = _orphans(mark)
    return wrong + after_a_kill(folders, acknowledged(side))


def acknowledged(side: Path) -> dict[str, tuple[int, bool]]:
    """Steps of each run that were kept before the kill, and whether its last word was."""
    found: dict[str, tuple[int, bool]] = {}
    for line in side.read_text().splitlines():
        run_id, steps, word, *_ = line.split(" ")
        found[run_id] = int(steps), word == "ended"
    return found


def after_a_kill(folders: Folders, kept: dict[str, tuple[int, bool]]) -> list[str]:
    """Open a session whose program was killed; gives what does not hold."""
    session = Session(folders)
    runs = {run.id: run for run in session.runs}
    last = max((run.number for run in runs.values()), default=0)
    wrong = [f"it is said: {session.notice}"] if session.notice else []
    for run_id, (steps, ended) in kept.items():
        run = runs.get(run_id)
        wrong += [f"the run {run_id} is lost"] if run is None else _of_run(run, steps, ended)
    told = {run.id for run in session.interrupted}
    wrong += [f"{run.name} is {run.state}" for run in runs.values() if not run.state.over]
    wrong += [
        f"{run.name} was interrupted and is not told of, or the other way round"
        for run in runs.values()
        if run.id in kept and (run.state is RunState.INTERRUPTED) != (run.id in told)
    ]
    numbers = Counter(run.number for run in runs.values())
    wrong += [f"{count} runs have the number {n}" for n, count in numbers.items() if count > 1]
    wrong += _next_run(session, folders, last)
    session.close()
    again = Session(folders)
    if again.notice or again.interrupted or len(again.runs) != len(runs) + 1:
        wrong.append(f"the second start is not clean: {again.notice} {again.interrupted}")
    again.close()
    return wrong


def _of_run(run: Run, steps: int, ended: bool) -> list[str]:
    wrong = []
    there = run.samples.steps
    if there < steps:
        wrong.append(f"{run.name} has {there} of {steps} acknowledged steps")
    if ended and run.state is RunState.INTERRUPTED:
        wrong.append(f"{run.name} had said its last word and is {run.state}")
    words = run.failure.what if run.failure else ""
    if run.state is RunState.INTERRUPTED and f"{there:,} step" not in words:
        wrong.append(f"{run.name} says {words!r} of {there} steps")
    return wrong


def _next_run(session: Session, folders: Folders, last: int) -> list[str]:
    of = workload("in_memory")
    run_id = session.begin(session.plan(of, of.chain.defaults())).run().id
    for event in events_of(even_samples()):
        session.recorder.keep(event)
        session.handle(event)
    number = session.run(run_id).number
    wrong = [] if number == last + 1 else [f"the next run is {number} after {last}"]
    beside = [
        path.name
        for path in folders.logs.iterdir()
        if path.suffix not in (".run", ".lock")
        and path.name not in (".lock", "experiments.log")
        and ".run.cut-off-" not in path.name
    ]
    return wrong + [f"left over: {name}" for name in beside]


def _orphans(mark: str) -> list[str]:
    """Whether what the program started outlives it by more than it may."""
    until_s = time.monotonic() + _ORPHAN_S
    while left := _started_with(f"{_MARK}={mark}".encode()):
        if time.monotonic() > until_s:
            return [f"{len(left)} process(es) outlive it by {_ORPHAN_S:g} s: {', '.join(left)}"]
        time.sleep(0.05)
    return []


def _started_with(variable: bytes) -> list[str]:
    """Command lines of the processes that have a variable in their environment."""
    left = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdecimal() and variable in (entry / "environ").read_bytes():
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
                left.append(words.decode(errors="replace")[:120])
    return left


def _scratch_after(way: Way, folders: Folders) -> list[str]:
    """What pipelines wrote while they ran must be gone after the next run."""
    command = [sys.executable, "main.py", "run", way.workload, "--data-dir", str(folders.runs)]
    more = ["--engine", way.engine] if way.engine else []
    ended = subprocess.run(
        [*command, "--epochs", "1", "--steps", "20", *more], capture_output=True, text=True
    )
    wrong = [] if ended.returncode == 0 else [f"{way.name}: the next run failed: {ended.stderr}"]
    return wrong + [f"{way.name}: left over: {left}" for left in folders.cache.glob("scratch-*")]


def kills(way: Way, count: int, seed: int = 0) -> list[str]:
    """Kill a program so many times over one folder; gives what does not hold."""
    draw = random.Random(f"{way.name} {seed}")
    wrong: list[str] = []
    seen: Counter[RunState] = Counter()
    met: Counter[int] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        folders = Folders.under(Path(folder) / "data")
        folders.make()
        for number in range(1, count + 1):
            after_s = draw.uniform(way.from_s, way.to_s)
            found = kill_once(way, folders, Path(folder) / "acknowledged", after_s, met)
            wrong += [f"{way.name}, kill {number} after {after_s:.2f} s: {one}" for one in found]
            for one in found:
                print(f"NO: {wrong[-1] if one is found[-1] else one}", flush=True)
        if way.program != "scripted":
            wrong += _scratch_after(way, folders)
        session = Session(folders)
        seen.update(run.state for run in session.runs)
        kept = sum(r.samples.steps for r in session.runs if r.state is RunState.INTERRUPTED)
        session.close()
    states = ", ".join(f"{number} {state}" for state, number in sorted(seen.items()))
    print(f"{way.name}: {count} kills, {len(wrong)} faults; runs: {states}; {kept:,} steps kept")
    print(
        "    processes that it had started:",
        *(f"{n} at {times}," for n, times in sorted(met.items())),
    )
    return wrong


def main(arguments: Sequence[str]) -> int:
    """Kill and count."""
    numbers = [int(word) for word in arguments if word.isdecimal()]
    names = [word for word in arguments if not word.isdecimal()]
    ways = [way for way in WAYS if way.name in names or not names]
    wrong = [one for way in ways for one in kills(way, numbers[0] if numbers else USUAL)]
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
