"""Carries plans out by the engine that each names, and opens people's own code."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue

from core.engines.child_output import ChildOutput
from core.engines.child_process import ENTRY
from core.engines.interpreter import Interpreter
from core.engines.isolated import IsolatedRun
from core.engines.opening import Opening, Say
from core.engines.protocols import Cancelled, Emit, Fit
from core.engines.spare import SpareState, TrackedProcess
from core.engines.times import STOP_TIMES, StopTimes
from core.model.environment import machine_of
from core.model.errors import InputError, RunError
from core.model.events import RunEnded
from core.model.plan import PROCESS, RunPlan
from core.model.run import Failure, RunState
from core.model.to_open import ToOpen
from core.model.tracing import TraceOptions
from core.model.user_code import UserCode
from core.pipeline.stages.process import chosen
from core.workloads.workload import Workload


class Engines:
    """Both engines, and a spare process that has TensorFlow loaded already.

    ``fit`` and ``open`` are called on a thread that may wait; everything else may be called from
    any thread. One isolated run is under way at a time. People's own code runs in processes alone,
    and in none of them twice.

    Attributes:
        interpreter: The Python in which code is opened, and runs are got ready for; None for the
            one that runs this program. ``choose`` sets it.
        changed: Called without arguments, from any thread, after ``spare`` changed.
    """

    def __init__(
        self,
        *,
        window_fit: Fit | None = None,
        times: StopTimes = STOP_TIMES,
        child: str = ENTRY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start nothing yet.

        Args:
            window_fit: Carries out runs in this program; None for ``core.engines.carry_out``.
            times: How long an isolated run has to obey a Stop.
            child: ``module:function`` that the process of an isolated run begins with.
            clock: Seconds, for those times.
        """
        self._window_fit, self._times = window_fit, times
        self._entry, self._clock = child, clock
        self._child_output = ChildOutput()
        self._lock = threading.Lock()
        self._spare: TrackedProcess | None = None
        self._at_work: TrackedProcess | None = None
        self._run: IsolatedRun | None = None
        self._opening: TrackedProcess | None = None
        self._hurried = threading.Event()
        self._trace_orders: SimpleQueue[TraceOptions] = SimpleQueue()
        self.interpreter: Interpreter | None = None
        self._chosen: dict[str, Interpreter] = {}
        self.changed: list[Callable[[], None]] = []

    def choose(self, interpreter: Interpreter | None) -> None:
        """Use another Python from now on; None for the one that runs this program.

        Runs go to the one that their plan names, which must have been chosen by then: a recorded
        session, whoever it is from, chooses none.
        """
        if interpreter is not None:
            self._chosen[interpreter.name] = interpreter
        if interpreter != self.interpreter:
            self.interpreter = interpreter
            self.cool()

    def fit(self, plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        """Carry out a plan by the engine that it names; see ``core.engines.protocols``."""
        isolated = plan.engine == PROCESS or plan.code is not None or bool(plan.interpreter)
        if self.spare is SpareState.LOADING and not (isolated and self._takes_the_spare(plan)):
            # It would take the processor from what is measured.
            self.cool()
        if not isolated:
            self._trace_orders = SimpleQueue()
            (self._window_fit or _window_fit(self._trace_orders))(plan, emit, cancelled)
            return
        if plan.interpreter and plan.interpreter not in self._chosen:
            emit(RunEnded(RunState.FAILED, _not_chosen(plan.interpreter)))
            return
        if plan.code is not None and plan.code.machine != machine_of(plan.interpreter):
            emit(RunEnded(RunState.FAILED, _not_there(plan.code, machine_of(plan.interpreter))))
            return
        try:
            tracked = self._process_for(plan)
        except OSError as error:
            emit(RunEnded(RunState.FAILED, Failure.of(_not_started(error))))
            return
        if tracked is None:
            emit(RunEnded(RunState.FAILED, _BUSY))
            return
        try:
            run = IsolatedRun(
                tracked.child,
                plan,
                emit,
                times=self._times,
                clock=self._clock,
                interpreter=self._chosen.get(plan.interpreter),
            )
            self._run = run
            run.carry_out(cancelled, self._hurried.is_set)
        finally:
            with self._lock:
                self._run = self._at_work = None

    def open(
        self, wanted: ToOpen, say: Say, cancelled: Cancelled, *, warm: bool = False
    ) -> Workload:
        """Open a person's own code in a process of its own, which then ends.

        Args:
            wanted: What is to be opened.
            say: Told what the process is at.
            cancelled: Asked often; once it says True the process is ended.
            warm: A run comes next: meanwhile have another process load TensorFlow for it.

        Raises:
            Cancelled: It is not wanted any more.
            InputError: There is nothing to be opened.
            RunError: The code raised, with its own traceback; or its process ended.
        """
        machine = "" if self.interpreter is None else self.interpreter.machine
        if wanted.machine != machine:
            raise InputError(
                f"{wanted.short} is on {wanted.machine or 'this machine'}, and the interpreter on "
                f"{machine or 'this machine'}",
                remedy="Choose an interpreter of the machine that the file is on.",
            )
        with self._lock:
            tracked, self._spare = self._spare, None
            try:
                tracked = tracked or self._start(self.interpreter)
            except OSError as error:
                raise _not_started(error) from error
            self._opening = tracked
        self._notify()
        if warm:
            self.warm()
        try:
            return Opening(tracked.child, wanted, machine).workload(say, cancelled)
        finally:
            self._opening = None

    @property
    def spare(self) -> SpareState:
        """How far the spare process is."""
        spare = self._spare
        return SpareState.NONE if spare is None else spare.state

    @property
    def silent_s(self) -> float | None:
        """Seconds since the isolated run under way was last heard of; None where there is none.

        A long batch is silent too: nothing follows from it by itself.
        """
        at_work = self._at_work
        return None if at_work is None else max(0.0, self._clock() - at_work.heard_s)

    def warm(self) -> None:
        """Start a spare process in the background, if there is none; returns at once.

        Not while something is measured: loading TensorFlow takes the processor for seconds.
        """
        with self._lock:
            if self._spare is not None:
                return
            try:
                self._spare = self._start(self.interpreter)
            except OSError:
                return  # a run will say it, if it is still so
            self._spare.warm()
        self._notify()

    def cool(self) -> None:
        """End the spare process, whether it is ready or not."""
        spare = self._without_spare()
        if spare is None:
            return
        if machine_of(spare.interpreter):
            # What is on another machine takes a moment, and takes nothing from this one.
            threading.Thread(target=spare.child.end, name="spare that ends").start()
        else:
            spare.child.end()
        self._notify()

    def _without_spare(self) -> TrackedProcess | None:
        with self._lock:
            spare, self._spare = self._spare, None
        return spare

    def end_now(self) -> None:
        """A second Stop: end the isolated run under way without waiting for its batch."""
        if self._at_work is not None:
            self._hurried.set()

    def trace(self, options: TraceOptions) -> None:
        """Trace the next steps of the run under way; nothing where it cannot be traced any more.

        Args:
            options: How many steps, and which folder takes the trace.
        """
        run = self._run
        if run is not None:
            run.trace(options)
        else:
            self._trace_orders.put(options)

    def close(self) -> None:
        """End the spare process, the opening and the run; returns within a second or so."""
        spare = self._without_spare()
        if spare is not None:
            spare.child.end()
            self._notify()
        opening = self._opening
        if opening is not None:
            opening.child.end()
        run = self._run
        if run is not None:
            run.kill()

    def _process_for(self, plan: RunPlan) -> TrackedProcess | None:
        """The spare where it will do, else a new process; None where a run is under way."""
        with self._lock:
            if self._at_work is not None:
                return None
            spare = self._spare if self._takes_the_spare(plan) else None
            tracked = spare or self._start(self._chosen.get(plan.interpreter))
            if spare is not None:
                self._spare = None
            tracked.heard_s = self._clock()
            self._hurried.clear()
            self._at_work = tracked
        if spare is not None:
            self._notify()
        return tracked

    def _takes_the_spare(self, plan: RunPlan) -> bool:
        """Whether a process with TensorFlow loaded will do, and the spare is of its Python."""
        spare = self._spare
        return not chosen(plan.settings) and (
            spare is None or spare.interpreter == plan.interpreter
        )

    def _start(self, interpreter: Interpreter | None) -> TrackedProcess:
        return TrackedProcess(
            self._child_output, self._entry, self._clock, self._of_process, interpreter
        )

    def _of_process(self, tracked: TrackedProcess) -> None:
        """Something became of a process; called by a thread that listens to it."""
        if tracked.state is SpareState.NONE:
            with self._lock:
                if tracked is not self._spare:
                    return
                self._spare = None
            # That thread is one of those which ``end`` waits for.
            threading.Thread(target=tracked.child.end, name="spare that ended").start()
        if tracked is not self._at_work:
            self._notify()

    def _notify(self) -> None:
        for callback in tuple(self.changed):
            callback()


def _window_fit(trace_orders: SimpleQueue[TraceOptions]) -> Fit:
    # Imported by the thread that runs it: TensorFlow's users in core come with it.
    from core.engines.carry_out import carry_out
    from core.measure.run_environment import RunEnvironment

    return partial(carry_out, run_environment=RunEnvironment(trace_orders=trace_orders))


def _not_started(error: OSError) -> RunError:
    return RunError(
        f"The system starts no further process ({error.strerror or error})",
        remedy="Close other programs.",
    )


def _not_chosen(interpreter: str) -> Failure:
    return Failure(
        f"The run trains in {interpreter}, which has not been selected in this session",
        expected="an interpreter that was selected since this program was started",
        remedy="Select it first, in the window under Interpreter or with --python.",
        bad_input=True,
    )


def _not_there(code: UserCode, machine: str) -> Failure:
    where = machine or "this machine"
    return Failure(
        f"{code.where} would run on {where}, where it was not opened",
        expected="code that was opened on the machine that trains",
        remedy="Open it there first; or choose an interpreter of the machine that it is on.",
        bad_input=True,
    )


_BUSY = Failure("Another isolated run is under way", remedy="Stop it first, or wait for it.")
