"""Seconds that a folder of 1,000 recorded runs of 500 steps each takes to open.

Run from the root of the repository: ``python -m benchmarks.session_open``. Prints one figure,
the median of several openings; the goal is below 1 s.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time

from core.folders import Folders
from core.session import Session
from core.store.run_store import RunStore
from core.workloads.catalogue import workload
from tests.builders import even_samples, run_of

RUNS, STEPS, OPENINGS = 1_000, 500, 7


def main() -> int:
    """Make the folder, open it several times, print the median in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        folders = Folders.under(folder)
        folders.make()
        _fill(folders)
        took_s = []
        for _ in range(OPENINGS):
            began_s = time.perf_counter()
            session = Session(folders)
            took_s.append(time.perf_counter() - began_s)
            found = len(session.runs)
            session.close()
            if found != RUNS:
                raise SystemExit(f"{found} of {RUNS} runs were found again")
    print(f"{statistics.median(took_s):.3f}")
    return 0


def _fill(folders: Folders) -> None:
    values = dict(workload("npz_shards").chain.defaults())
    samples = even_samples(STEPS, epochs=5)
    store = RunStore(folders.database)
    # Each run is written through to the disk in earnest; here that only costs time.
    store._connection.execute("PRAGMA synchronous = OFF")
    for number in range(1, RUNS + 1):
        store.save(run_of(samples, number=number, workload="npz_shards", values=values))
    store.close()


if __name__ == "__main__":
    sys.exit(main())
