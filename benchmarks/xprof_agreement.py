"""Does XProf say the same of our traces?

``python -m benchmarks.xprof_agreement --xprof PYTHON`` traces 20 steps of four pipelines, has the
package ``xprof``, which must be installed for the interpreter PYTHON (an environment of its own:
``pip install xprof``), analyse the saved folders, and prints both figures. Ends with exit code 1
where XProf has no step time, or an input-bound share that is more than 3 points from ours.

XProf's share is its infeed time (*waiting for input*) of the step times that it found by the step
markers; ours is the input wait of the steps. XProf leaves the first and the last step out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.measure.fit import fit
from core.model.plan import RunPlan
from core.model.recording import Recording
from core.model.run import Run
from core.model.tracing import TraceOptions
from core.pipeline.presets import preset
from core.timeline.open_trace import open_trace
from core.timeline.save import save_profile
from core.timeline.story import tell
from core.workloads.catalogue import workload

MOST_POINTS = 3.0
PIPELINES = (
    ("augmented", "naive", "cpu"),
    ("jpeg_tfrecord", "naive", "emulated:5"),
    ("npz_shards", "naive", "cpu"),
    ("in_memory", "tuned", "emulated:10"),
)
_ANALYSE = """
import glob, json, sys
from xprof.convert.raw_to_tool_data import xspace_to_tool_data
for folder in sys.argv[1:]:
    files = glob.glob(folder + "/**/*.xplane.pb", recursive=True)
    data, _ = xspace_to_tool_data(files, "input_pipeline_analyzer", {})
    steps = []
    for table in json.loads(data):
        names = [column["id"] for column in table["cols"]]
        if "infeedTimeMs" in names:
            for row in table["rows"]:
                cells = dict(zip(names, row["c"]))
                steps.append([float(cells[key]["v"]) for key in ("stepTimeMs", "infeedTimeMs")])
    print(json.dumps(steps))
"""


@dataclass(frozen=True)
class Figures:
    """What one program says of a trace.

    Attributes:
        steps: Steps that it found.
        step_ms: A step on average.
        input_percent: Share of that spent waiting for input.
    """

    steps: int
    step_ms: float
    input_percent: float


def main() -> int:
    """Print both, and the largest difference in points."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--xprof", default=sys.executable, help="a Python with the package xprof")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pipeline-explorer-") as folder:
        ours = list(_traced(Path(folder)))
        theirs = _by_xprof(chosen.xprof, [str(Path(folder, str(at))) for at in range(len(ours))])
    apart = [abs(own.input_percent - x.input_percent) for own, x in zip(ours, theirs, strict=True)]
    print(f"{max(apart):.2f}")
    for (name, start, device), own, other in zip(PIPELINES, ours, theirs, strict=True):
        print(
            f"{name}, {start}, {device}: input wait {own.input_percent:.1f} % here, "
            f"{other.input_percent:.1f} % in XProf; a step {own.step_ms:.2f} ms here, "
            f"{other.step_ms:.2f} ms in XProf ({own.steps} and {other.steps} steps)"
        )
    agree = max(apart) <= MOST_POINTS and all(other.steps for other in theirs)
    sys.stdout.flush()
    os._exit(0 if agree else 1)


def _traced(folder: Path) -> Iterator[Figures]:
    """Trains each pipeline, and saves its trace as the profile that XProf opens."""
    for at, (name, start, device) in enumerate(PIPELINES):
        chosen = workload(name)
        begin = preset(start, name, chosen.chain).apply(chosen.chain.defaults())
        settings = begin.with_assignments(
            [f"fit.device={device}", "fit.epochs=2", "fit.steps_per_epoch=60"]
        )
        plan = RunPlan(name, settings, f"{folder}/data", trace=TraceOptions(20, f"{folder}/traces"))
        recording = Recording(Run(plan))
        fit(plan, recording.handle, lambda: False)
        run = recording.run()
        file = Path(folder, "traces", f"{plan.id}.xplane.pb.gz")
        assert file.is_file(), run.failure or run.tracing
        save_profile(file, folder / str(at))
        steps = tell(open_trace(file), run).waits.steps.all
        took_s = sum(step.took_s for step in steps)
        share = 100.0 * sum(step.wait_s for step in steps) / took_s
        yield Figures(len(steps), 1000.0 * took_s / len(steps), share)


def _by_xprof(python: str, folders: list[str]) -> list[Figures]:
    done = subprocess.run(
        [python, "-c", _ANALYSE, *folders], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{python} cannot analyse with xprof:\n{done.stderr[-2000:]}")
    figures = []
    for line in done.stdout.splitlines():
        steps = json.loads(line)
        took, waited = (sum(step[place] for step in steps) for place in (0, 1))
        share = 100.0 * waited / took if took else float("nan")
        figures.append(Figures(len(steps), took / max(len(steps), 1), share))
    return figures


if __name__ == "__main__":
    sys.exit(main())
