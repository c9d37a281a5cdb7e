"""Seconds that a folder of recorded runs of 500 steps each takes to open.

``python -m benchmarks.session_open [RUNS]``, 1,000 unless said otherwise. Prints the median of
several openings (goal for 1,000 runs: below 1 s, for 10,000 below 3 s), and what it takes to read
the log of each run, to make the summary anew, and to look whether other programs recorded any.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time

from core.folders import Folders
from core.session import Session
from core.workloads.catalogue import workload
from tests.builders import even_samples, run_of
from tests.logs import write_runs

RUNS, STEPS, OPENINGS = 1_000, 500, 7


def main() -> int:
    """Make the folder, open it several times, print seconds."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as folder:
        folders = Folders.under(folder)
        folders.make()
        _fill(folders, runs)
        _open(folders, runs)
        print(f"{statistics.median(_open(folders, runs) for _ in range(OPENINGS)):.3f}")
        session = Session(folders)
        session.refresh()
        began_s = time.perf_counter()
        for _ in range(100):
            session.changed_elsewhere()
        print(f"a look for news: {10 * (time.perf_counter() - began_s):.3f} ms")
        began_s = time.perf_counter()
        session.refresh()
        print(f"a refresh without news: {1000 * (time.perf_counter() - began_s):.1f} ms")
        began_s = time.perf_counter()
        steps = sum(run.samples.steps for run in session.runs)
        print(f"all {steps:,} steps read: {time.perf_counter() - began_s:.2f}")
        session.close()
        folders.summary.unlink()
        print(f"summary made anew from the logs: {_open(folders, runs):.2f}")
    return 0


def _open(folders: Folders, runs: int) -> float:
    began_s = time.perf_counter()
    session = Session(folders)
    took_s = time.perf_counter() - began_s
    found = len(session.runs)
    session.close()
    if found != runs:
        raise SystemExit(f"{found} of {runs} runs were found again")
    return took_s


def _fill(folders: Folders, runs: int) -> None:
    values = dict(workload("npz_shards").chain.defaults())
    samples = even_samples(STEPS, epochs=5)
    write_runs(
        folders,
        *(
            run_of(samples, number=number, workload="npz_shards", values=values)
            for number in range(1, runs + 1)
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
