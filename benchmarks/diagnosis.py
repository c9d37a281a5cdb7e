"""How good the settings are that a diagnosis recommends, and how long it takes to find them.

Run from the root of the repository: ``python -m benchmarks.diagnosis [NAME ...]`` (default: the
workloads that need no data of yours, and the pipelines with a narrow place of
``benchmarks/diagnosis_pipelines.py``). Each is diagnosed on ``emulated:5`` and ``emulated:20``,
workloads with the preset naive. Then every combination of a grid of settings that do not change
the training is trained, and the best of them and what was recommended several times in turn, each
time for as long as a trial of the diagnosis. Prints the throughput of what was recommended over
that of the best of the grid and over that of the preset ``tuned``, and the time of the diagnosis
over that of a sweep over the grid: its training time, from the measured rates, and what the program
takes for each of its runs besides, from two small sweeps.

``python -m benchmarks.diagnosis nothing [NAME ...]`` diagnoses the pipelines of
``benchmarks/nothing_to_gain.py`` on ``emulated:20``, and counts those for which something is
recommended all the same.
"""

from __future__ import annotations

import importlib
import itertools
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from core.diagnosis.diagnose import PipelineBench
from core.diagnosis.measures.cores import CpuClock
from core.diagnosis.search import Search
from core.folders import Folders
from core.lazy import keras, tf
from core.machine_memory import available_bytes
from core.measure.environment import usable_cores
from core.measure.loading import load_tensorflow
from core.model.diagnosis import Answer, DiagnosisOptions, Limit
from core.model.errors import InputError, RunError
from core.model.kinds import AUTOTUNE, OFF, Value
from core.model.settings import Settings
from core.model.stage import SourceData
from core.pipeline.graph.graph import PROCESSES
from core.pipeline.presets import preset
from core.pipeline.training import training_changes
from core.process_pool.pools import Pools
from core.user_code.opening import open_user_code
from core.workloads.catalogue import workload
from core.workloads.workload import Workload

WORKLOADS = ("in_memory", "augmented", "npz_shards", "jpeg_tfrecord")
DEVICES = ("emulated:5", "emulated:20")
NOTHING, NOTHING_DEVICE = "nothing", "emulated:20"
_CALLS: tuple[Value, ...] = (OFF, 2, 4, AUTOTUNE)
GRID: dict[str, tuple[Value, ...]] = {
    "map.num_parallel_calls": _CALLS,
    "map.vectorized": (False, True),
    "map.processes": (OFF, 2),
    "from_generator.processes": (OFF, 2),
    "interleave.num_parallel_calls": _CALLS,
    "tfrecord.num_parallel_reads": _CALLS,
    "prefetch.buffer_size": (OFF, 2, AUTOTUNE),
    "cache.enabled": (False, True),
    "batch.position": (),
    "shuffle.position": (),
}
"""Values by kind of stage and knob, for all stages of a kind alike; empty for all that it has."""
SEGMENT_S, BEST, ROUNDS = 1.2, 5, 9
START_ROUNDS = 3
REPEATS, EPOCHS = 3, 2
"""Of each configuration in a sweep, as its defaults are."""


@dataclass(frozen=True)
class _Case:
    """A pipeline as it is, on a device."""

    workload: Workload
    settings: Settings
    data: SourceData
    bench: PipelineBench

    def diagnosed(self) -> tuple[Answer, float]:
        """The answer, and the seconds that it took."""
        began_s = time.perf_counter()
        answer = Search(
            self.bench,
            self.settings,
            DiagnosisOptions(),
            cores=len(usable_cores()),
            ram_bytes=available_bytes() / 2,
            tell=lambda answer: None,
        ).carry_out()
        return answer, time.perf_counter() - began_s

    @property
    def examples(self) -> int:
        """Examples of an epoch."""
        known = self.workload.count(self.settings, self.data)
        batches = self.workload.build(self.settings, self.data) if known is None else ()
        return known or sum(int(tf.shape(tf.nest.flatten(batch)[0])[0]) for batch in batches)


def main() -> int:
    """Diagnose each pipeline on each device."""
    load_tensorflow()
    names = sys.argv[1:]
    if names[:1] == [NOTHING]:
        return _nothing_to_gain(names[1:])
    own = _files_of("diagnosis_pipelines")
    for name in names or (*WORKLOADS, *own):
        start_s = _start_s([f"{own[name]}:{name}"] if name in own else [name, "--preset", "naive"])
        for device in DEVICES:
            with _opened(name, own, device) as case:
                print(f"{name} on {device}: {_figures(case, start_s)}", flush=True)
    return 0


def _start_s(target: Sequence[str]) -> float:
    """Seconds that a run of a sweep takes besides its training."""

    def swept_s(repeats: int) -> float:
        began_s = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "main.py", "sweep", *target, "--record-to", folder]
            command += ["--vary", "fit.seed=1,2", "--epochs", "1", "--steps", "2"]
            command += ["--device", DEVICES[0], "--repeats", str(repeats)]
            subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - began_s

    return (swept_s(1 + START_ROUNDS) - swept_s(1)) / (2 * START_ROUNDS)


