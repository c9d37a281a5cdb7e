"""Simulated traces: written event by event, as TensorFlow's profiler would have written them.

No training and no GPU stands behind them. Names, statistics and nesting are those of traces that
TensorFlow 2.21 wrote; times are made up, so that what a trace should say is known beforehand.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.engines.protocols import Fit
from core.model.events import Event, RunEnded, StepsTraced
from core.model.plan import RunPlan
from core.model.tracing import TRACE_ENDING, Tracing
from core.timeline.capture import Capture
from core.timeline.read_xplane import read_xplane
from core.timeline.xspace import xspace_class

HOST, GPU = "/host:CPU", "/device:GPU:0"
LOOP, FETCH, RUNNER, PREFETCH = "python", "tf_data_iterator_get_next", "runner", "prefetch"
READER, BATCH = "Iterator::Root::BatchV2::TFRecord", "Iterator::Root::BatchV2"


class Simulated:
    """A trace that is made up. Times are in milliseconds since it began."""

    def __init__(self) -> None:
        self._events: dict[tuple[str, str], list[tuple[str, float, float, dict[str, Any]]]]
        self._events = defaultdict(list)
        self._keys = 0
        self.last_slow = 0

    def add(
        self, thread: str, name: str, start: float, took: float, process: str = HOST, **stats: Any
    ) -> None:
        self._events[process, thread].append((name, start, took, stats))

    def new_key(self) -> int:
        self._keys += 1
        return 2**62 + self._keys

    def execution(self, number: int, start: float, waits: list[float], train: float) -> float:
        """A mark over several batches, all requests with one key, as a loop in a graph has them."""
        key, at = self.new_key(), start
        kernel = {"kernel_type": "IteratorGetNext", "step_id": key}
        for wait in waits:
            self.add("tf_Compute", "ExecutorState::ProcessAsync::Start", at, 0.01, **kernel)
            self.add(FETCH, "IteratorGetNextOp::DoCompute", at + 0.02, wait - 0.04, id=key)
            self.add(FETCH, "Iterator::Root", at + 0.02, wait - 0.04)
            self.add(FETCH, "Iterator::Root::Map", at + 0.03, wait - 0.06)
            self.add(FETCH, "ExecutorState::ProcessAsync::Done", at + wait, 0.01, **kernel)
            at += wait + train
        self.add(LOOP, "train", start, at - start, step_num=number, _r=1)
        return at

    def step(self, number: int, start: float, wait: float, train: float) -> float:
        """A marked step that waits for its batch and trains on it; gives when it ends."""
        key = self.new_key()
        # The hand-over between threads takes 0.02 ms on either side.
        self.add(LOOP, "train", start, wait + train, step_num=number, _r=1)
        kernel = {"kernel_type": "IteratorGetNext", "step_id": key}
        self.add("tf_Compute", "ExecutorState::ProcessAsync::Start", start, 0.01, **kernel)
        fetched = start + wait - 0.02
        self.add(FETCH, "IteratorGetNextOp::DoCompute", start + 0.02, wait - 0.04, id=key)
        self.add(FETCH, "Iterator::Root", start + 0.02, wait - 0.04)
        self.add(FETCH, "ExecutorState::ProcessAsync::Done", fetched + 0.02, 0.01, **kernel)
        return start + wait + train

    def data(self) -> bytes:
        """As a file ``.xplane.pb``."""
        space = xspace_class()()
        for process in dict.fromkeys(process for process, _ in self._events):
            plane = space.planes.add(name=process.encode())
            names: dict[str, int] = {}
            stats: dict[str, int] = {}
            for (owner, thread), events in self._events.items():
                if owner != process:
                    continue
                line = plane.lines.add(name=thread.encode(), timestamp_ns=10**18)
                for name, start, took, more in events:
                    event = line.events.add(
                        metadata_id=names.setdefault(name, len(names) + 1),
                        offset_ps=round(start * 1e9),
                        duration_ps=round(took * 1e9),
                    )
                    for key, value in more.items():
                        stat = event.stats.add(metadata_id=stats.setdefault(key, len(stats) + 1))
                        if isinstance(value, str):
                            stat.str_value = value.encode()
                        else:
                            stat.int64_value = value
            for table, field in ((names, plane.event_metadata), (stats, plane.stat_metadata)):
                for name, number in table.items():
                    entry = field.add(key=number)
                    entry.value.id, entry.value.name = number, name.encode()
        return bytes(space.SerializeToString())

    def capture(self) -> Capture:
        return read_xplane(self.data())


def files_read_one_by_one(steps: int = 20, slow: int = 137) -> Simulated:
    """Ten files a step are read, 200 in all; one of them takes 300 ms and not 0.3."""
    trace, at = Simulated(), 1.0
    for step in range(steps):
        reads = [300.0 if 10 * step + index == slow else 0.3 for index in range(10)]
        end = trace.step(step, at, sum(reads) + 0.1, 5.0)
        trace.add(FETCH, BATCH, at + 0.03, sum(reads) + 0.04)
        begin = at + 0.04
        for read in reads:
            trace.add(FETCH, READER, begin, read)
            begin += read
        at = end + 0.2
    return trace


def shuffle_that_fills(steps: int = 10, elements: int = 500) -> Simulated:
    """Of the first step the shuffle takes 500 elements of 0.4 ms; then one for one."""
    trace, at = Simulated(), 1.0
    shuffle = "Iterator::Root::BatchV2::Shuffle"
    for step in range(steps):
        taken = elements if step == 0 else 1
        end = trace.step(step, at, 0.4 * taken + 0.1, 5.0)
        trace.add(FETCH, BATCH, at + 0.03, 0.4 * taken + 0.04)
        trace.add(FETCH, shuffle, at + 0.04, 0.4 * taken + 0.02)
        for index in range(taken):
            trace.add(FETCH, f"{shuffle}::Map", at + 0.05 + 0.4 * index, 0.4)
        at = end + 0.2
    return trace


def held_up_parallel_map(steps: int = 20, held: int = 8, seen: bool = True) -> Simulated:
    """A parallel map of 4 ms an element and 4 calls; element 8 takes 90 ms, others wait behind.

    Args:
        steps: How many.
        held: Which element it is.
        seen: Its call began within the trace.
    """
    trace, call_map = Simulated(), "Iterator::Root::ParallelMapV2"
    keys = [trace.new_key() for _ in range(steps + 4)]
    # One thread begins all calls, one after the other.
    free, done = [1.0 + 0.06 * slot for slot in range(4)], []
    for index, key in enumerate(keys):
        slot = free.index(min(free))
        begin, took = free[slot], 90.0 if index == held else 4.0
        if seen or index != held:
            trace.add(RUNNER, "ParallelMapProduce", begin, 0.05, element_id=key)
            trace.add(RUNNER, f"{call_map}::TensorSlice", begin + 0.005, 0.005)
            trace.add(RUNNER, "InstantiatedCapturedFunction::RunAsync", begin + 0.02, 0.01, id=key)
            trace.add(f"pool {slot}", "ExecutorState::Process", begin + 0.03, took, id=key)
        done.append(begin + 0.03 + took)
        free[slot] = done[-1] + 0.1
    at = 2.0
    for step in range(steps):
        wait = max(done[step] - at, 0.0) + 0.2
        end = trace.step(step, at, wait, 0.5)
        trace.add(FETCH, call_map, at + 0.03, wait - 0.06)
        trace.add(FETCH, "ParallelMapConsume", at + wait - 0.05, 0.001, element_id=keys[step])
        at = end + 0.1
    return trace


def two_maps_share_a_pool(steps: int = 20) -> Simulated:
    """A map of 5 ms an element, and one of 0.1 ms behind it whose calls wait for its thread."""
    trace, at = Simulated(), 1.0
    outer = "Iterator::Root::ParallelMapV2"
    inner = f"{outer}::ParallelMapV2"
    call = "InstantiatedCapturedFunction::RunAsync"
    for step in range(steps):
        slow, quick = trace.new_key(), trace.new_key()
        # The slow one is taken at once; its successor holds the thread that the quick one needs.
        trace.add("inner runner", "ParallelMapProduce", at, 0.05, element_id=slow)
        trace.add("inner runner", call, at + 0.01, 0.01, id=slow)
        trace.add("pool", "ExecutorState::Process", at + 0.1, 5.0, id=slow)
        trace.add("outer runner", "ParallelMapProduce", at, 0.3, element_id=quick)
        trace.add("outer runner", inner, at + 0.01, 0.2)
        taken = slow if step == 0 else trace.last_slow
        trace.add("outer runner", "ParallelMapConsume", at + 0.1, 0.001, element_id=taken)
        trace.add("outer runner", call, at + 0.25, 0.01, id=quick)
        trace.add("pool", "ExecutorState::Process", at + 5.15, 0.1, id=quick)
        trace.last_slow = slow
        end = trace.step(step, at, 5.4, 1.0)
        trace.add(FETCH, outer, at + 0.03, 5.3)
        trace.add(FETCH, "ParallelMapConsume", at + 5.3, 0.001, element_id=quick)
        at = end + 0.1
    return trace


def late_accelerator(steps: int = 20, train: float = 40.0) -> Simulated:
    """Batches lie ready; the train step takes its time."""
    trace, at = Simulated(), 1.0
    for step in range(steps):
        end = trace.step(step, at, 0.12, train)
        trace.add(FETCH, "Iterator::Root::Prefetch", at + 0.03, 0.05)
        trace.add(FETCH, "PrefetchConsume", at + 0.04, 0.001, element_id=trace.new_key())
        at = end + 0.2
    return trace


def with_gpu(steps: int = 10, wait: float = 6.0, kernels: float = 4.0) -> Simulated:
    """Each step of 10 ms waits 6 ms; then two streams run kernels that lie over each other.

    The union of kernels is 4 ms a step, from ``wait``; a copy of 1 ms lies before them, half of it
    over the first kernel. So the GPU is idle 60 % of the time.
    """
    trace, at = Simulated(), 0.0
    for step in range(steps):
        end = trace.step(step, at, wait, 4.0)
        trace.add(FETCH, "Iterator::Root::Map", at + 0.03, wait - 0.06)
        first, second = "Stream #13(Compute)", "Stream #14(MemcpyH2D)"
        trace.add(second, "MemcpyH2D", at + wait - 0.5, 1.0, GPU)
        trace.add(first, "gemm", at + wait, kernels - 1.0, GPU)
        trace.add("Stream #15(Compute)", "relu", at + wait + 1.0, kernels - 1.0, GPU)
        # What XProf derives is no work of its own.
        trace.add("XLA Modules", "module", at, 10.0, GPU)
        at = end
    return trace


def jax_on_a_gpu(
    steps: int = 8, period: float = 10.0, kernel: float = 0.7, ahead: float = 0.0
) -> Simulated:
    """A program of JAX: marked steps, no ``tf.data``; lines as its profiler names those of a GPU.

    Each step has three kernels, the second of which lies half over the first on another stream,
    and a copy over the third.

    Args:
        steps: How many.
        period: Of each.
        kernel: How long each kernel runs.
        ahead: How much later than its step a kernel runs.
    """
    trace, at = Simulated(), 3.0
    compute, other, copies = (
        "Stream #20(Compute)", "Stream #23(Compute)", "Stream #21(MemcpyH2D,MemcpyD2H)"
    )  # fmt: skip
    for step in range(steps):
        trace.add(LOOP, "train", at, period - 0.1, step_num=step, _r=1)
        trace.add(LOOP, "PjitFunction(f)", at + 0.1, 0.5)
        first = at + 1.0 + ahead
        trace.add(compute, "loop_add_fusion", first, kernel, GPU)
        trace.add(other, "ampere_sgemm_128x64_nn", first + kernel / 2, kernel, GPU)
        trace.add(compute, "input_reduce_fusion", first + 4 * kernel, kernel, GPU)
        trace.add(copies, "MemcpyH2D", first + 4 * kernel, kernel / 2, GPU)
        # What the profiler derives from these is no work of its own.
        trace.add("XLA Modules", "jit_f(123)", first, 5 * kernel, GPU)
        trace.add("XLA Ops", "fusion.1", first, 5 * kernel, GPU)
        trace.add("Steps", str(step), first, 5 * kernel, GPU)
        at += period
    return trace


def with_trace(fit: Fit, trace: bytes | None = None) -> Fit:
    """A fit that also leaves a trace of the steps that a plan wants traced, as a run does."""

    def traced(plan: RunPlan, emit: Callable[[Event], None], cancelled: Callable[[], bool]) -> None:
        def say(event: Event) -> None:
            options = plan.trace
            if isinstance(event, RunEnded) and options is not None:
                file = Path(options.folder) / f"{plan.id}{TRACE_ENDING}"
                file.parent.mkdir(parents=True, exist_ok=True)
                data = files_read_one_by_one().data() if trace is None else trace
                file.write_bytes(gzip.compress(data))
                emit(StepsTraced(Tracing(12, 5, 0.25, file.stat().st_size)))
            emit(event)

        fit(plan, say, cancelled)

    return traced
