"""Ceilings: the model without its pipeline, and the pipeline without its model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.lazy import tf
from core.measure.step_clock import StepClock
from core.measure.train_function import OnExecution, counted, timed_arrival, timed_request
from core.model.run import Prepared

STEADY_S = 2.5
"""So long is measured after warm-up, and at least ``STEADY_STEPS`` steps."""
STEADY_STEPS = 30
LONGEST_S = 60.0
"""No measurement takes longer, even where its warm-up is not over."""

EPOCH_OF_MANY_STEPS = 1_000_000_000


class Enough:
    """Says when a measurement of a part has gone on for long enough.

    The warm-up is that of any run: its steps, and with a cache the first pass over the data.
    """

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self._steps = self._passes = 0
        self._began_s: float | None = None
        self._steady_s: float | None = None
        self._steady_steps = 0

    def pass_ended(self) -> None:
        """The data were gone through once."""
        self._passes += 1

    def after(self, values: Sequence[float]) -> bool:
        """Take in an execution; whether it was the last one needed.

        Args:
            values: Asked, ready, done and examples of each of its steps, one after the other.
        """
        done_s = values[-2]
        if self._began_s is None:
            self._began_s = values[0]
        for asked_s in values[::4]:
            self._steps += 1
            warm = (
                self._steps <= max(self._prepared.warm_up_steps, self._prepared.warm_up_pass_steps)
                or self._passes < self._prepared.warm_up_epochs
            )
            if not warm:
                self._steady_s = asked_s if self._steady_s is None else self._steady_s
                self._steady_steps += 1
        enough = self._steady_steps >= STEADY_STEPS
        if enough and self._steady_s is not None and done_s - self._steady_s >= STEADY_S:
            return True
        return done_s - self._began_s >= LONGEST_S


def one_batch(
    dataset: Any,
    keep: Callable[[Any], None],
    guard: Callable[[Callable[[Any], Any]], Callable[[Any], Any]],
) -> Any:
    """The first batch of a ``tf.data.Dataset``, over and over, from memory.

    Args:
        dataset: Of batches.
        keep: Given the iterator, to let go of it elsewhere.
        guard: Lets the wait for the batch be broken off (``Stopper.guard``).

    Raises:
        tf.errors.OutOfRangeError: The dataset has no batch.
    """
    iterator = iter(dataset)
    keep(iterator)
    batch = guard(tf.function(lambda source: source.get_next(), autograph=False))(iterator)
    options = tf.data.Options()
    options.experimental_optimization.apply_default_optimizations = False
    return tf.data.Dataset.from_tensors(batch).repeat().with_options(options)


def drain(
    dataset: Any,
    on_batch: OnExecution,
    over: Callable[[], bool],
    *,
    guard: Callable[[Callable[[Any], Any]], Callable[[Any], Any]],
    pass_began: Callable[[int], None],
    first_batch: Callable[[], None],
    clock: StepClock,
    levels: int = 1,
) -> None:
    """Take batch after batch and do nothing with them, pass after pass, until ``over`` says so.

    The request stands in a ``tf.function`` with the clock around it, as in a training step.

    Args:
        dataset: A ``tf.data.Dataset`` of batches.
        on_batch: Called after each batch; ``done`` is ``ready``.
        over: Asked after each batch.
        guard: Lets a request be broken off (``Stopper.guard``).
        pass_began: Called with the number of each pass, from 0, before its iterator is made.
        first_batch: Called once, after the first batch.
        clock: Makes the stamps that TensorFlow gives steady.
        levels: So many leading dimensions of a batch count examples.
    """

    @tf.function(reduce_retracing=True, autograph=False)
    def timed_batch(iterator: Any) -> Any:
        asked, batch = timed_request(iterator)
        ready = timed_arrival(batch)
        return tf.stack([asked, ready, ready, counted(batch, ready, levels)])

    request = guard(timed_batch)
    passes, taken = 0, 0
    while True:
        pass_began(passes)
        before, iterator = taken, iter(dataset)
        try:
            while True:
                on_batch(clock.steadied(request(iterator).numpy().tolist()), {}, iterator)
                taken += 1
                if taken == 1:
                    first_batch()
                if over():
                    return
        except tf.errors.OutOfRangeError:
            passes += 1
        if taken == before:
            # Nothing to be had: the caller says so.
            return
