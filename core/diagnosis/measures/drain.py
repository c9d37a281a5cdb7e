"""How fast a dataset delivers when nothing is done with its elements."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from statistics import mean
from typing import Any

from core.diagnosis.measures.cores import CpuClock, waited_share
from core.diagnosis.measures.take_elements import in_batches, take_function
from core.lazy import tf
from core.measure.environment import usable_cores
from core.measure.iterators import IteratorKeeper
from core.measure.pipeline_probe import read_pipeline
from core.measure.stopper import Stopper
from core.model.measured.executed import NodeReading
from core.pipeline.workers.py_dataset import stop_workers

_CALL_S = 0.05
"""A call of the graph takes about so long: between calls the clock is read."""
_MOST_IN_A_CALL = 4096
_LEAST_CALLS, _STALL_S, _STALL_TIMES = 8, 0.5, 20.0
"""One call that takes so long and so many times as long as others, without the CPU, is left out."""
_BATCH = 64
_PROBE_S = 0.2
"""So long elements are taken singly to see whether it is better in batches."""
_LEAST_BATCHES = 16
"""So many batches there are in a pass where it is drained in batches."""
_BATCHED_BYTES = 100_000
"""Up to so large, elements are drained in batches: to copy one costs less than to ask for it."""


@dataclass(frozen=True)
class Pass:
    """One pass over the data, or its beginning.

    Attributes:
        first_s: Seconds from making the iterator to having its first element.
        elements: Elements behind the first request, without those of a call that stalled.
        all_elements: All elements that came.
        seconds: What ``elements`` took.
        cpu_s: CPU seconds that the process used meanwhile.
        complete: It came to the end of the data.
        waited_s: Seconds for which threads that worked waited for a core that others had.
    """

    first_s: float
    elements: int
    all_elements: int
    seconds: float
    cpu_s: float
    complete: bool
    waited_s: float = 0.0


@dataclass(frozen=True)
class Drained:
    """What draining a dataset showed.

    Attributes:
        passes: In order; the last may be incomplete.
        element_bytes: Bytes of an element.
        nodes: TensorFlow's performance model at the end, the root first; may be empty.
    """

    passes: tuple[Pass, ...] = ()
    element_bytes: float = 0.0
    nodes: tuple[NodeReading, ...] = field(default=(), repr=False)

    @property
    def elements_per_pass(self) -> int | None:
        """Elements of a complete pass; None where none was complete."""
        return next((each.all_elements for each in self.passes if each.complete), None)

    @property
    def turnaround_s(self) -> float | None:
        """Seconds from making an iterator to its first element; None where no element came.

        The first pass is left out where there are others: TensorFlow sets up more then.
        """
        firsts = [each.first_s for each in self.passes]
        return min(firsts[1:] or firsts) if firsts else None


def rate_and_cores(passes: Sequence[Pass]) -> tuple[float, float] | None:
    """Elements a second and cores in use or waited for; None where no element came."""
    elements, seconds = sum(each.elements for each in passes), sum(each.seconds for each in passes)
    if not elements or seconds <= 0:
        # Passes of one request each: what there is to measure is their beginning.
        elements = sum(each.all_elements for each in passes)
        seconds = sum(each.first_s for each in passes)
    if not elements or seconds <= 0:
        return None
    used = sum(each.cpu_s for each in passes) / seconds
    waiting = sum(each.waited_s for each in passes) / seconds
    # One thread that waited part of the time would have been done earlier by that.
    cores = used + waiting if used + waiting >= 1.0 else used / (1.0 - waiting)
    return elements / seconds, min(cores, float(len(usable_cores())))


def drain(
    dataset: Any,
    seconds: float,
    cancelled: Callable[[], bool],
    *,
    passes: int = 0,
    longest_s: float = 10.0,
    cpu_clock: CpuClock | None = None,
) -> Drained:
    """Take elements for some time inside a graph, pass after pass.

    Each element is fetched and let go of. Nothing is skipped: a ``skip`` may leave out the work of
    the stages before it, and a Python ``next`` costs 30 us an element. To fetch one in a graph
    takes 20 us, so small elements are taken in batches.

    Args:
        dataset: A ``tf.data.Dataset``.
        seconds: So long, from the first element on.
        cancelled: Asked often; True ends it.
        passes: Complete passes that it goes on for all the same, up to ``longest_s``.
        longest_s: It ends after so long, whatever has come by then.
        cpu_clock: Processor time of the process and its workers; None where it has no workers.

    Raises:
        tf.errors.OpError: The pipeline failed.
    """
    clock = cpu_clock or CpuClock()

    def drained(whole: Any, seconds: float, batch: int = 1) -> Drained:
        drain = _Drain(whole, seconds, cancelled, passes, longest_s, batch, clock)
        try:
            return drain.carry_out()
        finally:
            stop_workers(dataset)

    with tf.device("/CPU:0"):
        if passes:
            return drained(dataset, seconds)
        probe = drained(dataset, min(seconds, _PROBE_S))
        rate = rate_and_cores(probe.passes)
        if rate is None:
            return probe
        batch = min(_BATCH, (probe.elements_per_pass or _MOST_IN_A_CALL) // _LEAST_BATCHES)
        worth = rate[0] >= batch / _CALL_S and probe.element_bytes <= _BATCHED_BYTES
        batches = in_batches(dataset, batch) if worth and batch > 1 else None
        if batches is None:
            return drained(dataset, seconds)
        rest = drained(batches, seconds, batch)
        # A first batch takes no shorter than a first element, and there are more of them.
        firsts = [each.turnaround_s for each in (probe, rest) if each.turnaround_s is not None]
        first_s = min(firsts, default=0.0)
        passed = tuple(replace(each, first_s=first_s) for each in rest.passes)
        return Drained(passed, probe.element_bytes, probe.nodes)


class _Drain:
    """One draining, from its first request to its last."""

    def __init__(
        self,
        dataset: Any,
        seconds: float,
        cancelled: Callable[[], bool],
        passes: int,
        longest_s: float,
        batch: int,
        clock: CpuClock,
    ) -> None:
        self._clock = clock
        self._dataset, self._seconds, self._cancelled = dataset, seconds, cancelled
        self._wanted, self._batch = passes, batch
        self._until_s = time.perf_counter() + longest_s
        self._steady_s: float | None = None
        self._take = take_function(batched=batch > 1)
        self._passes: list[Pass] = []
        self._bytes: list[float] = []
        self._calls: list[float] = []
        self._forgiven = False

    def carry_out(self) -> Drained:
        """Drain, and say what came of it."""
        keeper, iterator = IteratorKeeper(), None
        with Stopper(self._late) as stopper:
            take = stopper.guard(lambda request: self._take(*request))
            try:
                while not self._over():
                    asked_s = time.perf_counter()
                    iterator = iter(self._dataset)
                    keeper.keep(iterator)
                    count = self._request(take, iterator, 1)
                    if not count:
                        break
                    first_s = time.perf_counter() - asked_s
                    self._steady_s = self._steady_s or time.perf_counter()
                    if not self._rest(iterator, take, first_s, count):
                        break
            except tf.errors.OpError:
                if not stopper.broke_off:
                    raise
        nodes = () if iterator is None else read_pipeline(iterator)
        keeper.release()
        return Drained(tuple(self._passes), mean(self._bytes or [0.0]), nodes)

    def _rest(self, iterator: Any, take: Callable[[Any], Any], first_s: float, first: int) -> bool:
        """The rest of a pass; whether the data came to their end."""
        elements, spent_s, cpu_s, most, ended = 0, 0.0, 0.0, 1, first < self._batch
        all_elements = first
        threads = self._clock.threads()
        try:
            while not ended and not self._over():
                before_cpu_s, before_s = self._clock.used_s(), time.perf_counter()
                count = self._request(take, iterator, most)
                took_s = time.perf_counter() - before_s
                ended = count < most * self._batch
                all_elements += count
                used_s = self._clock.used_s() - before_cpu_s
                if self._stalled(count, took_s, used_s):
                    continue
                spent_s += took_s
                cpu_s += used_s
                elements += count
                if took_s < _CALL_S / 2:
                    most = min(2 * most, _MOST_IN_A_CALL)
                elif took_s > 2 * _CALL_S:
                    most = max(most // 2, 1)
        finally:
            waited_s = cpu_s * waited_share(threads, self._clock.threads())
            self._passes.append(
                Pass(first_s, elements, all_elements, spent_s, cpu_s, ended, waited_s)
            )
        return ended

    def _request(self, take: Callable[[Any], Any], iterator: Any, most: int) -> int:
        count, size = take((iterator, tf.constant(most, tf.int64)))
        self._bytes += [float(size)] if count else []
        return int(count)

    def _stalled(self, count: int, took_s: float, used_s: float) -> bool:
        """Whether TensorFlow let go of an iterator meanwhile, which takes up to 5 s, at random."""
        each_s = took_s / max(count, 1)
        self._calls.append(each_s)
        if len(self._calls) < _LEAST_CALLS or self._forgiven or took_s < _STALL_S:
            return False
        usual_s = sorted(self._calls)[len(self._calls) // 2]
        self._forgiven = each_s > _STALL_TIMES * usual_s and used_s < 0.2 * took_s
        return self._forgiven

    def _late(self) -> bool:
        return self._cancelled() or time.perf_counter() > self._until_s

    def _over(self) -> bool:
        if self._late():
            return True
        if self._steady_s is None or len(self._passes) < self._wanted:
            return False
        return time.perf_counter() - self._steady_s >= self._seconds
