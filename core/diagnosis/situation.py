"""What was measured of a pipeline as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.diagnosis.measures.segment import Segment
from core.diagnosis.measures.stage_times import StageTimes
from core.model.diagnosis import CutRate
from core.pipeline.graph.graph import Node, PipelineGraph
from core.pipeline.method import Cost, Form
from core.pipeline.workers.py_dataset import KIND as PY_DATASET

SMALL_PERCENT = 5.0
"""Input wait, host or turnaround below that are not worth a change."""
_SEEN_EPOCHS = 2
"""So many ends of epochs say by themselves how long these take."""
_AS_FAST = 0.95
"""Share of the model's throughput from which on a pipeline alone may be fast enough."""
_OWN_TIMES = 2.0
"""The first dataset in a function is so many times as fast at most where the function works."""
_FAR_LONGER = 2.0
_IN_TURN = 0.8
"""A training below that share of what pipeline and model could do at the same time does not
overlap them."""


@dataclass(frozen=True)
class Situation:
    """What was measured of a pipeline.

    Attributes:
        graph: The pipeline.
        cores: Cores that the process may use.
        segments: Short trainings of it.
        times: Its cut rates.
        model_examples_per_s: The model alone; None where it was not measured.
        model_cores: Cores that the model alone keeps busy.
        model_host_s: Seconds of Keras and Python between two steps of the model alone; None where
            it was not measured.
        steps_per_epoch: Batches of an epoch; None where that is not known.
        endless: One iterator serves all epochs.
        training_steps: Batches of a training that one iterator serves; None where not known.
        elements: Elements of a whole pass behind stages, as they were counted.
        at_least: Those behind stages where counting took too long.
        longest_epoch_s: Epochs up to that are short enough to be compared as a whole.
    """

    graph: PipelineGraph
    cores: int
    segments: tuple[Segment, ...] = ()
    times: StageTimes = field(default_factory=StageTimes)
    model_examples_per_s: float | None = None
    model_cores: float = 0.0
    model_host_s: float | None = None
    steps_per_epoch: int | None = None
    endless: bool = False
    training_steps: int | None = None
    elements: Mapping[str, int] = field(default_factory=dict)
    at_least: Mapping[str, int] = field(default_factory=dict)
    longest_epoch_s: float = 8.0

    @property
    def examples_per_s(self) -> float:
        """Throughput as it is."""
        return _sum(self.segments, "examples") / _sum(self.segments, "wall_s")

    @property
    def batch_examples(self) -> float:
        """Examples in a batch."""
        return _sum(self.segments, "examples") / _sum(self.segments, "steps")

    @property
    def step_s(self) -> float:
        """Seconds from one step to the next."""
        return self.batch_examples / self.examples_per_s

    def percent(self, what: str) -> float:
        """A part of the wall time: ``input_wait_s``, ``host_s`` or ``turnaround_s``."""
        return 100.0 * _sum(self.segments, what) / _sum(self.segments, "wall_s")

    @property
    def swapped_in_bytes_per_s(self) -> float:
        """What came back from swap meanwhile."""
        return _sum(self.segments, "swapped_in_bytes") / _sum(self.segments, "wall_s")

    @property
    def turnaround_percent(self) -> float:
        """Time between epochs, with what the first batch of each takes longer than any other.

        Where hardly an epoch ended in what was measured it follows from the wait for the first
        batch of all, for which TensorFlow sets up more than for the first of a later epoch.
        """
        beginning_s = max(self.first_s - self._usual_batch_s, 0.0)
        if self.endless:
            steady_s = (self.training_steps or 0) * self.step_s
            return 100.0 * beginning_s / (beginning_s + steady_s) if steady_s else 0.0
        seen = self.percent("turnaround_s") + self._beginnings_percent
        if not self.steps_per_epoch or _sum(self.segments, "epochs") >= _SEEN_EPOCHS:
            return seen
        return max(seen, 100.0 * beginning_s / (self.epoch_s or 1.0))

    @property
    def whole_examples_per_s(self) -> float:
        """Throughput with the beginnings of epochs, also where none was seen to end."""
        seen = self.percent("turnaround_s") + self._beginnings_percent
        return self.examples_per_s * (1.0 - max(self.turnaround_percent - seen, 0.0) / 100.0)

    @property
    def first_s(self) -> float:
        """Seconds from a new iterator to its first batch."""
        return min(segment.first_s for segment in self.segments)

    @property
    def epoch_s(self) -> float | None:
        """Seconds of an epoch, about; None where its length is not known."""
        if not self.steps_per_epoch:
            epochs = _sum(self.segments, "epochs")
            return _sum(self.segments, "wall_s") / epochs if epochs else None
        return self.first_s + self.steps_per_epoch * self.step_s

    @property
    def epoch_examples(self) -> int | None:
        """Examples of an epoch, at most; None where no epoch was seen to end."""
        epochs = _sum(self.segments, "epochs")
        return round(_sum(self.segments, "examples") / epochs) if epochs else None

    @property
    def slow_to_begin(self) -> Node | None:
        """The stage that most of the wait for a first batch is for; None where none has most."""
        slow = self.times.slow_to_begin
        return None if slow is None else self.graph.by_key.get(slow.stage)

    @property
    def epochs(self) -> int:
        """Ends of epochs that were seen."""
        return round(_sum(self.segments, "epochs"))

    @property
    def short_epochs(self) -> bool:
        """Whether whole epochs can be compared in short trainings."""
        short = self.epoch_s is not None and self.epoch_s <= self.longest_epoch_s
        return short and not self.endless

    @property
    def _usual_batch_s(self) -> float:
        """Seconds that the training waits for any batch: where the pipeline is slow, the first is.

        Not less than the pipeline alone takes for one: in an epoch of one batch each is a first.
        """
        others = _sum(self.segments, "steps") - _sum(self.segments, "epochs")
        waits_s = _sum(self.segments, "input_wait_s") - _sum(self.segments, "first_waits_s")
        alone = self.pipeline_examples_per_s
        return max(
            waits_s / others if others > 0 else 0.0, self.batch_examples / alone if alone else 0.0
        )

    @property
    def _beginnings_percent(self) -> float:
        """What the first batches of epochs are waited for longer than for others."""
        usual_s = _sum(self.segments, "epochs") * self._usual_batch_s
        longer_s = max(_sum(self.segments, "first_waits_s") - usual_s, 0.0)
        return 100.0 * longer_s / _sum(self.segments, "wall_s")

    @property
    def wait_percent(self) -> float:
        """Input wait without what the beginnings of epochs add to it."""
        return max(self.percent("input_wait_s") - self._beginnings_percent, 0.0)

    @property
    def pipeline_examples_per_s(self) -> float | None:
        """The pipeline alone."""
        return self.times.pipeline_examples_per_s

    def works_in_function(self, node: Node) -> bool:
        """Whether the function of a stage such as ``interleave`` works itself, not its datasets.

        TensorFlow calls that function for one element after the other, whatever the parallel
        calls: only the datasets that it gives are read at the same time (measured with 2.18 and
        2.21). It shows where the first dataset in it is data in memory, and as slow as all of it.
        """
        inner = [each for each in self.graph.all if each.inside == node.key and not each.inputs]
        # A function may make none, or go on with a window that it takes or a dataset from outside.
        if not node.method.makes_datasets or not inner:
            return False
        if inner[0].method.cost is Cost.WORKS or inner[0].method.form is Form.METHOD:
            return False
        found = (self.times.rate(inner[0].key), self.times.rate(node.key))
        rates = [each.examples_per_s for each in found if each is not None]
        return len(rates) == 2 and all(rates) and (rates[0] or 0) < _OWN_TIMES * (rates[1] or 0)

    @property
    def few_threads(self) -> int | None:
        """Threads of a private pool that has fewer than there are cores; None for none of that."""
        threads = self.graph.threads
        return threads if threads is not None and threads < self.cores else None

    @property
    def python(self) -> bool:
        """Whether a stage that does something calls Python for each element."""
        return any(
            self.graph.runs_python(node) and node.key not in self.times.idle
            for node in self.graph.all
        )

    @property
    def holds_lock(self) -> bool:
        """Whether the loop waits for Python's lock between steps: far longer than Keras takes."""
        if not self.python or self.model_host_s is None:
            return self.python
        host_s = _sum(self.segments, "host_s") / _sum(self.segments, "steps")
        return host_s > _FAR_LONGER * self.model_host_s

    @property
    def ceiling_examples_per_s(self) -> float | None:
        """What pipeline and model reach where they overlap, by the slower of the two."""
        both = [rate for rate in (self.pipeline_examples_per_s, self.model_examples_per_s) if rate]
        return min(both) if len(both) == 2 else None

    @property
    def fast_alone(self) -> bool:
        """Whether the pipeline alone is about as fast as the model alone, or faster."""
        pipeline, model = self.pipeline_examples_per_s, self.model_examples_per_s
        return bool(pipeline and model and pipeline >= _AS_FAST * model)

    @property
    def slower_than_model(self) -> bool:
        """Whether the pipeline costs the training time: by waits, or by cores that both need."""
        return self.behind_model or self.wait_percent >= SMALL_PERCENT

    @property
    def behind_model(self) -> bool:
        """Whether training is clearly slower than the model alone."""
        return self.examples_per_s < _AS_FAST * (self.model_examples_per_s or 0.0)

    @property
    def works_ahead(self) -> bool:
        """Whether the end of the pipeline makes batches while the model works on others."""
        last = self.graph.last
        way = () if last is None else (last, *self.graph.before(last)[::-1])
        working = (
            each for each in way if each.kind == "prefetch" or each.method.cost is not Cost.NONE
        )
        node = next(working, None)
        if node is None:
            return False
        if node.kind == "prefetch":
            return node.values.get("buffer_size") != 0
        # Behind what works one after the other TensorFlow puts in a prefetch by itself; so does
        # Keras behind a PyDataset, unless workers of its own make batches ahead.
        return node.parallel or self.graph.injects or node.kind == PY_DATASET

    @property
    def in_turn(self) -> bool:
        """Whether pipeline and model work one after the other."""
        ceiling, pipeline, model = (
            self.ceiling_examples_per_s,
            self.pipeline_examples_per_s,
            self.model_examples_per_s,
        )
        if ceiling is None or not pipeline or not model or self.works_ahead:
            return False
        both = 1.0 / (1.0 / pipeline + 1.0 / model)
        # Where one of them takes next to nothing, nothing tells them apart.
        return both < _IN_TURN * ceiling and self.examples_per_s < (both + ceiling) / 2

    @property
    def contended(self) -> bool:
        """Whether pipeline and model need the same cores."""
        ceiling, narrow = self.ceiling_examples_per_s, self.last_rate
        if ceiling is None or narrow is None or not narrow.cores:
            return False
        pipeline, model = self.pipeline_examples_per_s or 1.0, self.model_examples_per_s or 1.0
        wanted = ceiling * (narrow.cores / pipeline + self.model_cores / model)
        return wanted > self.cores * 0.95

    @property
    def last_rate(self) -> CutRate | None:
        """The cut rate behind the last stage."""
        measured = [rate for rate in self.times.rates if rate.examples_per_s and not rate.inside]
        return measured[-1] if measured else None


def _sum(segments: Sequence[Segment], what: str) -> float:
    return sum(float(getattr(segment, what)) for segment in segments)
