"""A workload built once and trained many times, with and without the application's clock."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.cases import Case
from core.folders import Folders
from core.lazy import keras, tf
from core.measure.loading import load_tensorflow
from core.measure.pipeline_probe import PipelineProbe
from core.measure.resource_sampler import ResourceSampler
from core.measure.step_log import StepLog
from core.measure.stopper import Stopper
from core.measure.train_function import TimedTrainFunction
from core.model.events import (
    EpochBegan,
    Event,
    Phase,
    PhaseStarted,
    RunEnded,
    RunPrepared,
)
from core.model.plan import RunPlan
from core.model.run import Prepared, RunState
from core.model.settings import Settings
from core.pipeline.build import build
from core.pipeline.presets import preset
from core.workloads.catalogue import workload


class RepeatedFit:
    """Calls ``model.fit`` on one model and one dataset, about ``seconds`` long each time."""

    def __init__(self, case: Case, folder: Path, seconds: float = 1.5) -> None:
        """Build a case.

        Args:
            case: What is trained.
            folder: For what is needed only while it is; generated data are kept elsewhere.
            seconds: About how long one call of ``model.fit`` is to take.
        """
        load_tensorflow()
        warnings.filterwarnings("ignore", "Your input ran out of data", UserWarning)
        name = case.workload
        chosen = workload(name)
        settings = preset(case.preset, name, chosen.chain).apply(chosen.chain.defaults())
        made = case.data(folder / "data") if case.data else ()
        # One iterator for a whole segment: what epochs cost is no part of this.
        self.settings: Settings = settings.with_assignments(
            ("fit.steps_per_epoch=100", *case.assignments, *made)
        )
        folders = Folders.default()
        folders.make()
        data = chosen.source_data(folders.cache, self.settings, folder)
        chosen.prepare(data, self.settings, lambda fraction, text: None)
        keras.utils.set_random_seed(1)
        with tf.device("/CPU:0"):
            self.model = chosen.model(self.settings, data).bound()()
            self.dataset = build(self.settings, data)
        self.plan = RunPlan(name, self.settings, str(folders.cache))
        self._log, self._probe = _instruments(lambda event: None)
        self._resources: ResourceSampler | None = None
        nothing: Callable[..., None] = lambda *arguments: None  # noqa: E731
        timed = TimedTrainFunction(
            self.model,
            self._on_execution,
            before_trace=nothing,
            before_first_step=nothing,
            after_first_step=nothing,
        )
        self.timed = Stopper(lambda: False).guard(timed)
        self.bare = self.model.train_function
        self.steps = 30
        for function in (self.bare, self.timed):
            self._fit(function)
        self.steps = max(20, int(self.steps * seconds / self._fit(self.bare)))

    def bare_throughput(self) -> float:
        """Steps a second of ``model.fit`` as Keras has it."""
        return self.steps / self._fit(self.bare)

    def timed_run(
        self, plan: RunPlan, emit: Callable[[Event], None], cancelled: Callable[[], bool]
    ) -> None:
        """The same with the clock, as a run of the window; ``timed_throughput`` then has it."""
        self._log, self._probe = _instruments(emit)
        emit(PhaseStarted(Phase.TRAINING, 0.0))
        emit(RunPrepared(Prepared(1, self.steps, 10, 0)))
        emit(EpochBegan(0))
        with ResourceSampler(plan.device, self._log.origin_s, emit) as self._resources:
            self.timed_throughput = self.steps / self._fit(self.timed)
        self._resources = None
        self._log.flush()
        emit(RunEnded(RunState.DONE, None, 0.0, 0.0))

    def _on_execution(self, values: list[float], logs: Any, iterator: Any) -> None:
        """What a run does after each execution."""
        self._log.add(values, logs)
        self._probe.look(iterator, values[-2], self._log.origin_s)
        if self._resources is not None:
            self._resources.pass_on()

    def _fit(self, function: Any) -> float:
        """Seconds from the epoch's beginning to its end.

        What comes after is not the loop's: TensorFlow takes up to seconds, at random, to let go of
        the iterator.
        """
        self.model.train_function = function
        moments: list[float] = []

        class Moments(keras.callbacks.Callback):
            def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
                moments.append(time.perf_counter())

            def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
                moments.append(time.perf_counter())

        with tf.device("/CPU:0"):
            self.model.fit(
                self.dataset,
                epochs=1,
                steps_per_epoch=self.steps,
                verbose=0,
                shuffle=False,
                callbacks=[Moments()],
            )
        return moments[1] - moments[0]


def _instruments(emit: Callable[[Event], None]) -> tuple[StepLog, PipelineProbe]:
    return StepLog(emit), PipelineProbe(emit)
