"""One run from plan to last word: load, make data, build, ``model.fit``, measure."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from core.faults import explain, incomplete_cache, no_batches, no_tensors
from core.lazy import keras, tf
from core.measure.attempt import Attempt
from core.measure.ceilings import EPOCH_OF_MANY_STEPS, Enough, drain, one_batch
from core.measure.fingerprint import fingerprint
from core.measure.gpus import ALL_GPUS
from core.measure.iterators import IteratorKeeper
from core.measure.pipeline_probe import PipelineProbe
from core.measure.prepared import prepared
from core.measure.resource_sampler import ResourceSampler
from core.measure.run_environment import RunEnvironment
from core.measure.step_clock import StepClock
from core.measure.step_log import StepLog
from core.measure.stopper import Stopper
from core.measure.tracer import Tracer
from core.measure.train_function import OnExecution, TimedTrainFunction
from core.model.errors import Cancelled, ExplorerError
from core.model.events import (
    DataSeen,
    EpochBegan,
    EpochEnded,
    Event,
    Phase,
    PhaseStarted,
    RunEnded,
    RunPrepared,
)
from core.model.plan import Part, RunPlan
from core.model.run import Failure, Prepared, RunState
from core.model.settings import Settings
from core.model.stage import SourceData
from core.model.tensorflow_kinds import emulated_ms
from core.pipeline.build import has_source
from core.pipeline.example import example_of
from core.pipeline.stages.fit import ALL, set_execution
from core.pipeline.stages.strategy import on_all_gpus, scope
from core.pipeline.workers.py_dataset import for_fit, one_by_one
from core.pipeline.workers.py_dataset_workers import break_off
from core.workloads.workload import Workload

_NOTHING: contextlib.AbstractContextManager[None] = contextlib.nullcontext()


def fit(
    plan: RunPlan,
    emit: Callable[[Event], None],
    cancelled: Callable[[], bool],
    *,
    run_environment: RunEnvironment | None = None,
    began_s: float | None = None,
) -> None:
    """Carry out a run; say everything through ``emit`` and raise nothing but interrupts.

    Args:
        plan: What to run.
        emit: Takes the events, in order; exactly one ``RunEnded``, the last of them.
        cancelled: Asked often; once it says True the run stops after the present batch.
        run_environment: How this process finds the workload and loads TensorFlow; None for this
            program.
        began_s: When it was started, by ``time.perf_counter``; None for now.
    """
    attempt = _FitAttempt(plan, emit, cancelled, run_environment, began_s)
    state, failure = RunState.STOPPED, None
    try:
        attempt.run()
        state = RunState.STOPPED if attempt.stopped else RunState.DONE
        failure = None if attempt.beside is None else Failure.of(attempt.beside)
    except Cancelled:
        pass
    except Exception as error:
        state, failure = RunState.FAILED, Failure.of(explain(error, attempt.context))
    finally:
        attempt.finish(state, failure)


class _FitAttempt(Attempt):
    """One run while it is carried out."""

    def __init__(
        self,
        plan: RunPlan,
        emit: Callable[[Event], None],
        cancelled: Callable[[], bool],
        run_environment: RunEnvironment | None,
        began_s: float | None,
    ) -> None:
        super().__init__(plan, emit, cancelled, run_environment, began_s)
        self._log = StepLog(emit)
        self._clock = StepClock(self._log.clock_jumped)
        self._probe = PipelineProbe(emit)
        self._resources: ResourceSampler | None = None
        self._iterators = IteratorKeeper()
        self._fit_began_s: float | None = None
        self._fit_took_s: float | None = None
        self._time_to_first_batch_s: float | None = None
        self._iterator_asked_s = self._iterator_took_s = 0.0
        self._enough: Enough | None = None
        self._over = False
        self._epoch_from = 0
        self._levels = 1
        self._known: Prepared | None = None
        self.beside: ExplorerError | None = None
        self.stopped = False

    def carry_out(self, workload: Workload, settings: Settings, data: SourceData) -> None:
        """Build, train or drain, and look at the data; see ``fit``."""
        alone = self._plan.part is Part.PIPELINE
        with scope(settings):
            model = None if alone else workload.model(settings, data).bound()()
        self.context.model = model
        if model is not None:
            set_execution(model, settings)
        dataset = self.context.dataset = workload.build(settings, data)
        in_pass = workload.batches_in_pass(settings, data, dataset)
        known = prepared(self._plan.part, settings, dataset, model, in_pass)
        if self._plan.part is not Part.WHOLE:
            self._enough = Enough(known)
        self._levels = example_of(settings, known.element_spec).levels
        self._known = known
        self._emit(RunPrepared(known))
        if self.pools.wanted:
            self._begin(Phase.STARTING_PROCESSES)
            self.pools.start(self._cancelled)
        try:
            if model is None:
                self._drain(dataset)
            else:
                self._train(model, dataset, settings, workload.fit_arguments(settings))
            if not self.stopped and self._plan.part is Part.WHOLE:
                self._look_at_data(settings, data)
        finally:
            # Before a service that it takes from is ended.
            self._iterators.release()

    def finish(self, state: RunState, failure: Failure | None) -> None:
        """Pass on what was measured, tidy up and say the last word."""
        wall, began_s = self._fit_took_s, self._fit_began_s
        if wall is None and began_s is not None:
            wall = time.perf_counter() - began_s
        self.context.dataset = self.context.model = None
        try:
            self._iterators.release()
            self._log.flush()
            self.remove_scratch()
        finally:
            self._emit(RunEnded(state, failure, wall, self._time_to_first_batch_s))

    def _train(self, model: Any, dataset: Any, settings: Settings, more: Mapping[str, Any]) -> None:
        unfit = no_tensors(dataset)
        if unfit is not None:
            raise unfit
        timed = TimedTrainFunction(
            model,
            self._on_execution(model),
            before_trace=self._before_trace,
            before_first_step=lambda: self._begin(Phase.FILLING_BUFFERS),
            after_first_step=self._after_first_step,
            clock=self._clock,
            minimum_s=(emulated_ms(self._plan.device) or 0.0) / 1000.0,
            levels=self._levels,
        )
        stopper = Stopper(self._cancelled, timed.stop_soon, self._break_off)
        tracer = self._tracer()
        model.train_function = stopper.guard(timed if tracer is None else tracer.guard(timed))
        steps, epochs = settings["fit.steps_per_epoch"], settings["fit.epochs"]
        if self._plan.part is Part.MODEL:
            epochs, steps = 1, EPOCH_OF_MANY_STEPS
            dataset = self._one_batch(one_by_one(dataset))
        callbacks = [self._epoch_callback(), *more.get("callbacks", ())]
        with self._measuring(stopper), contextlib.closing(tracer) if tracer else _NOTHING:
            model.fit(
                for_fit(dataset),
                epochs=epochs,
                steps_per_epoch=None if steps == ALL else steps,
                verbose=0,
                **{"shuffle": False, **more, "callbacks": callbacks},
            )

    def _one_batch(self, dataset: Any) -> Any:
        """A batch to train on over and over; a Stop breaks the wait for it off."""
        with Stopper(self._cancelled, on_break=self._break_off) as stopper:
            try:
                return one_batch(dataset, self._iterators.keep, stopper.guard)
            except tf.errors.OpError as error:
                if stopper.broke_off:
                    raise Cancelled from error
                if isinstance(error, tf.errors.OutOfRangeError):
                    raise no_batches(self.context) from error
                raise

    def _tracer(self) -> Tracer | None:
        known, scratch = self._known, self._scratch
        if known is None or scratch is None or self._plan.part is not Part.WHOLE:
            return None
        orders, steps = self._run_environment.trace_orders, lambda: self._log.steps
        planned, run_id = self._plan.trace, self._plan.id
        return Tracer(planned, orders, run_id, known, steps, self._emit, scratch.path)

    def _drain(self, dataset: Any) -> None:
        stopper = Stopper(self._cancelled, on_break=self._break_off)
        self._begin(Phase.FILLING_BUFFERS)
        with self._measuring(stopper):
            drain(
                dataset,
                self._on_execution(None),
                lambda: self._over,
                guard=stopper.guard,
                pass_began=self._pass_began,
                first_batch=self._after_first_step,
                clock=self._clock,
                levels=self._levels,
            )

    @contextlib.contextmanager
    def _measuring(self, stopper: Stopper) -> Iterator[None]:
        """From the first request to the last step: the clock runs, resources are read."""
        self._fit_began_s = self._log.origin_s = self._clock.start()
        device = ALL_GPUS if on_all_gpus(self._plan.settings) else self._plan.device
        self._resources = ResourceSampler(
            device,
            self._log.origin_s,
            self._emit,
            workers=self.worker_pids,
        )
        try:
            with stopper, self._resources:
                yield
        except tf.errors.OpError:
            # What is broken off mostly raises CancelledError, but a stage may wrap that.
            if not stopper.broke_off:
                raise
            self.stopped = True
        if self._log.steps == 0 and not self.stopped:
            raise no_batches(self.context)

    def _look_at_data(self, settings: Settings, data: SourceData) -> None:
        """After the timed part: nothing of it shows in a figure."""
        self._fit_took_s = time.perf_counter() - (self._fit_began_s or 0.0)
        self.beside = incomplete_cache(self.context)
        if not has_source(settings):
            return  # someone's own function may deliver others each time it is called
        self._emit(PhaseStarted(Phase.LOOKING_AT_DATA, time.perf_counter() - self._began_s))
        try:
            with tf.device("/CPU:0"), Stopper(self._cancelled) as stopper:
                seen = fingerprint(
                    settings,
                    data,
                    cancelled=self._cancelled,
                    keep=self._iterators.keep,
                    guard=stopper.guard,
                )
        except (tf.errors.OpError, OSError, ValueError):
            # The run is measured: data that have gone since cost it only the fingerprint.
            return
        self._emit(DataSeen(seen))

    def _break_off(self) -> None:
        """End what TensorFlow cannot: Python in processes and threads of its own."""
        self.pools.close()
        break_off()

    def _pass_began(self, number: int) -> None:
        if number and self._enough is not None:
            self._enough.pass_ended()
        self._log.flush()
        self._emit(EpochBegan(number))
        self._epoch_from = self._log.steps
        self._iterator_asked_s = time.perf_counter()

    def _on_execution(self, model: Any) -> OnExecution:
        def on_execution(values: list[float], logs: Any, iterator: Any) -> None:
            self._iterators.keep(iterator)
            self._service.arrived()
            self._log.add(values, logs)
            self._probe.look(iterator, values[-2], self._log.origin_s)
            if self._resources is not None:
                self._resources.pass_on()
            if self._cancelled():
                self.stopped = self._over = True
            elif self._enough is not None and self._enough.after(values):
                self._over = True
            if self._over and model is not None:
                model.stop_training = True

        return on_execution

    def _epoch_callback(self) -> Any:
        attempt = self

        class EpochReporter(keras.callbacks.Callback):
            def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
                attempt._pass_began(epoch)

            def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
                attempt._log.flush()
                # Of an epoch without a batch, Keras gives the loss as 0.
                if attempt._log.steps == attempt._epoch_from:
                    logs = None
                if not attempt.stopped and attempt._plan.part is Part.WHOLE:
                    loss = (logs or {}).get("loss")
                    attempt._emit(EpochEnded(epoch, None if loss is None else float(loss)))

        return EpochReporter()

    def _before_trace(self, iterator: Any) -> None:
        self._iterator_took_s = time.perf_counter() - self._iterator_asked_s
        self._begin(Phase.TRACING)

    def _after_first_step(self) -> None:
        self._time_to_first_batch_s = self._iterator_took_s + self._log.first_wait_s
        self._begin(Phase.TRAINING)
