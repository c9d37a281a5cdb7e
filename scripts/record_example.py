"""Record the example session anew: ``python scripts/record_example.py``.

It runs the commands that a person would: two traced runs, a comparison, a sweep, ceilings and a
diagnosis of what prefetch does. Record it on a quiet machine: its figures are shown to everybody.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from core.analysis.sweeps.text import in_short  # noqa: E402
from core.folders import Folders  # noqa: E402
from core.model.run import Run  # noqa: E402
from core.session import Session  # noqa: E402
from core.session.sharing.example import TAG  # noqa: E402
from core.session.sharing.pack import export_bundle, write_session  # noqa: E402
from resources.files import EXAMPLE  # noqa: E402

_MOST_BYTES = 1_500_000
_ON = "prefetch.buffer_size=2"
_NAMES = {0: "no prefetch", 1: "prefetch 2"}


def commands(epochs: int, steps: int, budget: str) -> list[list[str]]:
    """What is recorded, in this order: 2 + 6 + 4 runs, and besides ceilings and a diagnosis."""
    workload = ["augmented", "--device", "emulated:20", "--engine", "process"]
    short = [*workload, "--epochs", str(epochs), "--steps", str(steps)]
    sizes = "prefetch.buffer_size=off,1,4,8"
    # There --steps says how many are traced.
    traced = ["trace", *workload, "--epochs", str(epochs), "--set", f"fit.steps_per_epoch={steps}"]
    return [
        ["ceilings", *workload],
        ["ceilings", *workload, "--set", _ON],
        traced,
        [*traced, "--set", _ON],
        ["compare", *short, "--b", _ON, "--repeats", "3", "--name", "prefetch or not"],
        ["sweep", *short, "--vary", sizes, "--name", "how much to prefetch"],
        ["diagnose", *workload, "--budget", budget],
    ]


def _story(session: Session) -> list[str]:
    """What it shows: to be read before it is given to everybody."""
    results = map(session.experiments.result, session.experiments.all)
    told = [in_short(result) for result in results if not isinstance(result, Run)]
    answers = [run.answer.headline for run in session.diagnoses if run.answer is not None]
    return [*told, *(line for answer in answers for line in answer)]


def main() -> int:
    """Record, name, export, and look at the size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--budget", default="2m", help="of the diagnosis")
    parser.add_argument("--file", type=Path, default=EXAMPLE, help="what is written")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for words in commands(asked.epochs, asked.steps, asked.budget):
            print("recording:", *words, flush=True)
            subprocess.run(
                [sys.executable, str(ROOT / "main.py"), "--data-dir", folder, *words], check=True
            )
        session = Session(Folders.under(folder))
        try:
            for at, run in enumerate(session.runs):
                name = {"name": _NAMES[at]} if at in _NAMES else {}
                session.relabel(run.id, tags=(TAG,), **name)
            told = _story(session)
            size = write_session(asked.file, export_bundle(session))
        finally:
            session.close()
    print(*told, f"{asked.file}: {size / 1e6:.2f} MB", sep="\n")
    return 0 if size <= _MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
