"""Isolated runs whose process follows a script, and a look at what is left of it."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import psutil
import pytest

from core.engines.engines import Engines
from core.engines.times import StopTimes
from core.model.chain import recorded
from core.model.events import Event, Phase, PhaseStarted, RunEnded, StopAdvanced, StopStage
from core.model.plan import PROCESS, RunPlan
from core.model.recording import Recording
from core.model.run import Run

CHILD = "tests.core.engines.scripted_child:main"
PATIENT = StopTimes(soft_s=3600.0, terminate_s=3600.0)
"""Nothing is ever ended by force."""
MARK = "PX_TEST_MARK"


@dataclass
class Told:
    """What a run said.

    Attributes:
        events: All of it.
        run: What became of it.
    """

    events: list[Event] = field(default_factory=list)
    recording: Recording = field(default_factory=lambda: Recording(Run(plan_of("whole"))))

    @property
    def run(self) -> Run:
        return self.recording.run()

    @property
    def last(self) -> RunEnded:
        ends = [event for event in self.events if isinstance(event, RunEnded)]
        assert len(ends) == 1
        assert self.events[-1] is ends[0]
        return ends[0]

    @property
    def stages(self) -> list[StopStage]:
        return [event.stage for event in self.events if isinstance(event, StopAdvanced)]


def plan_of(script: str, engine: str = PROCESS) -> RunPlan:
    return RunPlan(
        "in_memory", recorded({"script": script, "fit.device": "cpu"}), "/data", engine=engine
    )


Carry = Callable[..., Told]


@pytest.fixture
def mark(monkeypatch: pytest.MonkeyPatch) -> str:
    """What all processes that this test starts carry in their environment."""
    text = uuid.uuid4().hex
    monkeypatch.setenv(MARK, text)
    return text


def left_of(mark: str) -> list[psutil.Process]:
    """Processes with that mark that are alive; not this one."""
    found = []
    for process in psutil.process_iter():
        try:
            marked = process.environ().get(MARK) == mark
            if marked and process.pid != os.getpid() and process.status() != "zombie":
                found.append(process)
        except psutil.Error:
            continue
    return found


def gone(mark: str, within_s: float = 2.0) -> bool:
    """Whether they all end by themselves in that time."""
    until_s = time.monotonic() + within_s
    none_seen = 0
    while none_seen < 5:
        # One that is being started has no environment for a moment, and is not seen.
        none_seen = 0 if left_of(mark) else none_seen + 1
        if time.monotonic() > until_s:
            return not left_of(mark)
    return True


@pytest.fixture
def engines(mark: str) -> Iterator[Engines]:
    """Both engines, of which nothing may be left afterwards."""
    made = Engines(times=PATIENT, child=CHILD)
    yield made
    made.close()
    assert not left_of(mark)


def carry(
    engines: Engines,
    script: str,
    *,
    cancelled: Callable[[Told], bool] = lambda told: False,
    on_event: Callable[[Event], None] = lambda event: None,
    interpreter: str = "",
) -> Told:
    """Carry a script out."""
    told = Told()

    def emit(event: Event) -> None:
        told.events.append(event)
        told.recording.handle(event)
        on_event(event)

    plan = replace(plan_of(script), interpreter=interpreter)
    engines.fit(plan, emit, lambda: cancelled(told))
    return told


def training(told: Told) -> bool:
    """Whether the script has said its first steps."""
    return told.recording.steps > 0


def settled(told: Told) -> bool:
    """Whether the script has started its programs."""
    return PhaseStarted(Phase.LOOKING_AT_DATA, 0.3) in told.events
