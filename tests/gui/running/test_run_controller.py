from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from core.model.events import Event, RunEnded
from core.model.plan import PROCESS, Part, RunPlan
from core.model.run import RunState
from core.session.queue import Waiting
from core.session.recorder import Recorder
from core.workloads.catalogue import workload
from gui.running.run_controller import Activity, RunController
from gui.state.app_state import AppState
from tests.gui.scripted import STEPS, ScriptedFit, failing_run


def plan(app_state: AppState) -> RunPlan:
    chosen = workload("in_memory")
    return app_state.session.plan(chosen, chosen.chain.defaults())


def finish(qtbot: QtBot, controller: RunController) -> None:
    qtbot.waitUntil(lambda: controller.activity is Activity.IDLE)


def test_a_run_goes_into_the_session_step_by_step(qtbot: QtBot, app_state: AppState) -> None:
    controller = RunController(app_state, ScriptedFit())
    controller.start(plan(app_state))
    assert controller.activity is Activity.RUNNING
    finish(qtbot, controller)
    (run,) = app_state.session.runs
    assert run.state is RunState.DONE
    assert run.samples.steps == STEPS
    assert run.epoch_losses == (2.0, 1.0)


def test_a_second_run_can_start_when_the_first_is_over(qtbot: QtBot, app_state: AppState) -> None:
    controller = RunController(app_state, ScriptedFit())
    for _ in range(3):
        controller.start(plan(app_state))
        finish(qtbot, controller)
    assert [run.number for run in app_state.session.runs] == [1, 2, 3]
    assert len({run.label.colour for run in app_state.session.runs}) == 3


def test_stop_ends_the_run_and_keeps_what_was_measured(qtbot: QtBot, app_state: AppState) -> None:
    controller = RunController(app_state, ScriptedFit(hold=True))
    controller.start(plan(app_state))
    recording = app_state.session.recording
    assert recording is not None
    qtbot.waitUntil(lambda: recording.steps == STEPS)
    controller.stop()
    assert controller.activity is Activity.STOPPING
    finish(qtbot, controller)
    (run,) = app_state.session.runs
    assert run.state is RunState.STOPPED
    assert run.samples.steps == STEPS


def test_stop_works_before_the_first_event(qtbot: QtBot, app_state: AppState) -> None:
    controller = RunController(app_state, ScriptedFit(hold=True))
    controller.start(plan(app_state))
    controller.stop()
    finish(qtbot, controller)
    assert app_state.session.runs[0].state is RunState.STOPPED


def test_a_failure_is_told_once_and_the_next_run_works(qtbot: QtBot, app_state: AppState) -> None:
    told: list[tuple[str, str]] = []
    app_state.failed.connect(lambda text, details: told.append((text, details)))
    fit = ScriptedFit(failing_run())
    controller = RunController(app_state, fit)
    controller.start(plan(app_state))
    finish(qtbot, controller)
    assert told == [("The disk is full. Free some space.", "Traceback: ...")]
    fit.events = ScriptedFit().events
    controller.start(plan(app_state))
    finish(qtbot, controller)
    assert [run.state for run in app_state.session.runs] == [RunState.FAILED, RunState.DONE]


@pytest.mark.parametrize("error", [RuntimeError("boom"), SystemExit(3), KeyboardInterrupt()])
def test_a_run_that_breaks_its_promise_still_ends(
    qtbot: QtBot, app_state: AppState, error: BaseException
) -> None:
    def broken(plan: RunPlan, emit: Callable[[Event], None], cancelled: Callable[[], bool]) -> None:
        raise error

    controller = RunController(app_state, broken)
    controller.start(plan(app_state))
    finish(qtbot, controller)
    (run,) = app_state.session.runs
    assert run.state is RunState.FAILED
    assert run.failure is not None
    assert type(error).__name__ in run.failure.what


def test_a_run_without_a_last_word_counts_as_failed(qtbot: QtBot, app_state: AppState) -> None:
    controller = RunController(app_state, lambda plan, emit, cancelled: None)
    controller.start(plan(app_state))
    finish(qtbot, controller)
    assert app_state.session.runs[0].state is RunState.FAILED


def test_the_last_word_of_a_run_is_heard_only_once(qtbot: QtBot, app_state: AppState) -> None:
    def says_it_and_raises(
        plan: RunPlan, emit: Callable[[Event], None], cancelled: Callable[[], bool]
    ) -> None:
        emit(RunEnded(RunState.DONE))
        raise RuntimeError("after the end")

    controller = RunController(app_state, says_it_and_raises)
    controller.start(plan(app_state))
    finish(qtbot, controller)
    assert app_state.session.runs[0].state is RunState.DONE


