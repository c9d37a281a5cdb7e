"""Cut rates: how fast the pipeline delivers where it is cut off behind each of its stages.

The stage at which the rate falls is the narrow one. No performance model is needed for it, so it
holds where a stage waits for storage or for Python's lock, and behind a cache.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.diagnosis.measures.cores import ONE_CORE, CpuClock
from core.diagnosis.measures.drain import Drained, drain, rate_and_cores
from core.diagnosis.measures.drain_in_workers import drain_in_workers
from core.diagnosis.measures.shortened import Shortening
from core.faults import explain
from core.lazy import tf
from core.model.diagnosis import CutRate
from core.model.errors import ExplorerError
from core.model.kinds import Value
from core.model.measured.executed import NodeReading
from core.model.settings import Settings
from core.model.stage import SourceData
from core.pipeline.graph.graph import Node, PipelineGraph
from core.pipeline.graph.unfilled import never_full
from core.pipeline.method import Cost, Counts
from core.pipeline.stages.service import service_of
from core.pipeline.workers.py_dataset import KIND as PY_DATASET
from core.pipeline.workers.py_dataset import USE_MULTIPROCESSING, WORKERS
from core.workloads.workload import Workload

_LONGEST_FILL_S = 1.0
"""A shuffle whose buffer takes longer to fill is measured with a smaller one."""
_SAMPLE_S = 1.0
"""A cache is measured over the elements that are made in so long."""
_LEAST_SAMPLE = 64
_SMALLEST_BUFFER = 16
_SERVED = "in the workers of the tf.data service, all together"
_ALL_S, _MOST_S, _LEAST_S = 10.0, 0.8, 0.3
"""All cuts together, and each of them, in seconds of draining."""
_TINY = 16
"""Of so few elements a pass is over before it can be told from its beginning."""
_TRIES = 2
"""Of a cut that fails."""
_OPEN, _LEAST_TAKEN = 16, 64
"""So many files may be open at the same time; so many have to come to tell how many elements all of
them have."""


@dataclass(frozen=True)
class Cut:
    """A stage where the pipeline was cut off, and what draining it showed.

    Attributes:
        node: The stage.
        rate: What is told of it.
        inputs_per_element: Elements that the stage takes for one that it delivers; None where that
            is not known.
        elements: Elements of a whole pass; None where none was complete.
    """

    node: Node
    rate: CutRate
    inputs_per_element: float | None = None
    elements: int | None = None


class Cuts:
    """The cuts of one pipeline, measured one after the other.

    Attributes:
        shortening: What had to be smaller for it; to be used for other short measurements, too.
    """

    def __init__(
        self,
        workload: Workload,
        settings: Settings,
        data: SourceData,
        graph: PipelineGraph,
        cancelled: Callable[[], bool],
        pace: float = 1.0,
        cpu_clock: CpuClock | None = None,
    ) -> None:
        """Measure nothing yet.

        Args:
            workload: Whose pipeline.
            settings: As it is.
            data: Where files are.
            graph: The pipeline under these settings.
            cancelled: Asked often.
            pace: Share of the usual time that each measurement takes.
            cpu_clock: See ``drain``.
        """
        self._cpu_clock = cpu_clock
        self._pace, self._sample_s = pace, pace * _SAMPLE_S
        self._workload, self._settings, self._data = workload, settings, data
        self._graph, self._cancelled = graph, cancelled
        self._serves = service_of(settings)
        self.shortening = Shortening(never_full=bool(never_full(graph)))
        self._pieces: Mapping[str, Any] = {}
        self._options: Any = None
        self._rates: dict[str, float] = {}
        self._behind_cache = False

    def measure(self) -> Iterator[Cut]:
        """Each stage that does something, in the order of the data."""
        nodes = [node for node in self._graph.all if _is_measured(node)]
        seconds = self._pace * min(max(_ALL_S / max(len(nodes), 1), _LEAST_S), _MOST_S)
        self._build()
        for node in nodes:
            if self._cancelled():
                return
            self._prepare_for(node)
            cut = self._cut(node, seconds)
            if self._cancelled() and cut is not None and not cut.rate.elements_per_s:
                return  # what was broken off says nothing of this stage
            if cut is not None:
                if cut.rate.elements_per_s:
                    self._rates[node.key] = cut.rate.elements_per_s
                yield cut
        if self.shortening.cached is None:
            # For caches that are put in: as many elements as are made in a second.
            single = [
                rate for key, rate in self._rates.items() if not self._graph.by_key[key].inside
            ]
            if single:
                cached = max(int(min(single) * self._sample_s), _LEAST_SAMPLE)
                self.shortening = replace(self.shortening, cached=cached)

    def _cut(self, node: Node, seconds: float) -> Cut | None:
        """A stage; once more where it fails: what fails at random fails in few of many trainings.

        Python 3.11's ``ast.literal_eval``, which ``numpy.load`` calls, does so in several threads.
        """
        failed = None
        for _ in range(_TRIES):
            try:
                cut = self._inner(node, seconds) if node.inside else self._outer(node, seconds)
            except (ExplorerError, ValueError, TypeError) as error:
                return _without_rate(node, error)
            except tf.errors.OpError as error:
                failed = _without_rate(node, error)
            else:
                if cut is not None and self._is_served(node) and not cut.rate.note:
                    return replace(cut, rate=replace(cut.rate, note=_SERVED))
                return cut
        return failed

    def _build(self) -> None:
        settings = self.shortening.settings(self._settings)
        with self.shortening.building(Path(self._data.scratch)):
            self._pieces = self._workload.pieces(settings, self._data)
        last = list(self._pieces.values())
        self._options = last[-1].options() if last else None

    def _prepare_for(self, node: Node) -> None:
        """Make smaller what would take long to fill."""
        before = [self._rates[key] for key in node.inputs if key in self._rates]
        if not before or node.inside:
            return
        size = node.number(node.method.fills) if node.method.fills else None
        if size is not None:
            if node.elements is not None and node.elements >= 0:
                size = min(size, node.elements)
            fill_s = size / min(before)
            knob = node.knobs.get(node.method.fills)
            if fill_s > _LONGEST_FILL_S and knob:
                smaller = max(int(min(before) * _LONGEST_FILL_S / 2), _SMALLEST_BUFFER)
                buffers = {**self.shortening.buffers, knob: smaller}
                self.shortening = replace(self.shortening, buffers=buffers)
                self._build()
        elif self._keeps(node) and self.shortening.cached is None:
            cached = max(int(min(before) * self._sample_s), _LEAST_SAMPLE)
            known = node.elements is not None and 0 <= node.elements <= 2 * cached
            self.shortening = replace(self.shortening, cached=None if known else cached)
            self._build()

    def _outer(self, node: Node, seconds: float) -> Cut | None:
        dataset = self._pieces.get(node.key)
        if dataset is None:
            return None
        if self._keeps(node):
            self._behind_cache = True
        sampled = self.shortening.cached is not None
        if self._behind_cache and (not sampled or self._is_served(node)):
            # What fills the cache comes first; what is measured is the full one. A sample is
            # filled when it is built, unless workers keep it.
            fill_s = 1.5 * self._sample_s if sampled else 0.0
            self._drained(node, dataset, fill_s, passes=0 if sampled else 1)
        elif self._repeats_few(node, dataset):
            # As in the pipeline: one iterator from Python for each pass takes far longer.
            again = _cut(node, self._drained(node, dataset.repeat(), seconds))
            return replace(again, elements=int(dataset.cardinality()))
        drained = self._drained(node, dataset, seconds)
        if rate_and_cores(drained.passes) is None and not self._cancelled():
            self._build()
            drained = self._drained(node, self._pieces[node.key], seconds)
        cut = _cut(node, drained)
        if (cut.rate.cores or 0.0) > ONE_CORE:
            one_call = self._one_call(node, seconds)
            cut = replace(cut, rate=replace(cut.rate, one_call_elements_per_s=one_call))
        filling = [self._rates[key] for key in node.inputs if key in self._rates]
        if self._keeps(node) and filling:
            cut = replace(cut, rate=replace(cut.rate, filling_elements_per_s=min(filling)))
        return cut

    def _inner(self, node: Node, seconds: float) -> Cut | None:
        if node.part_of:
            return None
        settings = self.shortening.settings(self._settings)
        with self.shortening.building(Path(self._data.scratch)):
            dataset = self._workload.cut_inside(settings, self._data, node.key)
        return _cut(node, self._drained(node, dataset, seconds))

    def _one_call(self, node: Node, seconds: float) -> float | None:
        """Elements a second of several calls of Python with one at a time; None for any other.

        What calls that wait for Python's lock keep busy does not tell them from calls that work:
        threads that look for the lock take time as well.
        """
        one = self._settings.with_values(one_call(self._graph, node))
        if one == self._settings:
            return None
        with self.shortening.building(Path(self._data.scratch)):
            pieces = self._workload.pieces(self.shortening.settings(one), self._data)
        dataset = pieces.get(node.key)
        if dataset is None:
            return None
        rate = rate_and_cores(self._drained(node, dataset, seconds).passes)
        return None if rate is None else rate[0]

    def _repeats_few(self, node: Node, dataset: Any) -> bool:
        """Whether a stage further on repeats the few elements that there are."""
        return 0 < int(dataset.cardinality()) <= _TINY and bool(self._graph.behind(node, "repeat"))

    def _keeps(self, node: Node) -> bool:
        return node.method.keeps and not self.shortening.never_full

    def _is_served(self, node: Node) -> bool:
        service = self._serves
        return service is not None and node.key in service.served(self._settings)

    def _drained(self, node: Node, dataset: Any, seconds: float, **more: Any) -> Drained:
        if self._options is not None:
            dataset = dataset.with_options(self._options)
        if self._serves is not None and self._is_served(node):
            address = self._serves.start(self._settings, self._data)
            return drain_in_workers(dataset, address, seconds, self._cancelled, self._cpu_clock)
        return drain(dataset, seconds, self._cancelled, cpu_clock=self._cpu_clock, **more)


def one_call(graph: PipelineGraph, node: Node) -> dict[str, Value]:
    """The change that has one call of a stage's Python at a time; empty where there is no other."""
    if graph.runs_python(node) and node.parallel:
        return node.set_calls(1)
    threads = node.kind == PY_DATASET and not node.values.get(USE_MULTIPROCESSING)
    return node.set(1, WORKERS) if threads else {}


