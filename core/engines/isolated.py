"""Carries one plan out in a process of its own, and says its last word where that cannot."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import psutil

from core.engines.child_process import ChildProcess
from core.engines.interpreter import Interpreter
from core.engines.process_end import MemoryLook, ProcessEnd
from core.engines.protocols import Cancelled, Emit
from core.engines.stop_escalation import StopEscalation
from core.engines.times import StopTimes
from core.engines.trace_transfer import TraceReceiver, is_piece
from core.machine_memory import available_bytes, memory_limit_bytes, oom_kills
from core.model.environment import machine_of
from core.model.events import (
    Event,
    OutputPrinted,
    Phase,
    PhaseStarted,
    RunEnded,
    StepsTaken,
    StepsTraced,
    StopAdvanced,
    StopStage,
)
from core.model.plan import RunPlan
from core.model.run import Failure, RunState
from core.model.tracing import TraceOptions
from core.records.decode import Decoder
from core.records.encode import encode, received
from core.records.frames import FrameError
from core.records.messages import STOP, Order, TrainerBegan, TrainerReady
from core.user_code.known_workloads import recorded_workload

_LOOK_BESIDE_S = 0.5
MOST_OUTPUT = 256 * 1024
"""So many characters of what a run prints are recorded."""
_KEPT = "What was measured up to there is kept."
_RECORDS = Decoder(TrainerBegan, TrainerReady, *get_args(Event))


class IsolatedRun:
    """One run, from its plan to its last word."""

    def __init__(
        self,
        child: ChildProcess,
        plan: RunPlan,
        emit: Emit,
        *,
        times: StopTimes,
        clock: Callable[[], float] = time.monotonic,
        interpreter: Interpreter | None = None,
    ) -> None:
        """Take a process, new or spare.

        Args:
            child: The process; it is ended with the run.
            plan: What to run.
            emit: Takes the events.
            times: How long it has to obey a Stop.
            clock: Seconds.
            interpreter: The Python of the process; None for this program's own.
        """
        self._child, self._plan, self._emit = child, plan, emit
        self._times, self._clock = times, clock
        self._escalation = StopEscalation(times, clock)
        self._began_s = time.perf_counter()
        self._oom_kills = oom_kills()
        self._memory: MemoryLook | None = None
        self._process: psutil.Process | None = None
        self._interpreter = interpreter
        self._far = interpreter is not None and bool(interpreter.machine)
        self._traces = TraceReceiver(plan.id, "" if plan.trace is None else plan.trace.folder)
        self._next_look_s = 0.0
        self._last: RunEnded | None = None
        self._trouble: Failure | None = None
        self._phase: Phase | None = None
        self._steps = 0
        self._killed = False
        self._output_left = MOST_OUTPUT

    def carry_out(self, cancelled: Cancelled, hurried: Callable[[], bool]) -> None:
        """Until the last word was said, and nothing of the process is left.

        Args:
            cancelled: The person wants to stop.
            hurried: They asked twice.
        """
        try:
            self._pass_on(PhaseStarted(Phase.LOADING_TENSORFLOW, 0.0))
            self._child.send(encode(self._order))
            self._follow(cancelled, hurried)
        finally:
            # Also where it is broken off here: no process is left to itself.
            patient = self._trouble is None and not self._escalation.by_force
            code = self._child.end(self._times.drain_s if patient else 0.0)
            self._traces.close()
        self._tell_output()
        self._emit(self._last or self._last_word(code))

    def trace(self, options: TraceOptions) -> None:
        """Have its next steps traced; from any thread."""
        self._traces.folder = options.folder
        self._child.send(encode(_trace_there(options, self._interpreter)))

    def kill(self) -> None:
        """End it at once, from another thread: the program ends."""
        self._killed = True
        self._child.end()

    @property
    def _order(self) -> Order:
        # Another machine has another clock.
        plan = _plan_there(self._plan, self._interpreter)
        return Order(plan, None if self._far else self._began_s)

    def _follow(self, cancelled: Cancelled, hurried: Callable[[], bool]) -> None:
        ended_s: float | None = None
        while self._last is None:
            try:
                payload = self._child.record(self._times.look_s)
                if payload is not None:
                    self._take(payload)
            except EOFError:
                return
            except (FrameError, ValueError) as error:
                self._trouble = _garbage(error)
                return
            stage = self._escalation.look(asked=cancelled(), hurried=hurried())
            if stage is not None:
                self._advance(stage)
            self._look_beside()
            if payload is None and not self._child.alive:
                ended_s = self._clock() if ended_s is None else ended_s
                if self._clock() - ended_s >= self._times.drain_s:
                    return  # something else holds the pipe open

    def _advance(self, stage: StopStage) -> None:
        if stage is StopStage.SOFT:
            self._child.send(STOP)
        elif stage is StopStage.TERMINATING:
            self._child.terminate()
        self._pass_on(StopAdvanced(stage))
        if stage is StopStage.KILLING:
            self._child.end()

    def _take(self, payload: bytes) -> None:
        if self._far and is_piece(payload):
            self._traces.take(payload)
            return
        record = _RECORDS.decode(payload)
        if isinstance(record, TrainerBegan):
            self._watch(record.process)
        elif isinstance(record, RunEnded):
            self._last = received(record, payload)
        elif self._far and isinstance(record, StepsTraced) and record.tracing.size_bytes:
            self._pass_on(self._traces.arrived(record))
        elif not isinstance(record, TrainerReady):
            # Into the log as it came.
            self._pass_on(received(record, payload))

    def _pass_on(self, event: Event) -> None:
        if isinstance(event, PhaseStarted):
            self._phase = event.phase
        elif isinstance(event, StepsTaken):
            self._steps += len(event.examples)
        self._emit(event)

    def _watch(self, process: int) -> None:
        if self._far:
            return  # the guard over there looks at it
        try:
            self._process = psutil.Process(process)
        except psutil.Error:
            self._process = None

    def _look_beside(self) -> None:
        now_s = self._clock()
        if now_s < self._next_look_s:
            return
        self._next_look_s = now_s + _LOOK_BESIDE_S
        self._tell_output()
        if self._process is None:
            return
        try:
            self._memory = _memory_of(self._process) or self._memory
        except psutil.Error:
            return

    def _tell_output(self) -> None:
        """Now and then, not line by line: a bar that Keras draws has one for each step."""
        text = self._child.take_output()
        if not text or not self._output_left:
            return
        recorded = text[: self._output_left]
        self._output_left -= len(recorded)
        if not self._output_left:
            recorded += f"\n[{MOST_OUTPUT:,} characters are recorded; what follows is left out]\n"
        self._pass_on(OutputPrinted(recorded))

    def _last_word(self, code: int | None) -> RunEnded:
        """What the process did not say any more."""
        if self._escalation.by_force or self._killed:
            return RunEnded(RunState.STOPPED)
        if self._trouble is None and (lost := self._child.lost):
            return RunEnded(RunState.INTERRUPTED, self._lost(lost))
        failure = self._trouble or self._end(code).failure()
        if self._escalation.stage is not None:
            return RunEnded(RunState.STOPPED, failure)
        return RunEnded(RunState.FAILED, failure)

    def _end(self, code: int | None) -> ProcessEnd:
        memory, far_end = self._memory, self._child.far_end
        if far_end is not None:
            kills = far_end.oom_kills
            memory_seen = far_end.resident_bytes, far_end.available_bytes, far_end.limit_bytes
            memory = MemoryLook(*memory_seen) if far_end.resident_bytes else None
        else:
            before, after = self._oom_kills, oom_kills()
            kills = None if before is None or after is None else after - before
        return ProcessEnd(code, self._child.output, self._during, self._steps, memory, kills)

    @property
    def _during(self) -> str:
        return "" if self._phase is None else self._phase.value

    def _lost(self, why: str) -> Failure:
        machine = machine_of(self._plan.interpreter)
        during = f" while {self._during}" if self._during else ""
        return Failure(
            f"The connection to {machine} was lost{during}, after {self._steps} steps ({why})",
            remedy=f"Run it again once `ssh {machine}` works. {_KEPT} What ran over there ends by "
            "itself within seconds.",
            details=self._child.output,
        )


def _memory_of(process: psutil.Process) -> MemoryLook | None:
    """Of what is scarcer: memory, or the address space where that is limited; None at its end."""
    info = process.memory_info()
    if not info.rss:
        return None
    looks = [MemoryLook(float(info.rss), available_bytes(), memory_limit_bytes())]
    if hasattr(psutil, "RLIMIT_AS"):
        limit, _ = process.rlimit(psutil.RLIMIT_AS)
        if limit != psutil.RLIM_INFINITY:
            looks.append(MemoryLook(float(info.vms), limit - info.vms, limit, address_space=True))
    return min(looks, key=lambda look: look.available_bytes)


def _garbage(error: ValueError) -> Failure:
    return Failure(
        f"The process of this run sent invalid data on its event pipe ({error}), so it was ended",
        expected="records of a run: the pipe that they travel in is no file of the code's own",
        remedy="Does the code write to files by their number, or close them (os.closerange)? "
        + _KEPT,
    )


def _plan_there(plan: RunPlan, interpreter: Interpreter | None) -> RunPlan:
    """With the names that things have over there; the same for this machine."""
    if interpreter is None or not interpreter.machine:
        return plan
    trace = None if plan.trace is None else _trace_there(plan.trace, interpreter)
    plan = replace(plan, data_folder=interpreter.cache, trace=trace)
    if plan.code is None:
        return plan
    code = plan.code.on("")
    there = recorded_workload(code)
    return replace(plan, workload=plan.workload if there is None else there.id, code=code)


def _trace_there(options: TraceOptions, interpreter: Interpreter | None) -> TraceOptions:
    """Where a trace is put until it is sent."""
    if interpreter is None or not interpreter.machine:
        return options
    return replace(options, folder=f"{interpreter.cache}/traces")
