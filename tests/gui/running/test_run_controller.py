from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.model.events import Event, RunEnded
from core.model.plan import PROCESS, Part, RunPlan
from core.model.run import RunState
from core.session import Session
from core.session.queue import Waiting
from core.session.recorder import Recorder
from core.workloads.catalogue import workload
from gui.running.run_controller import Activity, RunController
from gui.state.app_state import Notifier
from gui.theme import LIGHT
from tests.gui.scripted import STEPS, ScriptedFit, failing_run


@pytest.fixture
def notifier(tmp_path: Path, qapp: object) -> Notifier:
    return Notifier(Session(Folders.under(tmp_path), record=False), LIGHT)


def plan(notifier: Notifier) -> RunPlan:
    chosen = workload("in_memory")
    return notifier.session.plan(chosen, chosen.chain.defaults())


def finish(qtbot: QtBot, controller: RunController) -> None:
    qtbot.waitUntil(lambda: controller.activity is Activity.IDLE)


def test_a_run_goes_into_the_session_step_by_step(qtbot: QtBot, notifier: Notifier) -> None:
    controller = RunController(notifier, ScriptedFit())
    controller.start(plan(notifier))
    assert controller.activity is Activity.RUNNING
    finish(qtbot, controller)
    (run,) = notifier.session.runs
    assert run.state is RunState.DONE
    assert run.samples.steps == STEPS
    assert run.epoch_losses == (2.0, 1.0)


def test_a_second_run_can_start_when_the_first_is_over(qtbot: QtBot, notifier: Notifier) -> None:
    controller = RunController(notifier, ScriptedFit())
    for _ in range(3):
        controller.start(plan(notifier))
        finish(qtbot, controller)
    assert [run.number for run in notifier.session.runs] == [1, 2, 3]
    assert len({run.label.colour for run in notifier.session.runs}) == 3


def test_stop_ends_the_run_and_keeps_what_was_measured(qtbot: QtBot, notifier: Notifier) -> None:
    controller = RunController(notifier, ScriptedFit(hold=True))
    controller.start(plan(notifier))
    recording = notifier.session.recording
    assert recording is not None
    qtbot.waitUntil(lambda: recording.steps == STEPS)
    controller.stop()
    assert controller.activity is Activity.STOPPING
    finish(qtbot, controller)
    (run,) = notifier.session.runs
    assert run.state is RunState.STOPPED
    assert run.samples.steps == STEPS


def test_stop_works_before_the_first_event(qtbot: QtBot, notifier: Notifier) -> None:
    controller = RunController(notifier, ScriptedFit(hold=True))
    controller.start(plan(notifier))
    controller.stop()
    finish(qtbot, controller)
    assert notifier.session.runs[0].state is RunState.STOPPED


def test_a_failure_is_told_once_and_the_next_run_works(qtbot: QtBot, notifier: Notifier) -> None:
    told: list[tuple[str, str]] = []
    notifier.failed.connect(lambda text, details: told.append((text, details)))
    fit = ScriptedFit(failing_run())
    controller = RunController(notifier, fit)
    controller.start(plan(notifier))
    finish(qtbot, controller)
    assert told == [("The disk is full. Free some space.", "Traceback: ...")]
    fit.events = ScriptedFit().events
    controller.start(plan(notifier))
    finish(qtbot, controller)
    assert [run.state for run in notifier.session.runs] == [RunState.FAILED, RunState.DONE]


@pytest.mark.parametrize("error", [RuntimeError("boom"), SystemExit(3), KeyboardInterrupt()])
def test_a_run_that_breaks_its_promise_still_ends(
    qtbot: QtBot, notifier: Notifier, error: BaseException
) -> None:
    def broken(plan: RunPlan, emit: Callable[[Event], None], cancelled: Callable[[], bool]) -> None:
        raise error

    controller = RunController(notifier, broken)
    controller.start(plan(notifier))
    finish(qtbot, controller)
    (run,) = notifier.session.runs
    assert run.state is RunState.FAILED
    assert run.failure is not None
    assert type(error).__name__ in run.failure.what


def test_a_run_without_a_last_word_counts_as_failed(qtbot: QtBot, notifier: Notifier) -> None:
    controller = RunController(notifier, lambda plan, emit, cancelled: None)
    controller.start(plan(notifier))
    finish(qtbot, controller)
    assert notifier.session.runs[0].state is RunState.FAILED


def test_the_last_word_of_a_run_is_heard_only_once(qtbot: QtBot, notifier: Notifier) -> None:
    def says_it_and_raises(
        plan: RunPlan, emit: Callable[[Event], None], cancelled: Callable[[], bool]
    ) -> None:
        emit(RunEnded(RunState.DONE))
        raise RuntimeError("after the end")

    controller = RunController(notifier, says_it_and_raises)
    controller.start(plan(notifier))
    finish(qtbot, controller)
    assert notifier.session.runs[0].state is RunState.DONE


