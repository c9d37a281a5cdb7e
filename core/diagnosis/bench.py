"""Short trainings in turn, in one process: what a change makes of the throughput."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.diagnosis.shortened import Shortening
from core.lazy import keras, tf
from core.measure.ceilings import EPOCH_OF_MANY_STEPS, one_batch
from core.measure.iterators import IteratorKeeper
from core.measure.step_clock import StepClock
from core.measure.stopper import Stopper
from core.measure.train_function import TimedTrainFunction
from core.model.errors import Cancelled
from core.model.kinds import Value, emulated_ms
from core.model.settings import Settings
from core.model.stage import SourceData
from core.pipeline.example import example_of
from core.pipeline.fit import ALL, batches_per_epoch, set_execution
from core.workloads.workload import Workload

_WARM_S = 0.3
"""So much of a segment is not measured, and the steps that a prefetch held ready."""
_WARM_STEPS, _MOST_WARM_STEPS = 3, 40
_LEAST_STEPS = 6
_EPOCHS = 1_000_000
FILL_S = 1.5
"""A cache of a sample is full after that."""
_KEPT = 3


@dataclass(frozen=True)
class Segment:
    """What a short training came to, without its beginning.

    Attributes:
        wall_s: From the first request that counts to the last step done.
        input_wait_s: Of that, in which the loop waited for a batch.
        device_busy_s: Of that, in which a step was under way.
        turnaround_s: Of that, from an epoch's last step to the next epoch's first request.
        first_waits_s: Of the input wait, that for the first batch of each epoch.
        steps: Batches.
        examples: Examples in them.
        cores: Cores that the process kept busy.
        first_s: Seconds from the iterator's creation to its first batch.
        epochs: Epochs that ended in it.
    """

    wall_s: float
    input_wait_s: float
    device_busy_s: float
    turnaround_s: float
    first_waits_s: float
    steps: int
    examples: float
    cores: float
    first_s: float
    epochs: int

    @property
    def examples_per_s(self) -> float:
        """Throughput."""
        return self.examples / self.wall_s

    @property
    def host_s(self) -> float:
        """The rest: Keras, callbacks, Python."""
        rest = self.wall_s - self.input_wait_s - self.device_busy_s - self.turnaround_s
        return max(rest, 0.0)


class Bench:
    """Builds pipelines of one workload and trains on them for seconds at a time."""

    def __init__(
        self,
        workload: Workload,
        data: SourceData,
        device: str,
        cancelled: Callable[[], bool],
    ) -> None:
        """Build nothing yet.

        Args:
            workload: Whose pipelines and model.
            data: Where files are.
            device: ``cpu``, ``gpu:N`` or ``emulated:MS``.
            cancelled: Asked often.
        """
        self._workload, self._data, self._cancelled = workload, data, cancelled
        self._minimum_s = (emulated_ms(device) or 0.0) / 1000.0
        self._datasets: dict[tuple[Settings, bool], Any] = {}
        self._models: dict[tuple[Any, ...], tuple[Any, TimedTrainFunction]] = {}
        self._filled: set[tuple[Settings, bool]] = set()
        self._segment: _Segment | None = None
        self._iterators = IteratorKeeper()
        self.shortening = Shortening()

    def close(self) -> None:
        """Let go of what was built."""
        self._iterators.release()
        self._datasets.clear()
        self._models.clear()

    def as_it_is(self, settings: Settings, seconds: float) -> Segment:
        """Train on the pipeline with all of its buffers and caches as they are written.

        Raises:
            Cancelled: It was asked for.
        """
        return self._train(settings, seconds, whole=True)

    def shortened(self, settings: Settings, seconds: float) -> Segment:
        """Train on the pipeline with caches and buffers as the shortening says.

        Raises:
            Cancelled: It was asked for.
        """
        return self._train(settings, seconds, whole=False)

    def model_alone(self, settings: Settings, seconds: float) -> Segment:
        """Train on one batch, over and over.

        Raises:
            Cancelled: It was asked for.
        """
        dataset = one_batch(self._dataset(settings, whole=False), self._iterators.keep)
        return self._fit(settings, dataset, seconds, EPOCH_OF_MANY_STEPS, {})

    def pair(self, first: Settings, second: Settings, seconds: float) -> tuple[float, float]:
        """Throughput of two settings, one after the other, in examples a second.

        Raises:
            Cancelled: It was asked for.
        """
        one = self.shortened(first, seconds).examples_per_s
        return one, self.shortened(second, seconds).examples_per_s

    # -- how it is done ------------------------------------------------------------------------

    def _train(self, settings: Settings, seconds: float, *, whole: bool) -> Segment:
        dataset = self._dataset(settings, whole=whole)
        steps = batches_per_epoch(settings) if settings["fit.steps_per_epoch"] != ALL else None
        if int(dataset.cardinality()) == tf.data.INFINITE_CARDINALITY and steps is None:
            steps = EPOCH_OF_MANY_STEPS
        more = {
            name: value
            for name, value in self._workload.fit_arguments(settings).items()
            if name != "callbacks"
        }
        if not whole and (settings, whole) not in self._filled:
            self._filled.add((settings, whole))
            if any(stage.warm_up_epochs(settings) for stage in settings.chain.stages):
                # What fills its cache is not how the rest will be.
                self._fit(settings, dataset, FILL_S, steps, more)
        return self._fit(settings, dataset, seconds, steps, more)

    def _dataset(self, settings: Settings, *, whole: bool) -> Any:
        key = settings, whole
        if key not in self._datasets:
            while len(self._datasets) >= _KEPT:
                gone = next(iter(self._datasets))
                self._datasets.pop(gone)
                self._filled.discard(gone)
            shorter = Shortening() if whole else self.shortening
            building = nullcontext() if whole else shorter.building(Path(self._data.scratch))
            with building:
                self._datasets[key] = self._workload.build(shorter.settings(settings), self._data)
        # The one that was used last goes last.
        self._datasets[key] = self._datasets.pop(key)
        return self._datasets[key]

    def _fit(
        self,
        settings: Settings,
        dataset: Any,
        seconds: float,
        steps: int | None,
        more: Mapping[str, Any],
    ) -> Segment:
        model, timed, known = self._model(settings, dataset)
        if not known:
            # Traced beforehand: buffers would fill meanwhile.
            self._carry_out(settings, model, timed, dataset, 0.0, steps, more)
        return self._carry_out(settings, model, timed, dataset, seconds, steps, more)

    def _model(self, settings: Settings, dataset: Any) -> tuple[Any, TimedTrainFunction, bool]:
        spec = str(dataset.element_spec)
        key = (*_of_model(settings), spec)
        known = key in self._models
        if not known:
            model = self._workload.model(settings, self._data).bound()()
            set_execution(model, settings)
            timed = TimedTrainFunction(
                model,
                self._on_execution,
                before_trace=lambda iterator: None,
                before_first_step=lambda: None,
                after_first_step=lambda: None,
                clock=StepClock(),
                minimum_s=self._minimum_s,
                levels=example_of(settings, spec).levels,
            )
            self._models[key] = model, timed
        model, timed = self._models[key]
        return model, timed, known

    def _on_execution(self, values: list[float], logs: Any, iterator: Any) -> None:
        self._iterators.keep(iterator)
        if self._segment is not None:
            self._segment.add(values)

    def _carry_out(
        self,
        settings: Settings,
        model: Any,
        timed: TimedTrainFunction,
        dataset: Any,
        seconds: float,
        steps: int | None,
        more: Mapping[str, Any],
    ) -> Segment:
        segment = self._segment = _Segment(model, seconds, _held(settings), self._cancelled)
        stopper = Stopper(self._cancelled)
        model.train_function = stopper.guard(timed)
        try:
            with stopper:
                model.fit(
                    dataset,
                    epochs=_EPOCHS,
                    steps_per_epoch=steps,
                    shuffle=False,
                    verbose=0,
                    **{**more, "callbacks": [segment.callback()]},
                )
        except tf.errors.OpError:
            if not stopper.broke_off:
                raise
        finally:
            self._segment = None
        if self._cancelled():
            raise Cancelled
        return segment.result()


class _Segment:
    """Collects the steps of one short training and ends it."""

    def __init__(
        self, model: Any, seconds: float, held: int, cancelled: Callable[[], bool]
    ) -> None:
        self._model, self._seconds, self._held = model, seconds, held
        self._cancelled = cancelled
        self._values: list[float] = []
        self._epochs: list[int] = []
        self._warm: int | None = None
        self._cpu_s = self._first_s = 0.0
        self._ended_cpu_s = 0.0
        self._began_s = time.perf_counter()

    def callback(self) -> Any:
        """What tells it of epochs."""
        segment = self

        class Epochs(keras.callbacks.Callback):
            def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
                if not segment._values:
                    segment._began_s = time.perf_counter()
                segment._epochs.append(len(segment._values) // 4)

            def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
                if segment._epochs[-1] == len(segment._values) // 4:
                    # An epoch without a batch: there will be none.
                    segment._model.stop_training = True

        return Epochs()

    def add(self, values: list[float]) -> None:
        """Take in an execution: asked, ready, done and examples of each of its steps."""
        if not self._values:
            self._first_s = values[1] - self._began_s
        self._values += values
        steps, done_s = len(self._values) // 4, values[-2]
        first_done_s = self._values[2]
        if self._warm is None:
            enough = steps >= _WARM_STEPS + min(self._held, _MOST_WARM_STEPS)
            if enough and done_s - first_done_s >= min(_WARM_S, self._seconds):
                self._warm, self._cpu_s = steps, time.process_time()
        else:
            measured_s = done_s - self._values[4 * self._warm - 2]
            few = steps - self._warm < _LEAST_STEPS and measured_s < 4 * self._seconds
            if measured_s >= self._seconds and not few:
                self._ended_cpu_s = time.process_time()
                self._model.stop_training = True
        if self._cancelled() or (not self._seconds and steps >= _WARM_STEPS):
            self._model.stop_training = True

    def result(self) -> Segment:
        """What was measured.

        Raises:
            ValueError: Too few steps came.
        """
        table = np.array(self._values, float).reshape(-1, 4)
        if len(table) < 2:
            raise ValueError("the pipeline gave too few batches to measure a training")
        start = min(self._warm or 0, len(table) - 2)
        asked, ready, done, examples = table[start:].T
        wall_s = float(done[-1] - asked[0])
        gaps = asked[1:] - done[:-1]
        ends = [at - start - 1 for at in self._epochs if start < at < len(table)]
        turnaround_s = float(gaps[ends].sum()) if ends else 0.0
        cpu_s = (self._ended_cpu_s or time.process_time()) - self._cpu_s
        return Segment(
            wall_s=wall_s,
            input_wait_s=float((ready - asked).sum()),
            device_busy_s=float((done - ready).sum()),
            turnaround_s=turnaround_s,
            first_waits_s=float((ready - asked)[[at + 1 for at in ends]].sum()) if ends else 0.0,
            steps=len(asked),
            examples=float(examples.sum()),
            cores=cpu_s / wall_s if self._warm else math.nan,
            first_s=self._first_s,
            epochs=len(ends),
        )


def _held(settings: Settings) -> int:
    """Batches that wait in the pipeline before the first one is asked for."""
    stages = settings.chain.stages
    return sum(stage.warm_up_steps(settings) for stage in stages if not stage.of_model)


def _of_model(settings: Settings) -> tuple[Value, ...]:
    """What the model follows from."""
    stages = [stage for stage in settings.chain.stages if stage.of_model]
    found = [settings[stage.id(knob.name)] for stage in stages for knob in stage.knobs]
    return (*found, settings.get("map.place", ""), settings.get("map.enabled", ""))
