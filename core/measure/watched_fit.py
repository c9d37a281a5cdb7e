"""Measures a call of ``fit`` of a person's own script, which trains as it would anyway.

No Python of ours stands between Keras and a step: the train function is a ``tf.function``, as
Keras's own is, and its clock puts four numbers a batch into a queue of TensorFlow. A thread empties
that ten times a second, and reads processor, memory and GPUs.
"""

from __future__ import annotations

import contextlib
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from core.lazy import keras, tf
from core.measure.environment import environment
from core.measure.resource_sampler import ResourceSampler
from core.measure.step_clock import StepClock
from core.measure.step_log import StepLog
from core.measure.train_function import timed_execution
from core.measure.workers_read import started_pids
from core.model.events import (
    EnvironmentSeen,
    EpochBegan,
    EpochEnded,
    Event,
    Phase,
    PhaseStarted,
    RunEnded,
    RunPrepared,
)
from core.model.kinds import Value
from core.model.plan import WATCHED
from core.model.run import MOST_CHARACTERS, Failure, Prepared, RunState
from core.text.plain_text import shortened

_LOOK_S = 0.1
_RESOURCES_AFTER_S = 0.5
"""A training that is over sooner has no readings: to open NVML for it would cost it something."""
_PATIENCE_S = 5.0
_WARM_UP_STEPS = 10
_NOT_TIMED = Failure(
    "No step of this training was timed",
    expected="a model that trains with the train function that Keras makes",
    remedy="A model with a train function of its own, or a training without a step, is only "
    "listed.",
)
_CLOCK, _BY_KERAS = "_pipeline_explorer_clock", "_pipeline_explorer_made"


class StampedTrainFunction:
    """Keras's train function of a model with a clock in it; kept for as long as Keras's is.

    Attributes:
        call: What Keras calls once an execution.
        tracing: Called as it is traced.
    """

    def __init__(self, model: Any) -> None:
        with tf.init_scope(), tf.device("/CPU:0"):
            # Without a limit: a step must never wait until its stamps are taken.
            self._stamps = tf.queue.FIFOQueue(-1, [tf.float64], [[4]])
            never = tf.Variable(False, trainable=False, name="stopping")
        self.tracing: Callable[[], None] = lambda: None
        execute = timed_execution(model, never)

        # TensorFlow's errors name the function: this is what Keras calls its own.
        def multi_step_on_iterator(iterator: Any) -> Any:
            self.tracing()
            logs, clock = execute(iterator)
            self._stamps.enqueue_many([tf.reshape(clock, [-1, 4])])
            return logs

        self.call: Any = multi_step_on_iterator
        if not model.run_eagerly:
            self.call = tf.function(self.call, reduce_retracing=True, autograph=False)

    @staticmethod
    def of(model: Any) -> StampedTrainFunction:
        """That of a model whose train function was made: the same for each of its trainings."""
        plain = model.train_function
        known: StampedTrainFunction | None = getattr(plain, _CLOCK, None)
        if known is None:
            known = StampedTrainFunction(model)
            setattr(plain, _CLOCK, known)
        return known

    def taken(self) -> list[float]:
        """Stamps since the last call: asked, ready, done and examples, batch after batch."""
        with tf.device("/CPU:0"):
            count = int(self._stamps.size())
            rows = self._stamps.dequeue_many(count).numpy() if count else None
        return [] if rows is None else rows.ravel().tolist()


