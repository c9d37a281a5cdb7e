"""Keras's train function with a clock in it.

Keras calls ``train_function(iterator)`` once a step and asks the iterator inside a
``tf.function``, so a callback cannot tell waiting from training. Here the same two things, the
request and Keras's own compiled train step, stand in one ``tf.function`` with
``tf.timestamp`` before, between and after, held in order by control dependencies. One row of
four numbers comes back; nothing else is added to a step.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from core.lazy import tf

OnStep = Callable[[tuple[float, float, float, float], Any, Any], None]


def timed_train_function(
    model: Any,
    on_step: OnStep,
    *,
    before_trace: Callable[[Any], None],
    before_first_step: Callable[[], None],
    after_first_step: Callable[[], None],
    minimum_s: float = 0.0,
) -> Callable[[Any], Any]:
    """A train function for ``model.train_function``, to be set after ``compile``.

    Args:
        model: A compiled ``keras.Model``.
        on_step: Called after each step with (asked, ready, done, examples), times in seconds
            of the wall clock, with the logs that the step returned and with the iterator.
        before_trace: Called once with the first iterator, before the step is traced.
        before_first_step: Called once, after tracing, before the first batch is asked for.
        after_first_step: Called once, after the first step is done.
        minimum_s: Emulated accelerator: a step takes at least that long after its batch is
            there; the rest is slept through, without the CPU and with the GIL released.
    """
    model.make_train_function()
    train_step_on = model.train_function

    @tf.function(reduce_retracing=True, autograph=False)
    def timed_step(iterator: Any) -> tuple[Any, Any]:
        asked = tf.timestamp()
        with tf.control_dependencies([asked]):
            batch = iterator.get_next()
        parts = tf.nest.flatten(batch, expand_composites=True)
        with tf.control_dependencies(parts):
            ready = tf.timestamp()
        with tf.control_dependencies([ready]):
            # Given batches instead of a tf.data iterator, Keras runs its compiled step on them.
            logs = train_step_on((batch,))
        with tf.control_dependencies(tf.nest.flatten(logs, expand_composites=True)):
            done = tf.timestamp()
        # Only now: TensorFlow would else count before it reads the clock, and the wait be longer.
        with tf.control_dependencies([ready]):
            examples = tf.cast(tf.shape(parts[0])[0], tf.float64)
        return logs, tf.stack([asked, ready, done, examples])

    def take_step(iterator: Any) -> Any:
        logs, clock = timed_step(iterator)
        asked, ready, done, examples = clock.numpy().tolist()
        if minimum_s:
            rest = ready + minimum_s - time.time()
            if rest > 0:
                time.sleep(rest)
            done = time.time()
        on_step((asked, ready, done, examples), logs, iterator)
        return logs

    started = False

    def train_function(iterator: Any) -> Any:
        nonlocal started
        if started:
            return take_step(iterator)
        started = True
        before_trace(iterator)
        timed_step.get_concrete_function(iterator)
        before_first_step()
        logs = take_step(iterator)
        after_first_step()
        return logs

    return train_function
