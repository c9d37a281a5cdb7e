"""What real comparisons claim of a configuration against itself, and of a planted difference.

Run from the root of the repository: ``python -m benchmarks.verdicts [COMPARISONS]`` (default: 20).
Each comparison is that of the window and the command line: 5 repeats of each in balanced turns,
throughput of the steady part. The difference is planted in the emulated accelerator: 10 % more
milliseconds a step, with an input pipeline that it hides. Prints each ratio and verdict, and how
often each was given; "different" is right at most once in twenty against itself, and the planted
one must be found or left open, never turned round.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from dataclasses import dataclass

from core.analysis.comparisons.comparison import Comparison, in_words
from core.folders import Folders
from core.measure.fit import fit
from core.model.experiment import Experiment
from core.model.kinds import Value
from core.model.turn import ExperimentKind
from core.session import Session
from core.workloads.catalogue import workload

COMPARISONS, REPEATS = 20, 5
_LENGTH: dict[str, Value] = {"fit.epochs": 1, "fit.steps_per_epoch": 60}


@dataclass(frozen=True)
class Case:
    """Two sides of one workload: what each changes in its defaults."""

    name: str
    workload: str
    a: dict[str, Value]
    b: dict[str, Value]


CASES = (
    Case(
        "augmented against itself, the input pipeline being the limit",
        "augmented",
        {"fit.device": "emulated:5"},
        {"fit.device": "emulated:5"},
    ),
    Case(
        "augmented, accelerator 10 % slower, input hidden",
        "augmented",
        {"fit.device": "emulated:30", "prefetch.buffer_size": 4},
        {"fit.device": "emulated:33", "prefetch.buffer_size": 4},
    ),
)


def main() -> int:
    """Carry out the comparisons of each case."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COMPARISONS
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Folders(Folders.under(folder).runs, Folders.default().cache))
        for case in CASES:
            print(case.name, flush=True)
            verdicts: Counter[str] = Counter()
            for number in range(1, count + 1):
                found = _compared(session, case)
                verdicts[found.decisive.verdict(0)] += 1
                far = f"; {len(found.far)} repeat(s) far from the others" if found.far else ""
                print(f"  {number:3} {in_words(found)[0]}{far}", flush=True)
            print(
                "  " + ", ".join(f"{one}: {times}" for one, times in verdicts.items()), flush=True
            )
        session.close()
    return 0


def _compared(session: Session, case: Case) -> Comparison:
    chain = workload(case.workload).chain
    sides = tuple(chain.defaults().with_values({**_LENGTH, **side}) for side in (case.a, case.b))
    experiment = session.experiments.add(
        Experiment(ExperimentKind.COMPARISON, case.workload, sides, REPEATS)
    )
    session.queue.add(*session.experiments.plans(experiment))
    while (plan := session.queue.take()) is not None:
        session.begin(plan)
        fit(plan, session.handle, lambda: False)
    found = session.experiments.result(experiment)
    assert isinstance(found, Comparison)
    return found


if __name__ == "__main__":
    sys.exit(main())
