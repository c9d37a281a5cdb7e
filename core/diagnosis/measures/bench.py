"""Short trainings in turn, in one process: what a change makes of the throughput."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from core.diagnosis.measures.cores import CpuClock
from core.diagnosis.measures.segment import Segment, SegmentRecorder
from core.diagnosis.measures.shortened import Shortening
from core.lazy import tf
from core.measure.ceilings import EPOCH_OF_MANY_STEPS, one_batch
from core.measure.iterators import IteratorKeeper
from core.measure.step_clock import StepClock
from core.measure.stopper import Stopper
from core.measure.train_function import TimedTrainFunction
from core.model.errors import Cancelled
from core.model.kinds import Value
from core.model.settings import Settings
from core.model.stage import SourceData
from core.model.tensorflow_kinds import emulated_ms
from core.pipeline.example import example_of
from core.pipeline.stages.fit import ALL, batches_per_epoch, set_execution
from core.pipeline.workers.py_dataset import for_fit
from core.workloads.workload import Workload

_EPOCHS = 1_000_000
FILL_S = 1.5
"""Seconds after which the cache of a sample is full."""
_KEPT = 8
"""Built pipelines that are kept: as many as are compared in the same rounds."""


class Bench:
    """Builds pipelines of one workload and trains on them for seconds at a time."""

    def __init__(
        self,
        workload: Workload,
        data: SourceData,
        device: str,
        cancelled: Callable[[], bool],
        cpu_clock: CpuClock | None = None,
        arrived: Callable[[], None] = lambda: None,
    ) -> None:
        """Build nothing yet.

        Args:
            workload: Whose pipelines and model.
            data: Where files are.
            device: ``cpu``, ``gpu:N`` or ``emulated:MS``.
            cancelled: Asked often.
            cpu_clock: Processor time of the process and its workers; None where it has no workers.
            arrived: Called as elements come: a tf.data service that is silent is looked for.
        """
        self._workload, self._data, self._cancelled = workload, data, cancelled
        self._arrived = arrived
        self._cpu_clock = cpu_clock or CpuClock()
        self._minimum_s = (emulated_ms(device) or 0.0) / 1000.0
        self._datasets: dict[tuple[Settings, bool], Any] = {}
        self._models: dict[tuple[Any, ...], tuple[Any, TimedTrainFunction]] = {}
        self._filled: set[tuple[Settings, bool]] = set()
        self._segment: SegmentRecorder | None = None
        self._iterators = IteratorKeeper()
        self._shortening = Shortening()
        self._kept: dict[str, int] = {}

    @property
    def shortening(self) -> Shortening:
        """What is smaller in short trainings than in the pipeline as it is."""
        return self._shortening

    @shortening.setter
    def shortening(self, shortening: Shortening) -> None:
        if shortening != self._shortening:
            # What was built before is not like what is built from now on.
            self._datasets = {key: made for key, made in self._datasets.items() if key[1]}
            self._filled = {key for key in self._filled if key[1]}
        self._shortening = shortening

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

    def whole_epochs(self, settings: Settings, seconds: float) -> Segment:
        """Train on the pipeline as it is written, over one whole epoch or more.

        Raises:
            Cancelled: It was asked for.
        """
        warm = int(fills_cache(settings) and (settings, True) not in self._filled)
        self._filled.add((settings, True))
        return self._train(settings, seconds, whole=True, skipped_epochs=warm)

    def model_alone(self, settings: Settings, seconds: float) -> Segment:
        """Train on one batch, over and over.

        Raises:
            Cancelled: It was asked for.
        """
        dataset = self._dataset(settings, whole=False)
        with Stopper(self._cancelled) as stopper:
            try:
                batch = one_batch(dataset, self._iterators.keep, stopper.guard)
            except tf.errors.OpError:
                if not stopper.broke_off:
                    raise
                raise Cancelled from None
        return self._fit(settings, batch, seconds, EPOCH_OF_MANY_STEPS, {})

    # -- how it is done ------------------------------------------------------------------------

    def _train(
        self, settings: Settings, seconds: float, *, whole: bool, skipped_epochs: int | None = None
    ) -> Segment:
        dataset = self._dataset(settings, whole=whole)
        steps = batches_per_epoch(settings) if settings["fit.steps_per_epoch"] != ALL else None
        if int(dataset.cardinality()) == tf.data.INFINITE_CARDINALITY and steps is None:
            steps = EPOCH_OF_MANY_STEPS
        more = {
            name: value
            for name, value in self._workload.fit_arguments(settings).items()
            if name != "shuffle"
        }
        if not whole and (settings, whole) not in self._filled:
            self._filled.add((settings, whole))
            known = self.shortening.cached is not None or self.shortening.never_full
            if not known and fills_cache(settings):
                # What fills its cache is not how the rest will be.
                self._fit(settings, dataset, FILL_S, steps, more)
        return self._fit(settings, dataset, seconds, steps, more, skipped_epochs)

    def _dataset(self, settings: Settings, *, whole: bool) -> Any:
        key = settings, whole
        if key not in self._datasets:
            while len(self._datasets) >= _KEPT:
                oldest = next(iter(self._datasets))
                self._datasets.pop(oldest)
                self._filled.discard(oldest)
            shorter = Shortening() if whole else self.shortening
            building = nullcontext() if whole else shorter.building(Path(self._data.scratch))
            with building:
                smaller = shorter.settings(settings)
                self._datasets[key] = self._workload.build(smaller, self._data, anew=True)
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
        skipped_epochs: int | None = None,
    ) -> Segment:
        model, timed, known = self._model(settings, dataset)
        if not known:
            # Traced beforehand: buffers would fill meanwhile.
            self._carry_out(settings, model, timed, dataset, 0.0, steps, more)
        return self._carry_out(
            settings, model, timed, dataset, seconds, steps, more, skipped_epochs
        )

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
        self._arrived()
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
        skipped_epochs: int | None = None,
    ) -> Segment:
        segment = self._segment = SegmentRecorder(
            model,
            seconds,
            _prefetched(settings),
            self._cancelled,
            self._cpu_clock.used_s,
            skipped_epochs,
        )
        stopper = Stopper(self._cancelled)
        model.train_function = stopper.guard(timed)
        try:
            with stopper:
                model.fit(
                    for_fit(dataset),
                    epochs=_EPOCHS,
                    steps_per_epoch=steps,
                    shuffle=False,
                    verbose=0,
                    **{**more, "callbacks": [*more.get("callbacks", ()), segment.callback()]},
                )
        except tf.errors.OpError:
            if not stopper.broke_off:
                raise
        finally:
            self._segment = None
            self._iterators.release()
        if self._cancelled():
            raise Cancelled
        return segment.result()


def fills_cache(settings: Settings) -> bool:
    """Whether the first epoch fills a cache that later ones live off."""
    return any(stage.warm_up_epochs(settings) for stage in settings.chain.stages)


def _prefetched(settings: Settings) -> int:
    """Batches that wait in the pipeline before the first one is asked for."""
    stages = settings.chain.stages
    return sum(stage.warm_up_steps(settings) for stage in stages if not stage.of_model)


def _of_model(settings: Settings) -> tuple[Value, ...]:
    """What the model follows from."""
    stages = [stage for stage in settings.chain.stages if stage.of_model]
    values = [settings[stage.id(knob.name)] for stage in stages for knob in stage.knobs]
    return (*values, settings.get("map.place", ""), settings.get("map.enabled", ""))
