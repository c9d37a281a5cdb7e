"""Engines without processes: they do what a test tells them."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue

from core.engines.engines import Engines
from core.engines.protocols import Cancelled, Emit, Fit
from core.engines.spare import SpareState
from core.model.events import Event, RunEnded
from core.model.plan import RunPlan
from core.model.tracing import TraceOptions
from tests.gui.scripted import ScriptedFit


class ToldFit:
    """A run that says what it is told to while it goes on, and obeys no Stop."""

    def __init__(self) -> None:
        self._events: SimpleQueue[Event] = SimpleQueue()
        self.plans: list[RunPlan] = []

    def __call__(self, plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        self.plans.append(plan)
        while True:
            event = self._events.get()
            emit(event)
            if isinstance(event, RunEnded):
                return

    def say(self, *events: Event) -> None:
        for event in events:
            self._events.put(event)


class FakeEngines(Engines):
    """Carries out every plan by one script, and notes what is asked of it.

    Attributes:
        asked: ``warm``, ``cool``, ``end_now`` and ``close``, in order.
        traces: Orders to trace, in order.
        on_end_now: What a second Stop does.
    """

    def __init__(self, fit: Fit | None = None) -> None:
        super().__init__()
        self._scripted = fit or ScriptedFit()
        self._state = SpareState.NONE
        self.asked: list[str] = []
        self.traces: list[TraceOptions] = []
        self.on_end_now: Callable[[], None] = lambda: None

    def fit(self, plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        self._scripted(plan, emit, cancelled)

    @property
    def spare(self) -> SpareState:
        return self._state

    def become(self, state: SpareState) -> None:
        """The spare gets on, or goes."""
        self._state = state
        for callback in tuple(self.changed):
            callback()

    def warm(self) -> None:
        if self._state is SpareState.NONE:
            self.asked.append("warm")
            self.become(SpareState.LOADING)

    def cool(self) -> None:
        self.asked.append("cool")
        self.become(SpareState.NONE)

    def end_now(self) -> None:
        self.asked.append("end_now")
        self.on_end_now()

    def trace(self, options: TraceOptions) -> None:
        self.traces.append(options)

    def close(self) -> None:
        self.asked.append("close")
        self._state = SpareState.NONE
