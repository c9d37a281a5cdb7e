"""The process that trains or opens: takes one order, says what comes of it, and ends."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from queue import SimpleQueue

from core.engines.far_answers import FarQuestion, answered, texts_of
from core.engines.process_environment import ProcessEnvironment
from core.engines.protocols import Cancelled, Emit
from core.engines.trace_transfer import TraceSender
from core.model.errors import ExplorerError
from core.model.events import Event, RunEnded, StepsTraced
from core.model.run import Failure, RunState
from core.model.to_open import ToOpen
from core.model.user_code import UserCode
from core.records.encode import encode, starts_as
from core.records.frames import FrameStream, frame
from core.records.messages import (
    READY,
    STOP,
    WARM,
    OpeningMessage,
    OpenOrder,
    Order,
    TrainerBegan,
    read_order,
    read_trace_order,
)
from core.records.trusted import made

_CHUNK = 1 << 16
_SWITCH_S = 0.0005
"""How long a thread may be made to wait for Python's global lock, as beside a run in the window.

With CPython's 5 ms the clock's few lines a step waited for a Python function of the pipeline: a run
was 2 to 6 % slower than a bare script where both cores were busy.
"""


class Trainer:
    """Between two pipes: orders come in, events go out."""

    def __init__(self, orders: int, events: int) -> None:
        """Take the ends of both pipes over.

        Args:
            orders: Where orders are read.
            events: Where events are written.
        """
        self._orders, self._events = orders, events
        self._messages: SimpleQueue[bytes] = SimpleQueue()
        self._stopped = threading.Event()
        self._lock, self._sequence = threading.Lock(), 0
        self._ended = self._opens = False
        self._traces: TraceSender | None = None
        self._run_environment = ProcessEnvironment()

    def serve(self) -> None:
        """Wait for an order, carry it out, and return."""
        threading.Thread(target=self._listen, name="orders", daemon=True).start()
        self._send(encode(TrainerBegan(os.getpid())))
        message = self._messages.get()
        while starts_as(message, FarQuestion):
            self._send(encode(answered(made(FarQuestion, json.loads(message)))))
            message = self._messages.get()
        if message == WARM:
            self.warm()
            self._send(READY)
            message = self._messages.get()
        order = read_order(message)
        if isinstance(order, OpenOrder):
            self._open(order)
            return
        sys.setswitchinterval(_SWITCH_S)
        if order.began_s is None:  # the program is on another machine
            self._traces = TraceSender(order.plan.id, self._send)
            if order.plan.trace is not None:
                self._traces.folder = order.plan.trace.folder
        try:
            self.carry_out(order, self._emit, self._stopped.is_set)
        except Exception as error:
            # ``fit`` says everything by itself; this is for a fault in what leads to it.
            self._fail(Failure(_told(error), details=traceback.format_exc()))
        else:
            self._fail(Failure("The run ended without saying how"))

    def warm(self) -> None:
        """Do what every run needs, ahead of it."""
        self._run_environment.warm()

    def carry_out(self, order: Order, emit: Emit, cancelled: Cancelled) -> None:
        """Carry an order out, as ``core.engines.protocols`` has it."""
        from core.engines.carry_out import carry_out

        carry_out(
            order.plan,
            emit,
            cancelled,
            run_environment=self._run_environment,
            began_s=order.began_s,
        )

    def open(self, wanted: ToOpen, say: Callable[[str], None]) -> UserCode:
        """Run a person's code under observation, and say what it is.

        Raises:
            ExplorerError: It could not be opened.
        """
        return self._run_environment.open(wanted, say)

    def _open(self, order: OpenOrder) -> None:
        self._opens, wanted = True, order.wanted
        try:
            code = self.open(wanted, lambda at: self._send(encode(OpeningMessage(at))))
            answer = OpeningMessage(code=code, texts=texts_of(code) if order.texts else ())
        except ExplorerError as error:
            answer = OpeningMessage(failure=Failure.of(error))
        except Exception as error:
            details = traceback.format_exc()
            message = f"{wanted.short} could not be opened ({_told(error)})"
            answer = OpeningMessage(failure=Failure(message, details=details))
        except KeyboardInterrupt:
            return  # nobody waits for it any more
        self._send(encode(answer))

    def _emit(self, event: Event) -> None:
        traces = self._traces
        if traces is not None and isinstance(event, StepsTraced) and event.tracing.size_bytes:
            traces.send(event)
            return
        if traces is not None and isinstance(event, RunEnded):
            traces.wait()
        self._ended = self._ended or isinstance(event, RunEnded)
        self._send(encode(event))

    def _fail(self, failure: Failure) -> None:
        if not self._ended:
            self._emit(RunEnded(RunState.FAILED, failure))

    def _send(self, payload: bytes) -> None:
        with self._lock:
            data = memoryview(frame(payload, self._sequence))
            self._sequence += 1
            try:
                while data:
                    data = data[os.write(self._events, data) :]
            except OSError:
                os._exit(1)  # nobody listens any more

    def _listen(self) -> None:
        stream = FrameStream()
        while chunk := _read(self._orders):
            for payload in stream.feed(chunk):
                if payload == STOP:
                    self._stopped.set()
                    if self._opens:
                        # As Ctrl-C: the person's code may tidy up.
                        _interrupt_main()
                elif (options := read_trace_order(payload)) is not None:
                    self._run_environment.trace_orders.put(options)
                    if self._traces is not None:
                        self._traces.folder = options.folder
                else:
                    self._messages.put(payload)
        # The program is gone, or wants this process no more. Where there is a guard, it has
        # ended everything already.
        os._exit(1)


def _interrupt_main() -> None:
    main = threading.main_thread().ident
    if main is not None and hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main, signal.SIGINT)


def _read(end: int) -> bytes:
    try:
        return os.read(end, _CHUNK)
    except OSError:
        return b""


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
