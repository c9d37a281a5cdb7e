"""How soon a process that trains is heard of: beside this program, and on another machine.

``python -m benchmarks.first_record [N]``: N pairs (10 unless said otherwise) of starts, alternately
here and over ssh to a server of its own on this machine. Prints the median times from the start to
the first record; connecting is part of it.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import MAGIC_NUMBER
from pathlib import Path

from core.engines.child_output import ChildOutput
from core.engines.far_process import start
from core.engines.interpreter import Interpreter
from tests.sshd import MACHINE, sshd_in

USUAL = 10
_WITHIN_S = 60.0


def first_record_s(machine: str) -> float:
    """Seconds until the first record of a process; ``machine`` is empty for this one."""
    interpreter = Interpreter(sys.executable, "", "", "", MAGIC_NUMBER, machine=machine)
    began_s = time.perf_counter()
    child = start(ChildOutput(), lambda payload: None, interpreter=interpreter)
    try:
        if child.record(_WITHIN_S) is None:
            raise TimeoutError(f"no record within {_WITHIN_S:g} s")
        return time.perf_counter() - began_s
    finally:
        child.end()


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    count = int(arguments[0]) if arguments else USUAL
    with tempfile.TemporaryDirectory() as folder, sshd_in(Path(folder) / "sshd") as server:
        os.environ["PATH"] = server.path
        first_record_s("")  # reads core once
        pairs = [(first_record_s(""), first_record_s(MACHINE)) for _ in range(count)]
    here, far = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"first record: here {here:.2f} s, over ssh {far:.2f} s (medians of {count} pairs)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
