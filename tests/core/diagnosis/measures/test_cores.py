"""How much of the processor a pipeline with workers needs."""

from __future__ import annotations

import subprocess
import sys

from core.diagnosis.measures.cores import CpuClock, waited_share

_BUSY = (
    "import sys, time\nwhile time.process_time() < 0.5: pass\nprint(flush=True)\nsys.stdin.read()"
)


def test_what_workers_need_is_part_of_it() -> None:
    alone, pids = CpuClock(), list[int]()
    both = CpuClock(lambda: pids)
    before = alone.used_s(), both.used_s()
    worker = subprocess.Popen(
        [sys.executable, "-c", _BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert worker.stdout is not None
    worker.stdout.readline()
    pids.append(worker.pid)
    own, with_worker = alone.used_s() - before[0], both.used_s() - before[1]
    worker.communicate()
    assert with_worker - own >= 0.4


def test_a_thread_that_only_looks_for_work_needs_no_core() -> None:
    before = {"worker": (1.0, 5.0), "idle": (0.0, 0.0)}
    after = {"worker": (2.0, 5.5), "idle": (0.01, 9.0), "new": (1.0, 0.5)}
    assert 0.5 < waited_share(before, after) < 0.6
    assert waited_share(after, after) == 0.0