def _nothing_to_gain(names: Sequence[str]) -> int:
    own, helped = _files_of("nothing_to_gain"), 0
    names = names or tuple(own)
    for name in names:
        with _opened(name, own, NOTHING_DEVICE) as case:
            answer, took_s = case.diagnosed()
        helped += bool(answer.changes)
        print(f"{name}: {took_s:.0f} s, limit {answer.limit}; {_changes(answer)}", flush=True)
    print(f"{helped} of {len(names)} with nothing to gain got a recommendation")
    return 0


def _files_of(module: str) -> Mapping[str, str]:
    """The file in which each pipeline is, by its name."""
    made = importlib.import_module(f"benchmarks.{module}")
    return {function.__name__: str(made.__file__) for function in made.PIPELINES}


@contextmanager
def _opened(name: str, own: Mapping[str, str], device: str) -> Iterator[_Case]:
    if name in own:
        opened = open_user_code(f"{own[name]}:{name}")
        settings = opened.chain.defaults()
    else:
        opened = workload(name)
        settings = preset("naive", name, opened.chain).apply(opened.chain.defaults())
    settings = settings.with_values({"fit.device": device})
    with tempfile.TemporaryDirectory() as scratch:
        data = opened.source_data(Folders.default().cache, settings, Path(scratch))
        opened.prepare(data, settings, lambda fraction, text: None)
        keras.utils.set_random_seed(1)
        with opened.running(), Pools() as pools, tf.device("/CPU:0"):
            bench = PipelineBench(opened, data, device, lambda: False, CpuClock(pools.pids))
            try:
                yield _Case(opened, settings, data, bench)
            finally:
                bench.close()


def _figures(case: _Case, start_s: float) -> str:
    answer, took_s = case.diagnosed()
    # What epochs begin with shows in whole ones alone.
    whole = answer.limit is Limit.TURNAROUND
    train = case.bench.whole_epochs if whole else case.bench.shortened

    def rate(settings: Settings) -> float:
        segment = train(settings, SEGMENT_S)
        return segment.epochs_examples_per_s or segment.examples_per_s

    examples = case.examples
    rates: dict[Settings, float] = {}
    for settings in _grid(case.settings):
        # A batch in front of a function that works on single elements, for example.
        with suppress(RunError):
            rates[settings] = rate(settings)
    grid = list(rates)
    training_s = sum(REPEATS * EPOCHS * examples / each for each in rates.values())
    sweep_s = training_s + REPEATS * len(grid) * start_s
    best = sorted(grid, key=lambda settings: -rates[settings])[:BEST]
    chosen = case.settings.with_values(answer.recommended)
    tuned = preset("tuned", case.workload.id, case.settings.chain).apply(case.settings)
    # Anew and in turn: the best of many single measurements was lucky, too.
    again: dict[Settings, list[float]] = {one: [] for one in (chosen, tuned, *best)}
    for _ in range(ROUNDS):
        for settings, found in again.items():
            found.append(rate(settings))
    # What disturbs a training makes it slower, never faster: the third of the fastest counts.
    typical = {settings: sorted(found)[-3] for settings, found in again.items()}
    top = max(typical[settings] for settings in best)
    return (
        f"{typical[chosen] / top:.3f} of the best of {len(grid)}, "
        f"{typical[chosen] / typical[tuned]:.3f} of tuned; {took_s:.0f} s, "
        f"{100 * took_s / sweep_s:.0f} % of a sweep ({sweep_s:.0f} s, of which training is "
        f"{training_s:.0f} s); limit {answer.limit}; {_changes(answer)}"
    )


def _changes(answer: Answer) -> str:
    changes = ", ".join(f"{change.knob}={change.after}" for change in answer.changes)
    return changes or "nothing recommended"


def _grid(settings: Settings) -> list[Settings]:
    """Every combination of what the chain has, without what changes the training."""
    axes: dict[str, tuple[Value, ...]] = {}
    ids: dict[str, list[str]] = {}
    for stage in settings.chain.stages:
        for knob in stage.knobs:
            kind = f"{stage.kind}.{knob.name}"
            idle = knob.name == PROCESSES and not stage.runs_python(settings)
            if kind in GRID and not stage.of_model and not idle:
                axes[kind] = GRID[kind] or tuple(knob.kind.suggestions())
                ids.setdefault(kind, []).append(stage.id(knob.name))
    every = dict.fromkeys(
        changed
        for values in itertools.product(*axes.values())
        if (changed := _changed(settings, dict(zip(axes, values, strict=True)), ids)) is not None
    )
    return [one for one in every if not training_changes(settings, one)]


def _changed(
    settings: Settings, values: dict[str, Value], ids: dict[str, list[str]]
) -> Settings | None:
    """Settings with a value for each kind of knob; None where they do not go together."""
    try:
        return settings.with_values({key: values[kind] for kind in ids for key in ids[kind]})
    except InputError:
        return None


if __name__ == "__main__":
    sys.exit(main())