class FitWatcher:
    """Watches one call of ``fit``. What goes wrong here ends the watching and not the training.

    Attributes:
        model: What it trains.
        callback: Takes part in it.
    """

    def __init__(self, model: Any, first_epoch: int, emit: Callable[[Event], None]) -> None:
        """Begin; the thread that trains calls this.

        Args:
            model: The model.
            first_epoch: Index of its first epoch.
            emit: Takes the events; several threads call it.
        """
        self.model, self._first_epoch, self._emit = model, first_epoch, emit
        self._lock, self._over = threading.Lock(), threading.Event()
        self._log = StepLog(emit)
        self._clock = StepClock(self._log.clock_jumped, beside=True)
        self._plain: Any = None
        self._stamped: StampedTrainFunction | None = None
        self._trouble: Failure | None = None
        self._loss: float | None = None
        self._batches = 0
        self._epoch_began_s = 0.0
        self._iterator_took_s: float | None = None
        self.callback = self._make_callback()
        self._began_s = self._log.origin_s = self._clock.start()
        emit(PhaseStarted(Phase.BUILDING, 0.0))
        self._thread = threading.Thread(target=self._look, name="pipeline explorer", daemon=True)
        self._thread.start()

    def take_over(self) -> None:
        """Put the clock in: Keras has just made its train function, or has it from before.

        What a script has put in its place stays.
        """
        plain = self.model.train_function
        if self._plain is not None or getattr(plain, _BY_KERAS, 0) != id(plain):
            return
        self._plain = plain
        with self._watching():
            stamped = StampedTrainFunction.of(self.model)
            stamped.taken()  # of a training that was broken off
            stamped.tracing = self._tracing
            self._stamped = stamped
            self.model.train_function = stamped.call

    def end(self, error: BaseException | None) -> None:
        """Say the last word, and leave the model as it would be.

        Args:
            error: What ``fit`` raised; None where it returned.
        """
        wall_s = self._now_s()
        stamped = self._stamped
        if stamped is not None:
            stamped.tracing = lambda: None
            if self.model.train_function is stamped.call:
                self.model.train_function = self._plain
        self._over.set()
        self._thread.join(_PATIENCE_S)
        first_s = None
        with self._watching():
            self._take()
            if self._iterator_took_s is not None and self._log.steps:
                first_s = self._iterator_took_s + self._log.first_wait_s
        state, failure = _outcome(error)
        failure = failure or self._trouble
        if failure is None and state is RunState.DONE and not self._log.steps:
            failure = _NOT_TIMED
        self._emit(RunEnded(state, failure, wall_s, first_s))

    @contextlib.contextmanager
    def _watching(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            details = "".join(traceback.format_exception(error))
            what = f"The training could not be watched to its end ({type(error).__name__}: {error})"
            self._trouble = Failure(shortened(what, 1000), details=details)

    def _now_s(self) -> float:
        return time.perf_counter() - self._began_s

    def _take(self) -> None:
        """Take what was stamped since, and pass it on."""
        with self._lock:
            if self._stamped is None or self._trouble is not None:
                return
            values = self._stamped.taken()
            if values:
                values = self._clock.steadied(values)
                if not self._log.steps:
                    self._emit(PhaseStarted(Phase.TRAINING, values[0] - self._began_s))
                self._log.add(values, {"loss": self._loss})
            self._log.flush()

    def _look(self) -> None:
        """What the thread does until the call is over."""
        resources: ResourceSampler | None = None
        with self._watching():
            self._emit(EnvironmentSeen(_seen()))
            while not self._over.wait(_LOOK_S):
                self._take()
                if resources is not None:
                    resources.pass_on()
                elif self._now_s() > _RESOURCES_AFTER_S:
                    resources = ResourceSampler(
                        trains_on(), self._began_s, self._emit, workers=started_pids
                    )
                    resources.__enter__()
        if resources is not None:
            with self._watching():
                resources.__exit__(None, None, None)

    def _tracing(self) -> None:
        if self._iterator_took_s is None:
            self._iterator_took_s = time.perf_counter() - self._epoch_began_s
            self._emit(PhaseStarted(Phase.TRACING, self._now_s()))

    def _prepared(self, params: Mapping[str, Any]) -> Prepared:
        model, steps = self.model, params.get("steps")
        together = int(model.steps_per_execution)
        return Prepared(
            epochs=int(params.get("epochs") or 1) - self._first_epoch,
            steps_per_epoch=None if steps is None else int(steps),
            # Whole executions: the first ones of a training are of no use for its mean.
            warm_up_steps=-(-_WARM_UP_STEPS // together) * together,
            warm_up_epochs=0,
            parameters=int(model.count_params()) if model.built else 0,
            example="one row of a batch",
        )

    def _make_callback(self) -> Any:
        watcher = self

        class FitReporter(keras.callbacks.Callback):
            async_safe = (
                True  # otherwise Keras would convert what it logs on the thread that trains
            )

            def on_train_begin(self, logs: Any = None) -> None:
                with watcher._watching():
                    watcher._emit(RunPrepared(watcher._prepared(self.params or {})))

            def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
                with watcher._watching():
                    watcher._take()
                    watcher._batches = 0
                    watcher._emit(EpochBegan(epoch - watcher._first_epoch))
                    watcher._epoch_began_s = time.perf_counter()

            def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
                watcher._loss = logs.get("loss") if logs else None
                watcher._batches += 1

            def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
                with watcher._watching():
                    watcher._take()
                    # Of an epoch without a batch, Keras gives the loss as 0.
                    loss = (logs or {}).get("loss") if watcher._batches else None
                    loss = None if loss is None else float(loss)
                    watcher._emit(EpochEnded(epoch - watcher._first_epoch, loss))

        return FitReporter()


def made_by_keras(train_function: Any) -> None:
    """Take note that Keras has made a train function; one that copies its attributes is another."""
    with contextlib.suppress(AttributeError, TypeError):
        setattr(train_function, _BY_KERAS, id(train_function))


@cache
def _seen() -> Mapping[str, Value]:
    return environment(WATCHED)


def trains_on() -> str:
    """Where a script that says nothing else trains: on the first GPU that TensorFlow sees."""
    return "gpu:0" if tf.config.list_logical_devices("GPU") else "cpu"


def _outcome(error: BaseException | None) -> tuple[RunState, Failure | None]:
    if error is None:
        return RunState.DONE, None
    if not isinstance(error, Exception):
        return RunState.STOPPED, None  # Ctrl-C, sys.exit
    first_line = str(error).strip().partition("\n")[0]
    what = f"model.fit raised {type(error).__name__}: {first_line}"
    details = "".join(traceback.format_exception(error))
    texts = shortened(what, 1000), shortened(details, MOST_CHARACTERS)
    return RunState.FAILED, Failure(texts[0], details=texts[1])
