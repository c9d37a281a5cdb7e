"""Looks for changes that may help against a limit, each with what it is expected to gain."""

from __future__ import annotations

from collections.abc import Iterator

from core.diagnosis.caches import Caches
from core.diagnosis.candidate import Candidate
from core.diagnosis.limits import stage_limit
from core.diagnosis.measures.cuts import one_call
from core.diagnosis.moves import (
    STEPS,
    WAITING_CALLS,
    batch_first,
    gain_of_steps,
    shuffle_first,
    without_unbatch,
)
from core.diagnosis.situation import SMALL_PERCENT, Situation
from core.model.diagnosis import CutRate, Limit
from core.model.kinds import AUTOTUNE, DEFAULT, OneOf, Toggle, Value
from core.model.knob import ENABLED, Knob
from core.model.settings import Settings
from core.pipeline.graph.graph import Node
from core.pipeline.presets import PRESETS
from core.pipeline.recorded_chain.chain import Recorded
from core.pipeline.recorded_chain.moves import POSITION
from core.pipeline.stages.fit import STEPS_PER_EXECUTION
from core.pipeline.workers.py_dataset import KIND as PY_DATASET
from core.pipeline.workers.py_dataset import USE_MULTIPROCESSING, WORKERS

_THREADS = "options.private_threadpool_size"
_PARALLEL = ("num_parallel_calls", "num_parallel_reads")
_UNLOCKED = 0.5
"""Of what parallel calls take away at most, what is expected in spite of Python's lock."""