def test_a_run_whose_events_cannot_be_kept_still_ends(
    qtbot: QtBot, notifier: Notifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(recorder: Recorder, event: Event) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(Recorder, "keep", full)
    monkeypatch.setattr(Recorder, "handled", lambda recorder, event: None)
    controller = RunController(notifier, ScriptedFit())
    controller.start(plan(notifier), plan(notifier))
    finish(qtbot, controller)
    assert [run.state for run in notifier.session.runs] == [RunState.FAILED] * 2


def ceilings_plans(notifier: Notifier) -> list[RunPlan]:
    chosen = workload("in_memory")
    settings = chosen.chain.defaults()
    parts = (Part.PIPELINE, Part.MODEL)
    return [notifier.session.plan(chosen, settings, part) for part in parts]


def test_plans_that_follow_are_run_one_after_the_other(qtbot: QtBot, notifier: Notifier) -> None:
    fit = ScriptedFit()
    controller = RunController(notifier, fit)
    plans = ceilings_plans(notifier)
    seen: list[Activity] = []
    controller.activity_changed.connect(lambda: seen.append(controller.activity))
    controller.start(*plans)
    finish(qtbot, controller)
    assert fit.plans == plans
    assert seen == [Activity.RUNNING, Activity.IDLE]
    assert notifier.session.ceilings(plan(notifier)) is not None
    assert notifier.session.runs == ()


def test_a_run_that_needs_another_does_not_begin_where_that_was_stopped_or_failed(
    qtbot: QtBot, notifier: Notifier
) -> None:
    for fit in (ScriptedFit(hold=True), ScriptedFit(failing_run())):
        controller = RunController(notifier, fit)
        first, second = ceilings_plans(notifier)
        controller.start(first, Waiting(second, needs=first.id))
        controller.stop()
        finish(qtbot, controller)
        assert fit.plans == [first]
        assert len(notifier.session.queue) == 0


def test_a_run_that_fails_does_not_stop_those_behind_it(qtbot: QtBot, notifier: Notifier) -> None:
    fit = ScriptedFit(failing_run())
    controller = RunController(notifier, fit)
    controller.start(plan(notifier), plan(notifier), plan(notifier))
    finish(qtbot, controller)
    assert [run.state for run in notifier.session.runs] == [RunState.FAILED] * 3


def test_a_stop_lets_those_behind_it_wait_until_the_queue_goes_on(
    qtbot: QtBot, notifier: Notifier
) -> None:
    fit = ScriptedFit(hold=True)
    controller = RunController(notifier, fit)
    controller.start(plan(notifier), plan(notifier))
    controller.stop()
    finish(qtbot, controller)
    assert (len(notifier.session.queue), notifier.session.queue.paused) == (1, True)
    # Another one joins them and does not go past.
    controller.start(plan(notifier))
    assert controller.activity is Activity.IDLE
    fit.hold = False
    controller.set_paused(False)
    finish(qtbot, controller)
    assert [run.state for run in notifier.session.runs] == [
        RunState.STOPPED,
        RunState.DONE,
        RunState.DONE,
    ]


def test_a_queue_that_is_paused_ends_with_the_present_run(qtbot: QtBot, notifier: Notifier) -> None:
    fit = ScriptedFit(hold=True)
    controller = RunController(notifier, fit)
    controller.start(plan(notifier), plan(notifier))
    controller.set_paused(True)
    fit.release.set()
    finish(qtbot, controller)
    assert [run.state for run in notifier.session.runs] == [RunState.DONE]
    assert len(notifier.session.queue) == 1


def test_an_isolated_run_has_a_lock_of_its_own_and_needs_no_shorter_turns(
    qtbot: QtBot, notifier: Notifier
) -> None:
    usual_s = sys.getswitchinterval()
    controller = RunController(notifier, ScriptedFit(hold=True))
    controller.start(replace(plan(notifier), engine=PROCESS))
    assert controller.isolated
    assert sys.getswitchinterval() == pytest.approx(usual_s)
    controller.stop()
    finish(qtbot, controller)
    assert not controller.isolated


def test_threads_take_shorter_turns_while_a_run_goes_on(qtbot: QtBot, notifier: Notifier) -> None:
    usual_s = sys.getswitchinterval()
    controller = RunController(notifier, ScriptedFit(hold=True))
    for _ in range(2):
        controller.start(plan(notifier))
        assert sys.getswitchinterval() < usual_s
        controller.stop()
        finish(qtbot, controller)
        assert sys.getswitchinterval() == pytest.approx(usual_s)