def test_a_run_whose_events_cannot_be_kept_still_ends(
    qtbot: QtBot, app_state: AppState, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(recorder: Recorder, event: Event) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(Recorder, "keep", full)
    monkeypatch.setattr(Recorder, "handled", lambda recorder, event: None)
    controller = RunController(app_state, ScriptedFit())
    controller.start(plan(app_state), plan(app_state))
    finish(qtbot, controller)
    assert [run.state for run in app_state.session.runs] == [RunState.FAILED] * 2


def ceilings_plans(app_state: AppState) -> list[RunPlan]:
    chosen = workload("in_memory")
    settings = chosen.chain.defaults()
    parts = (Part.PIPELINE, Part.MODEL)
    return [app_state.session.plan(chosen, settings, part) for part in parts]


def test_plans_that_follow_are_run_one_after_the_other(qtbot: QtBot, app_state: AppState) -> None:
    fit = ScriptedFit()
    controller = RunController(app_state, fit)
    plans = ceilings_plans(app_state)
    seen: list[Activity] = []
    controller.activity_changed.connect(lambda: seen.append(controller.activity))
    controller.start(*plans)
    finish(qtbot, controller)
    assert fit.plans == plans
    assert seen == [Activity.RUNNING, Activity.IDLE]
    assert app_state.session.ceilings(plan(app_state)) is not None
    assert app_state.session.runs == ()


def test_a_run_that_needs_another_does_not_begin_where_that_was_stopped_or_failed(
    qtbot: QtBot, app_state: AppState
) -> None:
    for fit in (ScriptedFit(hold=True), ScriptedFit(failing_run())):
        controller = RunController(app_state, fit)
        first, second = ceilings_plans(app_state)
        controller.start(first, Waiting(second, needs=first.id))
        controller.stop()
        finish(qtbot, controller)
        assert fit.plans == [first]
        assert len(app_state.session.queue) == 0


def test_a_run_that_fails_does_not_stop_those_behind_it(qtbot: QtBot, app_state: AppState) -> None:
    fit = ScriptedFit(failing_run())
    controller = RunController(app_state, fit)
    controller.start(plan(app_state), plan(app_state), plan(app_state))
    finish(qtbot, controller)
    assert [run.state for run in app_state.session.runs] == [RunState.FAILED] * 3


def test_a_stop_lets_those_behind_it_wait_until_the_queue_goes_on(
    qtbot: QtBot, app_state: AppState
) -> None:
    fit = ScriptedFit(hold=True)
    controller = RunController(app_state, fit)
    controller.start(plan(app_state), plan(app_state))
    controller.stop()
    finish(qtbot, controller)
    assert (len(app_state.session.queue), app_state.session.queue.paused) == (1, True)
    # Another one joins them and does not go past.
    controller.start(plan(app_state))
    assert controller.activity is Activity.IDLE
    fit.hold = False
    controller.set_paused(False)
    finish(qtbot, controller)
    assert [run.state for run in app_state.session.runs] == [
        RunState.STOPPED,
        RunState.DONE,
        RunState.DONE,
    ]


def test_a_queue_that_is_paused_ends_with_the_present_run(
    qtbot: QtBot, app_state: AppState
) -> None:
    fit = ScriptedFit(hold=True)
    controller = RunController(app_state, fit)
    controller.start(plan(app_state), plan(app_state))
    controller.set_paused(True)
    fit.release.set()
    finish(qtbot, controller)
    assert [run.state for run in app_state.session.runs] == [RunState.DONE]
    assert len(app_state.session.queue) == 1


def test_an_isolated_run_has_a_lock_of_its_own_and_needs_no_shorter_turns(
    qtbot: QtBot, app_state: AppState
) -> None:
    usual_s = sys.getswitchinterval()
    controller = RunController(app_state, ScriptedFit(hold=True))
    controller.start(replace(plan(app_state), engine=PROCESS))
    assert controller.isolated
    assert sys.getswitchinterval() == pytest.approx(usual_s)
    controller.stop()
    finish(qtbot, controller)
    assert not controller.isolated


def test_threads_take_shorter_turns_while_a_run_goes_on(qtbot: QtBot, app_state: AppState) -> None:
    usual_s = sys.getswitchinterval()
    controller = RunController(app_state, ScriptedFit(hold=True))
    for _ in range(2):
        controller.start(plan(app_state))
        assert sys.getswitchinterval() < usual_s
        controller.stop()
        finish(qtbot, controller)
        assert sys.getswitchinterval() == pytest.approx(usual_s)
