"""What it costs a training to be watched: its throughput over the same training's without.

``python -m benchmarks.watch [PAIRS [WORKLOAD ...]]``: for every case ``main.py watch`` runs this
file as a script. It trains one model on one dataset again and again, with ``fit`` as it is watched
and with ``fit`` as Keras has it in turn, in balanced order; the process that records is there all
the time. Prints the median ratio with its interval. After a pass over all cases the table goes to
``benchmarks/RESULTS.md``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.cases import CASES
from benchmarks.pairs import interleaved, ratio
from benchmarks.real_fit import RepeatedFit
from benchmarks.results import circumstances, put, table
from core.lazy import keras

GOAL = 0.99
ROOT = Path(__file__).parents[1]
_CASE = "PIPELINE_EXPLORER_BENCHMARK_CASE"
_HEADS = ("workload (preset)", "pipeline", "watched / not watched", "95 % interval", "pairs")


def train(case: int, pairs: int) -> None:
    """The script: print the steps a second of each training."""
    with tempfile.TemporaryDirectory() as folder:
        repeated = RepeatedFit(CASES[case], Path(folder))
        watched = keras.Model.fit
        plain = watched.__wrapped__.__wrapped__

        def throughput(fit: Any) -> Callable[[], float]:
            def measure() -> float:
                keras.Model.fit = fit
                return repeated.bare_throughput()

            return measure

        throughput(watched)()
        print(json.dumps(interleaved(throughput(watched), throughput(plain), pairs)), flush=True)
    os._exit(0)


def measure(case: int, pairs: int) -> tuple[list[float], list[float]]:
    """Steps a second of a case, watched and not, pair by pair."""
    with tempfile.TemporaryDirectory() as folder:
        program = [sys.executable, str(ROOT / "main.py"), "watch", "--data-dir", folder]
        variables = {**os.environ, _CASE: str(case), "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [*program, __file__, str(pairs)], env=variables, stdout=subprocess.PIPE, check=True
        )
    watched, plain = json.loads(done.stdout.splitlines()[-1])
    return watched, plain


def main() -> None:
    """Measure and print one line a case."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    if _CASE in os.environ:
        train(int(os.environ[_CASE]), pairs)
    wanted, rows = sys.argv[2:], []
    for number, case in enumerate(CASES):
        if wanted and case.workload not in wanted:
            continue
        found = ratio(*measure(number, pairs))
        print(f"{case.name}: watched / not watched = {found}", flush=True)
        interval = f"{found.low:.3f} to {found.high:.3f}"
        native = "native" if case.native else "calls Python"
        rows.append((case.name, native, f"{found.median:.3f}", interval, str(found.pairs)))
    if not wanted:
        goal = f"Goal: at least {GOAL}."
        put("watch", f"{circumstances()}. {goal}\n\n{table(_HEADS, rows)}")


if __name__ == "__main__":
    main()