class Finder:
    """Looks for changes, limit by limit."""

    def __init__(
        self,
        now: Situation,
        limit: Limit,
        narrow: CutRate | None,
        settings: Settings,
        ram_bytes: float,
    ) -> None:
        self._now, self._limit, self._narrow = now, limit, narrow
        self._settings = settings
        self.caches = Caches(now, settings, ram_bytes, self._gain)

    def all(self) -> Iterator[Candidate]:
        """Every change, in no order."""
        yield from self._preset()
        yield from self._overlap()
        if self._limit is Limit.TURNAROUND and self._now.short_epochs:
            yield from shuffle_first(self._now, self._settings)
        if self._limit is Limit.HOST or self._now.percent("host_s") >= 5:
            yield from self._host()
        if self._limit is not Limit.HOST or self._now.slower_than_model:
            for node in self._worth_mending():
                yield from self._processes(node)
                yield from self._parallel(node)
                yield from self._one_call(node)
                yield from self._unordered(node)
                yield from self._others(node)
                if not self._waits(node):
                    yield from batch_first(self._now, node, self._gain)
                yield from without_unbatch(self._now, node, self._gain)
            yield from self.caches.all()
            yield from self._options()

    def _gain(self, pipeline: float | None, *, overlaps: bool | None = None) -> float:
        """Throughput with a pipeline of some speed over the present one."""
        now = self._now
        model, total = now.model_examples_per_s, now.pipeline_examples_per_s
        if not pipeline or not model:
            return 1.0
        # A pipeline alone that is slower than with the model was disturbed, and so were its parts.
        alone = pipeline * max(now.examples_per_s / (total or pipeline), 1.0)
        in_turn = now.in_turn if overlaps is None else not overlaps
        expected = 1.0 / (1.0 / alone + 1.0 / model) if in_turn else min(alone, model)
        gain = expected / now.examples_per_s
        # Where both need the same cores, training is slower than each alone, whatever is changed:
        # no stage gains more than its share of the pipeline.
        return gain if overlaps is not None or not total else min(gain, pipeline / total)

    def _worth_mending(self) -> list[Node]:
        """Stages that take a tenth of the time or more, the narrow one first."""
        total = self._now.pipeline_examples_per_s
        if not total:
            return []
        rates = [
            rate
            for rate in self._now.times.rates
            if rate.stage not in self._now.times.idle and (rate.stage_s or 0.0) * total >= 0.1
        ]
        rates.sort(key=lambda rate: -(rate.stage_s or 0.0))
        keys = [key for rate in rates for key in (rate.stage, rate.inside) if key]
        if self._narrow is not None:
            keys.insert(0, self._narrow.stage)
        graph = self._now.graph
        return [graph.by_key[key] for key in dict.fromkeys(keys) if key in graph.by_key]

    def _waits(self, node: Node) -> bool:
        """Whether a stage waits for something: in batches it would wait for one after the other.

        What fetches one thing may also wait without end where it is asked for several at once.
        """
        rate = self._now.times.rate(node.key)
        return rate is not None and stage_limit(self._now, rate) is Limit.STORAGE

    def _preset(self) -> Iterator[Candidate]:
        """Parallel calls and prefetch at once: what documentation advises."""
        tuned = next(preset for preset in PRESETS if preset.id == "tuned")
        changes: dict[str, Value] = {
            key: value
            for key, value in tuned.apply(self._settings).items()
            if value != self._settings[key] and (value == AUTOTUNE or key.startswith("interleave."))
        }
        changes = {key: value for key, value in changes.items() if not self._stays_sequential(key)}
        if len(changes) > 1 and self._limit not in (Limit.HOST, Limit.TURNAROUND):
            total = self._now.pipeline_examples_per_s or 0.0
            yield Candidate(
                "parallel calls and prefetch, all left to AUTOTUNE",
                changes,
                1.01 * self._gain(total * self._now.cores, overlaps=True),
            )

    def _stays_sequential(self, knob: str) -> bool:
        """Parallel calls of Python functions, which Python's lock holds back."""
        nodes = [node for node in self._now.graph.all if knob in node.knobs.values()]
        return bool(nodes) and nodes[0].python and self._limit is Limit.PYTHON_LOCK

    def _overlap(self) -> Iterator[Candidate]:
        graph, total = self._now.graph, self._now.pipeline_examples_per_s
        gain = self._gain(total, overlaps=True)
        absent = graph.absent.get("prefetch")
        if absent:
            # Rates that were measured while the machine was slower say too little of it.
            waits = self._now.wait_percent >= SMALL_PERCENT
            yield Candidate("prefetch at the end", absent, max(gain, 1.05) if waits else gain)
            return
        last = graph.last
        if last is not None and last.kind == "prefetch" and "buffer_size" in last.knobs:
            sizes: tuple[Value, ...] = (AUTOTUNE, 8)
            for size in sizes:
                yield Candidate(
                    f"prefetch {size}",
                    last.set(size, "buffer_size"),
                    gain if last.values.get("buffer_size") == 0 else min(gain, 1.03),
                    last.key,
                )

    def _host(self) -> Iterator[Candidate]:
        if self._now.python and self._limit is not Limit.HOST:
            return
        for steps in STEPS:
            gain = gain_of_steps(self._now, steps)
            key = STEPS_PER_EXECUTION
            if self._settings.get(key) == 1:
                yield Candidate(f"{steps} steps per execution", {key: steps}, gain)

    def _parallel(self, node: Node) -> Iterator[Candidate]:
        knob = next((name for name in _PARALLEL if name in node.knobs), None)
        rate = self._now.times.rate(node.key)
        if knob is None or rate is None:
            return
        kind = stage_limit(self._now, rate)
        locked = kind is Limit.PYTHON_LOCK
        if self._now.works_in_function(node) or (locked and node.parallel):
            return
        cores = self._now.cores
        numbers: tuple[int, ...] = WAITING_CALLS if kind is Limit.STORAGE else (cores, 2 * cores)
        if locked:
            numbers = (cores,)
        present = node.calls if isinstance(node.calls, int) else 1
        if node.calls == AUTOTUNE and kind is not Limit.STORAGE:
            present = cores
        # More calls than there are files have nothing to read.
        files = self._now.graph.elements_before(node) if node.method.interleaves else node.files
        most = files if files and files > 0 else max(numbers)
        cycle = node.number("cycle_length")
        if kind is Limit.STORAGE and cycle is not None and cycle > 1:
            # As many calls as take turns anyway leave the order as it is.
            numbers = (cycle, *numbers)
        values: tuple[Value, ...] = (*dict.fromkeys(min(each, most) for each in numbers), AUTOTUNE)
        for number in values if most > 1 else ():
            if number == node.calls:
                continue
            at_once = number if isinstance(number, int) else min(cores, most)
            usable = at_once if kind is Limit.STORAGE else min(at_once, cores)
            gone = 1.0 - present / max(usable, present)
            if locked:
                # What waits, reads or works in NumPy lets go of the lock, as far as it does.
                gone *= _UNLOCKED
            pipeline = self._now.times.without(node.key, gone)
            changes = {**node.set(number, knob)}
            if cycle is not None and isinstance(number, int) and number > cycle:
                changes |= node.set(number, "cycle_length")
            if self._now.few_threads and kind is not Limit.STORAGE and _THREADS in self._settings:
                changes[_THREADS] = self._now.cores
            # A number of about the cores and AUTOTUNE expect the same: the number comes first.
            expected = self._gain(pipeline) * (0.99 if number == AUTOTUNE else 1.0)
            title = f"{knob}={number} at {node.words}"
            if kind is Limit.STORAGE and isinstance(number, int) and _THREADS in self._settings:
                # Calls that wait hold a thread each, and by default there is one for each core.
                threads = {**changes, _THREADS: number}
                yield Candidate(f"{title}, {number} threads", threads, 1.01 * expected, node.key)
                if number not in (min(WAITING_CALLS[-1], most), cycle):
                    continue
            yield Candidate(title, changes, expected, node.key)

    def _one_call(self, node: Node) -> Iterator[Candidate]:
        """One call of Python at a time, where several were seen to hold each other up."""
        rate = self._now.times.rate(node.key)
        gain = None if rate is None else rate.gain_of_calls
        if gain is not None and gain < 1.0:
            expected = self._gain(self._now.times.without(node.key, 1.0 - gain))
            changes = one_call(self._now.graph, node)
            yield Candidate(f"one call at a time at {node.words}", changes, expected, node.key)

    def _processes(self, node: Node) -> Iterator[Candidate]:
        """Processes for a Python function, each with a lock of its own; threads where it waits."""
        if not node.python or node.in_processes:
            return
        cores, waits = max(self._now.cores, 2), self._waits(node)
        for number in (cores, WAITING_CALLS[0]) if waits else (cores,):
            changes = node.set_processes(number)
            what = "processes"
            if node.kind == PY_DATASET:
                what = "workers" if waits else what
                changes = {
                    **node.set(number, WORKERS),
                    **node.set(not waits, USE_MULTIPROCESSING),
                }
            if changes:
                pipeline = self._now.times.without(node.key, 1.0 - 1.0 / number)
                expected = self._gain(pipeline)
                title = f"{what}={number} at {node.words}"
                yield Candidate(title, changes, expected, node.key)

    def _unordered(self, node: Node) -> Iterator[Candidate]:
        """Whatever is ready first: helps where some elements take longer than others."""
        if node.parallel and node.values.get("deterministic") is not False:
            changes = node.set("off", "deterministic")
            title = f"deterministic=off at {node.words}"
            yield Candidate(title, changes, 1.1, node.key, guessed=True)

    def _others(self, node: Node) -> Iterator[Candidate]:
        """Another way of doing the same: vectorised, another reader, in the model."""
        stage = self._settings.chain.stage(node.key)
        if stage is None or isinstance(stage, Recorded):
            return
        expected = self._gain(self._now.times.without(node.key, 0.5))
        for knob in stage.knobs:
            if knob.name in (*_PARALLEL, ENABLED, POSITION) or knob.changes_training:
                continue
            for value in _alternatives(knob):
                changed = self._settings.with_values({stage.id(knob.name): value})
                slower = stage.runs_python(changed) and not stage.runs_python(self._settings)
                if changed != self._settings and not slower:
                    title = f"{stage.id(knob.name)}={knob.format(value)}"
                    yield Candidate(title, {stage.id(knob.name): value}, expected, node.key)

    def _options(self) -> Iterator[Candidate]:
        settings = self._settings
        if self._limit not in (Limit.CORES, Limit.SEQUENTIAL, Limit.NO_OVERLAP):
            return
        yield from self._threads()
        if settings.get("options.rewrites") == "as_written":
            yield Candidate(
                "TensorFlow's own rewrites", {"options.rewrites": "tensorflow_default"}, 1.05
            )
        if (
            self._limit is Limit.CORES
            and settings.get("options.max_intra_op_parallelism") == DEFAULT
        ):
            yield Candidate(
                "one thread for each operation", {"options.max_intra_op_parallelism": 1}, 1.03
            )

    def _threads(self) -> Iterator[Candidate]:
        """As many threads as cores, where a private pool has fewer."""
        few, cores = self._now.few_threads, self._now.cores
        if not few or _THREADS not in self._settings:
            return
        total = self._now.pipeline_examples_per_s or 0.0
        title = f"{cores} threads in the private pool, in place of {few}"
        at = next((node.key for node in self._now.graph.of_kind("with_options")), "")
        yield Candidate(title, {_THREADS: cores}, self._gain(total * cores / few), at)


def _alternatives(knob: Knob) -> tuple[Value, ...]:
    if isinstance(knob.kind, Toggle):
        return (True, False)
    return tuple(knob.kind.suggestions()) if isinstance(knob.kind, OneOf) else ()
