"""Traces some steps of the steady part of a run with TensorFlow's own profiler."""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from core.lazy import tf
from core.model.events import Event, StepsTraced
from core.model.run import Prepared
from core.model.tracing import TRACE_ENDING, TraceOptions, Tracing

TrainFunction = Callable[[Any], Any]

_FAST = 1
"""Of gzip: 13 MB in 0.15 s, to a tenth; the best level takes ten times as long for a fifth less."""


class Tracer:
    """Around a train function: marks and traces as many of its steps as were asked for.

    The marks are those that XProf reads (``Trace(name, step_num=i, _r=1)``); Keras writes none.
    A run keeps one trace.
    """

    def __init__(
        self,
        planned: TraceOptions | None,
        orders: SimpleQueue[TraceOptions],
        run_id: str,
        known: Prepared,
        steps: Callable[[], int],
        emit: Callable[[Event], None],
        scratch: Path,
    ) -> None:
        """Trace nothing yet.

        Args:
            planned: How many steps of the steady part, and which folder takes the trace; None for
                none before an order comes.
            orders: What is asked for while the run goes on: the next steps are traced. A trace
                that is planned and has not begun is then not taken.
            run_id: Names the file.
            known: How long the run is, and what of it is warm-up.
            steps: Steps that were trained so far.
            emit: Takes what came of it.
            scratch: A folder for what the profiler writes.
        """
        self._wanted, self._orders = planned, orders
        self._run_id, self._emit = run_id, emit
        self._steps, self._scratch = steps, scratch
        self._from = 0 if planned is None else first_traced(known, planned.steps)
        self._first: int | None = None
        self._kept = False
        self._overhead_s = 0.0
        self._folder = ""

    def guard(self, train: TrainFunction) -> TrainFunction:
        """The same train function, traced for a while."""

        def traced(iterator: Any) -> Any:
            if not self._orders.empty():
                self._take_order()
            wanted = self._wanted
            if wanted is None or self._steps() < self._from:
                return train(iterator)
            if self._first is None and not self._start():
                return train(iterator)
            with tf.profiler.experimental.Trace("train", step_num=self._steps() + 1, _r=1):
                logs = train(iterator)
            if self._first is not None and self._steps() - self._first >= wanted.steps:
                self.close()
            return logs

        return traced

    def close(self) -> None:
        """End the trace, if that was not done, and say what came of it."""
        wanted, self._wanted = self._wanted, None
        if wanted is None:
            return
        if self._first is None:
            self._say(
                f"the run ended after {self._steps()} steps, before step {self._from + 1}, at "
                "which the trace was to begin: train more steps"
            )
            return
        began_s = time.perf_counter()
        try:
            tf.profiler.experimental.stop()
            size_bytes = self._keep(Path(wanted.folder))
        except (tf.errors.OpError, OSError) as error:
            self._overhead_s += time.perf_counter() - began_s
            self._say(f"it could not be written ({error})")
        else:
            self._kept = True
            self._overhead_s += time.perf_counter() - began_s
            self._say("", size_bytes)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _take_order(self) -> None:
        order = self._orders.get()
        if self._first is None and not self._kept:
            # The first step builds its graph.
            self._wanted, self._from = order, max(self._steps(), 1)

    def _start(self) -> bool:
        began_s = time.perf_counter()
        options = tf.profiler.experimental.ProfilerOptions(
            host_tracer_level=2, python_tracer_level=0, device_tracer_level=1
        )
        try:
            self._folder = tempfile.mkdtemp(prefix="trace-", dir=self._scratch)
            tf.profiler.experimental.start(self._folder, options)
        except (tf.errors.OpError, OSError) as error:
            # Only one session a process: TensorBoard's callback may have one.
            self._wanted = None
            self._say(f"TensorFlow's profiler could not be started ({error})")
            return False
        self._first = self._steps()
        self._overhead_s += time.perf_counter() - began_s
        return True

    def _keep(self, folder: Path) -> int:
        """Compress what the profiler wrote into its place; the size in bytes.

        Raises:
            OSError: It wrote nothing, or the file cannot be written.
        """
        written = sorted(Path(self._folder).rglob("*.xplane.pb"))
        if not written:
            raise OSError("TensorFlow's profiler wrote no file *.xplane.pb")
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{self._run_id}{TRACE_ENDING}"
        # Beside, then renamed: a trace is whole or not there.
        part = target.with_name(f"{target.name}.part")
        try:
            with written[0].open("rb") as trace, gzip.open(part, "wb", _FAST) as packed:
                shutil.copyfileobj(trace, packed, 1 << 20)
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
        return target.stat().st_size

    def _say(self, failure: str, size_bytes: int = 0) -> None:
        first, self._first = self._first, None
        first = self._steps() if first is None else first
        steps = self._steps() - first
        self._emit(StepsTraced(Tracing(first, steps, self._overhead_s, size_bytes, failure)))


def first_traced(known: Prepared, steps: int) -> int:
    """Index of the step at which a trace begins: in the middle of the steady part.

    Args:
        known: How long the run is, and what of it is warm-up.
        steps: How many are traced.
    """
    start = max(1, known.warm_up_steps, known.warm_up_pass_steps)
    per_epoch = known.steps_per_epoch
    if known.warm_up_epochs and per_epoch and known.epochs > known.warm_up_epochs:
        start = max(start, known.warm_up_epochs * per_epoch)
    if per_epoch is None:
        # As many before it as in it: how many follow nobody knows.
        return start + steps
    first = max(1, start + (known.epochs * per_epoch - start - steps) // 2)
    last = per_epoch - steps - 1
    if last < 1 or first % per_epoch <= last:
        return first
    # Within an epoch: what lies around a trace is left out, and that would be the turnaround.
    inside = first // per_epoch * per_epoch + last
    return inside if inside >= start else first
