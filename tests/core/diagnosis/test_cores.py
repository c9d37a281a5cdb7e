"""How much of the processor a pipeline with workers needs."""

from __future__ import annotations

import subprocess
import sys

from core.diagnosis.cores import NeededCpu

_BUSY = (
    "import sys, time\nwhile time.process_time() < 0.5: pass\nprint(flush=True)\nsys.stdin.read()"
)


def test_what_workers_need_is_part_of_it() -> None:
    alone, pids = NeededCpu(), list[int]()
    both = NeededCpu(lambda: pids)
    before = alone(), both()
    worker = subprocess.Popen(
        [sys.executable, "-c", _BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert worker.stdout is not None
    worker.stdout.readline()
    pids.append(worker.pid)
    own, with_worker = alone() - before[0], both() - before[1]
    worker.communicate()
    assert with_worker - own >= 0.4
