"""The two processes that ``benchmarks.isolated`` alternates between.

``main`` is where the process of the isolated run begins: guarded, its events sent to the window.
``python -m benchmarks.isolated_child CASE`` is the bare script. Each builds a case once, says so,
and calls ``model.fit`` whenever it is told to.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from core.engines import child
from core.engines.protocols import Cancelled, Emit
from core.engines.trainer import Trainer
from core.model.events import EpochBegan, Event, PhaseStarted, RunEnded, RunPrepared, StepsTaken
from core.model.run import RunState
from core.records.messages import Order

CASE = "PIPELINE_EXPLORER_CASE"
"""Variable with the number of the case."""
GATE = "PIPELINE_EXPLORER_GATE"
"""Variable with the folder of the two pipes through which the isolated process is told."""
ASK, ANSWER = "ask", "answer"
SECONDS = 1.5


def main() -> None:
    """The entry point of the isolated run."""
    child.main(Alternating)


class Alternating(Trainer):
    """Trains one case as a run does, segment by segment."""

    def warm(self) -> None:
        """Loading is no part of what is measured."""

    def carry_out(self, order: Order, emit: Emit, cancelled: Cancelled) -> None:
        """One run of as many segments as are asked for."""
        from benchmarks.real_fit import RepeatedFit

        said: set[type[Event]] = set()
        began_s, shift_s = time.time(), 0.0

        def pass_on(event: Event) -> None:
            # Segments make one run: one beginning, one end, and one clock.
            if isinstance(event, RunEnded):
                return
            if isinstance(event, (PhaseStarted, RunPrepared, EpochBegan)):
                if type(event) in said:
                    return
                said.add(type(event))
            if isinstance(event, StepsTaken):
                event = replace(event, times_s=event.times_s + shift_s)
            emit(event)

        def segment() -> float:
            nonlocal shift_s
            shift_s = time.time() - began_s
            fit.timed_run(order.plan, pass_on, cancelled)
            return fit.timed_throughput

        with tempfile.TemporaryDirectory() as folder:
            fit = RepeatedFit(_case(os.environ[CASE]), Path(folder), SECONDS)
            gate = Path(os.environ[GATE])
            with open(gate / ANSWER, "w") as answer, open(gate / ASK) as ask:
                _serve(segment, ask, answer)
        emit(RunEnded(RunState.DONE))


def _serve(segment: Callable[[], float], ask: Iterable[str], answer: TextIO) -> None:
    print("ready", file=answer, flush=True)
    for _ in ask:
        print(segment(), file=answer, flush=True)


def _case(number: str) -> object:
    from benchmarks.cases import CASES

    return CASES[int(number)]


def bare(number: str) -> None:
    """The bare script: what people run."""
    from benchmarks.real_fit import RepeatedFit

    # What is printed goes to stderr; the answers go where standard output went.
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    with tempfile.TemporaryDirectory() as folder:
        fit = RepeatedFit(_case(number), Path(folder), SECONDS)
        _serve(fit.bare_throughput, sys.stdin, answer)


if __name__ == "__main__":
    bare(sys.argv[1])
