"""Keras's train function with a clock in it.

Keras calls ``train_function(iterator)`` once an execution (``steps_per_execution`` batches,
usually 1) and asks the iterator inside a ``tf.function``, so a callback cannot tell waiting from
training. Here the same things, each request and Keras's own compiled train step, stand in one
``tf.function`` with ``tf.timestamp`` before, between and after, held in order by control
dependencies. Four numbers a batch come back; nothing else is added to a step.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from core.lazy import tf
from core.measure.step_clock import StepClock
from core.measure.stopper import GRACE_S
from core.model.errors import Cancelled

_ANY_RANK = 100

OnExecution = Callable[[list[float], Any, Any], None]


class TimedTrainFunction:
    """A train function for ``model.train_function``, to be set after ``compile``.

    Args:
        model: A compiled ``keras.Model``; its ``steps_per_execution`` holds.
        on_execution: Called after each execution with asked, ready, done and examples of each of
            its batches, one after the other, times in seconds of ``clock``; with the logs
            that the last step returned and with the iterator.
        before_trace: Called once with the first iterator, before the step is traced.
        before_first_step: Called once, after tracing, before the first batch is asked for.
        after_first_step: Called once, after the first execution is done.
        clock: Makes the stamps that TensorFlow gives steady.
        minimum_s: Emulated accelerator: a step takes at least that long after its batch is
            there; the rest is slept through, without the CPU and with the GIL released.
        levels: So many leading dimensions of a batch count examples; 0: a batch is one example.
    """

    def __init__(
        self,
        model: Any,
        on_execution: OnExecution,
        *,
        before_trace: Callable[[Any], None],
        before_first_step: Callable[[], None],
        after_first_step: Callable[[], None],
        clock: StepClock | None = None,
        minimum_s: float = 0.0,
        levels: int = 1,
    ) -> None:
        self._on_execution = on_execution
        self._before_trace, self._before_first_step = before_trace, before_first_step
        self._after_first_step = after_first_step
        self._minimum_s, self._clock = minimum_s, clock or StepClock()
        self._started = False
        self._stop = threading.Event()
        self._several = model.steps_per_execution > 1
        with tf.device("/CPU:0"):
            self._stopping = tf.Variable(False, trainable=False, name="stopping")
        self._timed = tf.function(
            timed_execution(model, self._stopping, minimum_s, levels),
            reduce_retracing=True,
            autograph=False,
        )

    def __call__(self, iterator: Any) -> Any:
        """Carry out one execution and return the logs of its last step."""
        if self._started:
            return self._execute(iterator)
        self._started = True
        self._before_trace(iterator)
        self._timed.get_concrete_function(iterator)
        self._before_first_step()
        logs = self._execute(iterator)
        self._after_first_step()
        return logs

    def stop_soon(self) -> None:
        """End the execution under way after its present batch; may come from any thread."""
        self._stop.set()
        self._stopping.assign(True)

    def _execute(self, iterator: Any) -> Any:
        logs, clock = self._timed(iterator)
        values = self._clock.steadied(clock.numpy().ravel().tolist())
        # In an execution of several batches the graph itself holds each one.
        if self._minimum_s and not self._several:
            self._sleep_until(values[1] + self._minimum_s)
            values[2] = self._clock.now()
        self._on_execution(values, logs, iterator)
        return logs

    def _sleep_until(self, when_s: float) -> None:
        """Sleep, the GIL released; a Stop breaks off what is long, as it does a long step.

        Raises:
            Cancelled: It did: the batch is lost, for its time would be a wrong one.
        """
        rest_s = when_s - self._clock.now()
        if rest_s > GRACE_S and self._stop.wait(rest_s - GRACE_S):
            raise Cancelled
        rest_s = when_s - self._clock.now()
        if rest_s > 0:
            time.sleep(rest_s)


def timed_execution(
    model: Any, stopping: Any, minimum_s: float = 0.0, levels: int = 1
) -> Callable[[Any], tuple[Any, Any]]:
    """One execution of a model's train function on an iterator, with a clock in it.

    Args:
        model: See ``TimedTrainFunction``.
        stopping: A variable: once it is True, an execution ends after its present batch.
        minimum_s: See ``TimedTrainFunction``.
        levels: Likewise.

    Returns:
        Gives the logs of the last step, and asked, ready, done and examples of each batch.
    """
    make = _several_steps if model.steps_per_execution > 1 else _one_step
    return make(model, minimum_s, levels, stopping)


def timed_request(iterator: Any) -> tuple[Any, Any]:
    """In a graph: when the iterator was asked, and the batch it gave."""
    asked = tf.timestamp()
    with tf.control_dependencies([asked]):
        return asked, iterator.get_next()


def timed_arrival(batch: Any) -> Any:
    """In a graph: when all parts of a batch were there."""
    with tf.control_dependencies(tf.nest.flatten(batch, expand_composites=True)):
        return tf.timestamp()


def counted(batch: Any, ready: Any, levels: int = 1) -> Any:
    """In a graph: how many examples a batch has.

    Only after ``ready``: TensorFlow would else count before it reads the clock, and the wait be
    longer.
    """
    with tf.control_dependencies([ready]):
        return tf.cast(_examples(tf.nest.flatten(batch), levels), tf.float64)


def _examples(parts: list[Any], levels: int) -> Any:
    """The product of the first dimensions of a part that has as many, or of the next best."""
    known = [part for part in parts if _rank(part) > 0]
    if levels == 0 or not known:
        return 1
    deep = (part for part in known if _rank(part) >= levels)
    return _rows(next(deep, known[0]), levels)


def _rank(part: Any) -> int:
    """Dimensions of a part; many where TensorFlow does not know, 0 for what is no tensor."""
    if isinstance(part, tf.distribute.DistributedValues):
        return _rank(part.values[0])
    shape = getattr(part, "shape", None)
    if shape is None:
        return 0
    return _ANY_RANK if shape.rank is None else int(shape.rank)


def _rows(part: Any, levels: int) -> Any:
    if isinstance(part, tf.distribute.DistributedValues):
        return tf.add_n([tf.cast(_rows(value, levels), tf.int64) for value in part.values])
    if isinstance(part, tf.RaggedTensor):
        # What is one level down stands in its values, one row after the other.
        return part.nrows() if levels == 1 else _rows(part.values, levels - 1)
    shape = part.dense_shape if isinstance(part, tf.SparseTensor) else tf.shape(part)
    return tf.reduce_prod(shape[:levels])


def _one_step(model: Any, minimum_s: float, levels: int, stopping: Any) -> Callable[[Any], Any]:
    """One batch an execution; its rest, on an emulated accelerator, is slept through outside."""
    train = _timed_training(model, 0.0, levels)

    def timed_step(iterator: Any) -> tuple[Any, Any]:
        return train(*timed_request(iterator))

    return timed_step


def _several_steps(
    model: Any, minimum_s: float, levels: int, stopping: Any
) -> Callable[[Any], Any]:
    """As many batches as the model's ``steps_per_execution``, fewer where the data end.

    Keras's own function for this takes its batches in a loop inside the graph; so does this one.
    """
    train, most = _timed_training(model, minimum_s, levels), int(model.steps_per_execution)

    def timed_steps(iterator: Any) -> tuple[Any, Any]:
        logs, clock = train(*timed_request(iterator))
        clocks = tf.TensorArray(tf.float64, most, element_shape=[4]).write(0, clock)

        def goes_on(step: Any, going: Any, *_: Any) -> Any:
            return tf.logical_and(going, step < most)

        def take(step: Any, going: Any, logs: Any, clocks: Any, before: Any) -> tuple[Any, ...]:
            with tf.control_dependencies([before]):
                asked = tf.timestamp()
            with tf.control_dependencies([asked]):
                batch = iterator.get_next_as_optional()
            there = batch.has_value()
            logs, clock = tf.cond(
                there,
                lambda: train(asked, batch.get_value()),
                lambda: (logs, tf.zeros([4], tf.float64)),
            )
            with tf.control_dependencies([clock]):
                going = tf.logical_and(there, tf.logical_not(stopping.read_value()))
            taken = step + tf.cast(there, tf.int32)
            return taken, going, logs, clocks.write(step, clock), clock[2]

        with tf.control_dependencies([clock]):
            going = tf.logical_not(stopping.read_value())
        state = (tf.constant(1), going, logs, clocks, clock[2])
        # One at a time: the next batch is asked for once the step before it is done.
        taken, _, logs, clocks, _ = tf.while_loop(goes_on, take, state, parallel_iterations=1)
        return logs, clocks.stack()[:taken]

    return timed_steps


def _timed_training(
    model: Any, minimum_s: float, levels: int
) -> Callable[[Any, Any], tuple[Any, Any]]:
    """Trains on a batch in the graph; gives the logs and (asked, ready, done, examples)."""
    model.make_train_function()
    train_step_on = model.train_function

    def train(asked: Any, batch: Any) -> tuple[Any, Any]:
        ready = timed_arrival(batch)
        with tf.control_dependencies([ready]):
            # Given batches instead of a tf.data iterator, Keras runs its compiled step on them.
            logs = train_step_on((batch,))
        after = tf.nest.flatten(logs, expand_composites=True)
        if minimum_s:
            with tf.control_dependencies(after):
                after = [_sleep_until(ready + minimum_s, minimum_s)]
        with tf.control_dependencies(after):
            done = tf.timestamp()
        return logs, tf.stack([asked, ready, done, counted(batch, ready, levels)])

    return train


def _sleep_until(when_s: Any, most_s: float) -> Any:
    """Sleep in the graph, without the CPU and the GIL; wakes 0.1 to 0.4 ms late.

    It sleeps on a thread of its own, and so takes none from the pipeline. A clock that is set back
    meanwhile does not make it sleep longer than ``most_s``.
    """
    rest_us = tf.cast(tf.clip_by_value(when_s - tf.timestamp(), 0.0, most_s) * 1e6, tf.int64)
    kinds: dict[str, Any] = {"output_types": [tf.int32], "output_shapes": [[]]}
    single = tf.raw_ops.TensorDataset(components=[tf.constant(0)], output_shapes=[[]])
    asleep = tf.raw_ops.SleepDataset(input_dataset=single, sleep_microseconds=rest_us, **kinds)
    # Without this it would sleep a second time, to find that nothing follows.
    first = tf.raw_ops.TakeDataset(input_dataset=asleep, count=tf.constant(1, tf.int64), **kinds)
    return tf.raw_ops.DatasetToSingleElement(dataset=first, **kinds)[0]