def _is_measured(node: Node) -> bool:
    """Whether a stage can be what the others wait for."""
    leaves_out = node.method.counts in (Counts.SKIPPED, Counts.SHARDED)
    if node.method.known and node.method.cost is Cost.NONE and not leaves_out:
        return False
    return node.method.counts is not Counts.INSIDE


def _named(node: Node) -> CutRate:
    site = node.site
    return CutRate(
        node.key,
        node.title or node.key,
        "" if site is None else site.file,
        0 if site is None else site.line,
        node.inside,
    )


def _cut(node: Node, drained: Drained) -> Cut:
    measured = rate_and_cores(drained.passes)
    named = _named(node)
    if measured is None:
        note = "not measured: no element came within 10 s, or its data can be read only once"
        return Cut(node, replace(named, note=note))
    rate = replace(
        named,
        elements_per_s=measured[0],
        cores=None if math.isnan(measured[1]) else measured[1],
        first_s=drained.turnaround_s,
        element_bytes=drained.element_bytes,
    )
    per_element = inputs_per_element(node, drained.nodes)
    return Cut(node, rate, per_element, drained.elements_per_pass)


def inputs_per_element(node: Node, readings: tuple[NodeReading, ...]) -> float | None:
    """Elements that a stage takes for one that it gives, as its own node counts them."""
    names = {name for slot in node.slots for name in slot.names}
    top = next((reading for reading in readings[1:] if reading.name in names), None)
    if top is None or top.depth > 2 or not top.elements:
        return None
    at = readings.index(top)
    below = next(
        (reading for reading in readings[at + 1 :] if reading.depth == top.depth + 1), None
    )
    # In a function both are counted in all of its datasets together.
    if below is None or below.branch != top.branch:
        return None
    return below.elements / top.elements


def elements_of_all(node: Node, files: int | None, drained: Drained) -> int | None:
    """Elements of a whole pass behind a stage; None where that is not known.

    Args:
        node: The stage.
        files: How many elements it takes, of each of which it makes several; None if not known.
        drained: What came of it, from one iterator.
    """
    counted = drained.elements_per_pass
    if counted is not None:
        return counted
    came = sum(each.all_elements for each in drained.passes)
    taken = came * (inputs_per_element(node, drained.nodes) or 0.0)
    if files is None or taken < _LEAST_TAKEN:
        return None
    # Some are open and not at their end: rather too many elements than too few.
    return math.ceil(max(files, 0) * came / (taken - _OPEN)) or None


def _without_rate(node: Node, error: Exception) -> Cut:
    return Cut(node, replace(_named(node), note=f"not measured: {explain(error).what[:200]}"))
