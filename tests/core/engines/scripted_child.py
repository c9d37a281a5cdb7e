"""The process of an isolated run without TensorFlow: does what its plan's ``script`` says."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import numpy as np

from core.engines import child, far_guard
from core.engines.protocols import Cancelled, Emit
from core.engines.trainer import Trainer
from core.model.errors import InputError
from core.model.events import EpochBegan, Event, Phase, PhaseStarted, RunEnded, StepsTaken
from core.model.run import RunState
from core.model.to_open import ToOpen
from core.model.user_code import CodeKind, Opened, UserCode
from core.records.messages import Order
from tests.builders import even_samples, events_of

STEPS = 5
"""Steps that are said before something happens."""


def main() -> None:
    """The entry point."""
    child.main(ScriptedTrainer)


def impatient() -> None:
    """The same on another machine, where the guard waits a moment for a word, not for seconds."""
    far_guard.LOST_S, far_guard.BEAT_S = 1.0, 0.1
    child.main(ScriptedTrainer)


def first_steps() -> list[Event]:
    """What a run says before something happens to it."""
    times = np.arange(3.0 * STEPS).reshape(STEPS, 3)
    return [
        PhaseStarted(Phase.BUILDING, 0.1),
        PhaseStarted(Phase.TRAINING, 0.2),
        EpochBegan(0),
        StepsTaken(times, np.full(STEPS, 32, np.int64), 1.5),
    ]


class ScriptedTrainer(Trainer):
    """Loads nothing, trains nothing."""

    def warm(self) -> None:
        """Nothing to load; ``PX_TEST_SPARE`` says what becomes of it."""
        if os.environ.get("PX_TEST_SPARE") == "dies":
            os._exit(3)
        if os.environ.get("PX_TEST_SPARE") == "hangs":
            time.sleep(3600)

    def carry_out(self, order: Order, emit: Emit, cancelled: Cancelled) -> None:
        """Look the script up."""
        script = str(order.plan.settings["script"])
        if script == "whole":
            for event in events_of(even_samples()):
                emit(event)
            return
        for event in first_steps():
            emit(event)
        getattr(self, f"do_{script}")(emit, cancelled)

    def open(self, wanted: ToOpen, say: Callable[[str], None]) -> UserCode:
        """What is named behind the file's colon says what becomes of the opening."""
        say("running its code")
        name = wanted.text.rpartition(":")[2]
        if name == "make_dataset":
            opened = Opened((), "a batch", has_model=True, validation=False, stamp="0" * 64)
            return UserCode(CodeKind.FUNCTION, str(wanted.file), opened, function=name)
        if name == "WORKLOAD":
            opened = Opened((), "", has_model=True, validation=False, stamp="0" * 64)
            return UserCode(CodeKind.WORKLOAD, str(wanted.file), opened)
        if name == "missing":
            raise InputError("no such function", expected="another", remedy="Look.", details="At.")
        if name == "fault":
            print("said before the fault")
            raise ZeroDivisionError("of all things")
        if name == "endless":
            try:
                wanted.file.with_name("begun").touch()
                time.sleep(3600)
            finally:
                wanted.file.with_name("tidied").touch()
        if name == "deaf":
            wanted.file.with_name("begun").touch()
            while True:
                with contextlib.suppress(KeyboardInterrupt):
                    time.sleep(3600)
        getattr(self, f"do_{name}")(None, None)
        raise AssertionError(name)

    def do_wait_for_stop(self, emit: Emit, cancelled: Cancelled) -> None:
        """A run that goes on until it is stopped."""
        while not cancelled():
            time.sleep(0.005)
        emit(RunEnded(RunState.STOPPED))

    def do_hang(self, emit: Emit, cancelled: Cancelled) -> None:
        """Never ends, and holds Python's lock: no thread of it runs any more."""
        ctypes.PyDLL(None).sleep(3600)

    def do_hang_deaf(self, emit: Emit, cancelled: Cancelled) -> None:
        """The same, and it does not listen to SIGTERM."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self.do_hang(emit, cancelled)

    def do_raise(self, emit: Emit, cancelled: Cancelled) -> None:
        """A fault of ours."""
        raise ZeroDivisionError("of all things")

    def do_say_nothing(self, emit: Emit, cancelled: Cancelled) -> None:
        """Ends without a last word."""

    def do_exit(self, emit: Emit, cancelled: Cancelled) -> None:
        """Code that ends the process."""
        print("said before the end", flush=True)
        os._exit(7)

    def do_kill(self, emit: Emit, cancelled: Cancelled) -> None:
        """As the system does where memory runs out."""
        os.kill(os.getpid(), signal.SIGKILL)

    def do_crash(self, emit: Emit, cancelled: Cancelled) -> None:
        """As a library does that touches what is not its own."""
        ctypes.string_at(1)

    def do_abort(self, emit: Emit, cancelled: Cancelled) -> None:
        """As a library does that has no memory."""
        print("terminate called after throwing an instance of 'std::bad_alloc'", file=sys.stderr)
        os.abort()

    def do_unknown_flag(self, emit: Emit, cancelled: Cancelled) -> None:
        """As XLA does."""
        line = (
            "F0000 00:00:1 20579 parse_flags_from_env.cc:234] Unknown flag in XLA_FLAGS: --xla_no"
        )
        print(line, file=sys.stderr)
        os.abort()

    def do_print(self, emit: Emit, cancelled: Cancelled) -> None:
        """Prints by every way that there is, marks of our records among it."""
        print("by Python, on stdout")
        print("by Python, on stderr", file=sys.stderr)
        os.write(1, b"\x1ePX\x01 by number, on stdout\n")
        subprocess.run([sys.executable, "-c", "print('by a program')"], check=True)
        subprocess.run(["cat"], check=True)  # reads nothing: standard input is empty
        emit(RunEnded(RunState.DONE))

    def do_garbage(self, emit: Emit, cancelled: Cancelled) -> None:
        """Code that writes into the pipe by its number."""
        os.write(self._events, b"this is no record, and long enough to be taken for one")
        time.sleep(3600)

    def do_close_all(self, emit: Emit, cancelled: Cancelled) -> None:
        """Code that closes every file but the first three."""
        os.closerange(3, 256)
        time.sleep(3600)

    def do_chatter_after(self, emit: Emit, cancelled: Cancelled) -> None:
        """Says more behind its last word."""
        emit(RunEnded(RunState.DONE))
        for event in first_steps():
            emit(event)

    def do_linger(self, emit: Emit, cancelled: Cancelled) -> None:
        """Has said its last word and does not end."""
        emit(RunEnded(RunState.DONE))
        self.do_hang(emit, cancelled)

    def do_family(self, emit: Emit, cancelled: Cancelled) -> None:
        """Starts programs that outlive it: one beside it, one in a session of its own, one that
        was let go of by its parent."""
        sleep = [sys.executable, "-c", "import time; time.sleep(3600)"]
        subprocess.Popen(sleep)
        subprocess.Popen(sleep, start_new_session=True)
        orphan = f"import subprocess; subprocess.Popen({sleep!r}, start_new_session=True)"
        subprocess.run([sys.executable, "-c", orphan], check=True)
        emit(PhaseStarted(Phase.LOOKING_AT_DATA, 0.3))
        self.do_wait_for_stop(emit, cancelled)

    def do_family_and_end(self, emit: Emit, cancelled: Cancelled) -> None:
        """The same, and ends as it should."""
        self.do_family(emit, lambda: True)

    def do_threads(self, emit: Emit, cancelled: Cancelled) -> None:
        """Events from several threads come whole."""

        def say(number: int) -> None:
            for _ in range(50):
                emit(EpochBegan(number))

        threads = [threading.Thread(target=say, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        emit(RunEnded(RunState.DONE))
