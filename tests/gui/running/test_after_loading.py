from __future__ import annotations

from core.model.chain import recorded
from core.model.events import Event, RunEnded
from core.model.plan import PROCESS, WINDOW, RunPlan
from core.model.run import RunState
from gui.running.after_loading import after_loading
from tests.gui.scripted import ScriptedFit


def plan(engine: str) -> RunPlan:
    return RunPlan("in_memory", recorded({}), "", engine=engine)


def test_an_isolated_run_waits_until_nothing_loads_beside_it() -> None:
    answers = [True, False, False]
    fit = ScriptedFit()
    after_loading(fit, lambda: answers.pop())(plan(PROCESS), [].append, lambda: False)
    assert answers == []
    assert len(fit.plans) == 1


def test_a_run_in_the_window_does_not_wait() -> None:
    fit = ScriptedFit()
    after_loading(fit, lambda: False)(plan(WINDOW), [].append, lambda: False)
    assert len(fit.plans) == 1


def test_stop_ends_the_waiting() -> None:
    fit, said = ScriptedFit(), list[Event]()
    after_loading(fit, lambda: False)(plan(PROCESS), said.append, lambda: True)
    assert said == [RunEnded(RunState.STOPPED)]
    assert fit.plans == []
