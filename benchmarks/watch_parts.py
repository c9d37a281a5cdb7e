"""What watching adds to a step, part by part, in microseconds: also on a busy machine.

``python -m benchmarks.watch_parts``. The train function as Keras has it and with our clock in it
are called in turn; the rest is processor time of the thread that does it. Of many tries the least
counts: others on the machine can only add to it. 1 % of a step of 1 ms is 10 us.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from core.lazy import keras, tf
from core.measure import watched_fit
from core.measure.resource_sampler import PERIOD_S, ResourceSampler
from core.measure.watched_fit import FitWatcher, StampedTrainFunction, made_by_keras
from core.model.events import Event
from core.records.encode import encode

_STEPS, _TRIES = 100, 100
_LOOK_S = watched_fit._LOOK_S


def least_us(does: Callable[[], object], clock: Callable[[], int], tries: int = _TRIES) -> float:
    """The shortest of many tries, in microseconds."""
    times = []
    for _ in range(tries):
        began_ns = clock()
        does()
        times.append(clock() - began_ns)
    return min(times) / 1000


def small_model(steps_together: int) -> Any:
    """A model whose step takes next to no time."""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", steps_per_execution=steps_together)
    return model


def graph_us(steps_together: int) -> tuple[float, float]:
    """A call of the train function as Keras has it, and with the clock in it."""
    model = small_model(steps_together)
    model.make_train_function()
    plain = model.train_function
    stamped = StampedTrainFunction.of(model)
    data = tf.data.Dataset.from_tensors((tf.zeros([8, 4]), tf.zeros([8, 1]))).repeat()
    least = [float("inf")] * 2
    calls = plain, stamped.call
    iterators = [iter(data) for _ in calls]
    for attempt in range(_TRIES):
        for which in (0, 1) if attempt % 2 else (1, 0):
            call, iterator = calls[which], iterators[which]
            call(iterator)
            began_ns = time.perf_counter_ns()
            for _ in range(_STEPS):
                call(iterator)
            took_us = (time.perf_counter_ns() - began_ns) / 1000 / _STEPS
            least[which] = min(least[which], took_us)
        stamped.taken()
    return least[0], least[1]


def _encoded(event: Event) -> None:
    """An event up to where it is sent."""
    encode(event)


def main() -> None:
    """Measure and print one line a part."""
    for together in (1, 10):
        plain_us, stamped_us = graph_us(together)
        print(
            f"train function, {together} steps a call: {plain_us:.0f} us as Keras has it, "
            f"{stamped_us:.0f} us watched"
        )
    model = small_model(1)
    watched_fit._LOOK_S = 3600.0  # looked at here instead
    watcher = FitWatcher(model, 0, _encoded)
    model.make_train_function()
    made_by_keras(model.train_function)
    watcher.take_over()
    watcher._iterator_took_s = 0.0
    data = tf.data.Dataset.from_tensors((tf.zeros([8, 4]), tf.zeros([8, 1]))).repeat()
    iterator, logs = iter(data), {"loss": tf.constant(0.0)}
    callback = watcher.callback.on_train_batch_end
    each_us = least_us(lambda: [callback(0, logs) for _ in range(1000)], time.perf_counter_ns)
    print(f"callback: {each_us / 1000:.2f} us a step")
    looks = []
    for _ in range(_TRIES):
        for _ in range(_STEPS):
            model.train_function(iterator)
        looks.append(least_us(watcher._take, time.thread_time_ns, tries=1))
    look_us = min(looks)
    print(
        f"look at {_STEPS} steps: {look_us:.0f} us, {look_us / _STEPS:.1f} us a step, on a thread "
        f"of its own every {_LOOK_S:g} s"
    )
    sampler = ResourceSampler("cpu", time.perf_counter(), lambda event: None)
    reading_us = least_us(sampler._reading, time.thread_time_ns)
    print(f"reading of processor and memory: {reading_us:.0f} us every {PERIOD_S:g} s")
    os._exit(0)


if __name__ == "__main__":
    main()
