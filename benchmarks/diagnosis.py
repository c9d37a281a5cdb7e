"""How good the settings are that a diagnosis recommends, and how long it takes to find them.

Run from the root of the repository: ``python -m benchmarks.diagnosis [WORKLOAD ...]`` (default: the
workloads that need no data of yours). For each workload on ``emulated:5`` and ``emulated:20`` it
diagnoses the naive preset, then trains every combination of a grid of settings that do not change
the training, several times in turn, for as long each time as a trial of the diagnosis. Prints the
throughput of what was recommended over that of the best of the grid and over that of the preset
``tuned``, and the time of the diagnosis over the training time of a sweep over the grid: from the
measured rates, without the start of its runs.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from pathlib import Path

from core.diagnosis.diagnose import PipelineBench
from core.diagnosis.search import Search
from core.folders import Folders
from core.lazy import keras, tf
from core.machine_memory import available_bytes
from core.measure.environment import usable_cores
from core.measure.loading import load_tensorflow
from core.model.diagnosis import DiagnosisOptions
from core.model.kinds import AUTOTUNE, OFF, Value
from core.model.settings import Settings
from core.pipeline.presets import preset
from core.pipeline.training import training_changes
from core.workloads.catalogue import workload
from core.workloads.workload import Workload

WORKLOADS = ("in_memory", "augmented", "npz_shards", "jpeg_tfrecord")
DEVICES = ("emulated:5", "emulated:20")
GRID: dict[str, tuple[Value, ...]] = {
    "map.num_parallel_calls": (OFF, 2, 4, AUTOTUNE),
    "map.vectorized": (False, True),
    "interleave.num_parallel_calls": (OFF, 2, 4, AUTOTUNE),
    "prefetch.buffer_size": (OFF, 2, AUTOTUNE),
}
SEGMENT_S, BEST, ROUNDS = 1.2, 5, 9
REPEATS, EPOCHS = 3, 2
"""Of each configuration in a sweep, as its defaults are."""


def main() -> int:
    """Diagnose each workload on each device."""
    load_tensorflow()
    for name, device in itertools.product(sys.argv[1:] or WORKLOADS, DEVICES):
        with tempfile.TemporaryDirectory() as scratch:
            print(
                f"{name} on {device}: {_figures(workload(name), device, Path(scratch))}", flush=True
            )
    return 0


def _figures(of: Workload, device: str, scratch: Path) -> str:
    naive = preset("naive", of.id, of.chain).apply(of.chain.defaults())
    naive = naive.with_values({"fit.device": device})
    data = of.source_data(Folders.default().cache, naive, scratch)
    of.prepare(data, naive, lambda fraction, text: None)
    keras.utils.set_random_seed(1)
    with of.running(), tf.device("/CPU:0"):
        bench = PipelineBench(of, data, device, lambda: False)
        began_s = time.perf_counter()
        search = Search(
            bench,
            naive,
            DiagnosisOptions(),
            cores=len(usable_cores()),
            ram_bytes=available_bytes() / 2,
            tell=lambda answer: None,
        )
        answer = search.carry_out()
        took_s = time.perf_counter() - began_s
        grid = _grid(naive)
        rates = {settings: _rate(bench, settings) for settings in grid}
        examples = of.count(naive, data)
        sweep_s = sum(REPEATS * EPOCHS * examples / rate for rate in rates.values())
        best = sorted(grid, key=lambda settings: -rates[settings])[:BEST]
        chosen = naive.with_values(answer.recommended)
        tuned = preset("tuned", of.id, of.chain).apply(naive)
        # Anew and in turn: the best of many single measurements was lucky, too.
        again: dict[Settings, list[float]] = {one: [] for one in (chosen, tuned, *best)}
        for _ in range(ROUNDS):
            for settings, found in again.items():
                found.append(_rate(bench, settings))
        # What disturbs a training makes it slower, never faster: the third of the fastest counts.
        typical = {settings: sorted(found)[-3] for settings, found in again.items()}
        top = max(typical[settings] for settings in best)
        bench.close()
    changes = ", ".join(f"{change.knob}={change.after}" for change in answer.changes) or "nothing"
    return (
        f"{typical[chosen] / top:.3f} of the best of {len(grid)}, "
        f"{typical[chosen] / typical[tuned]:.3f} of tuned; {took_s:.0f} s, "
        f"{100 * took_s / sweep_s:.0f} % of the training time of a sweep; limit {answer.limit}; "
        f"{changes}"
    )


def _rate(bench: PipelineBench, settings: Settings) -> float:
    return bench.shortened(settings, SEGMENT_S).examples_per_s


def _grid(naive: Settings) -> list[Settings]:
    """Every combination of what the chain has, without what changes the training."""
    axes = {key: values for key, values in GRID.items() if key in naive}
    every = (
        naive.with_values(dict(zip(axes, values, strict=True)))
        for values in itertools.product(*axes.values())
    )
    return [settings for settings in dict.fromkeys(every) if not training_changes(naive, settings)]


if __name__ == "__main__":
    sys.exit(main())
