from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from core.engines.protocols import Cancelled, Emit
from core.engines.spare import SpareState
from core.model.events import Event, Phase, PhaseStarted, RunEnded
from core.model.plan import PROCESS, WINDOW, RunPlan
from core.model.run import Failure, RunState
from gui.comparison.compare_dialog import CompareDialog
from gui.comparison.sweep_dialog import SweepDialog
from gui.main_window import MainWindow
from gui.running.engine_chooser import AUTOMATIC
from gui.running.run_controller import Activity
from gui.runs_table.run_columns import COLUMNS, ENGINE
from tests.gui.conftest import MakeWindow
from tests.gui.fake_engines import FakeEngines
from tests.gui.scripted import STEPS, ScriptedFit, step_events, whole_run


def finish(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)


def run(qtbot: QtBot, window: MainWindow) -> None:
    window.launcher.start_run()
    finish(qtbot, window)


def test_a_newcomer_trains_in_the_window_and_a_python_function_is_isolated(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window()
    run(qtbot, window)
    window.draft.set_value("map.implementation", "python")
    run(qtbot, window)
    assert [one.plan.engine for one in window.session.runs] == [WINDOW, PROCESS]


def test_the_chosen_engine_holds_for_runs_and_ceilings_until_the_next_start(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    fit = ScriptedFit()
    window = make_window(fit)
    window.engine.chooser.want(PROCESS)
    run(qtbot, window)
    window.launcher.measure_ceilings()
    finish(qtbot, window)
    assert [plan.engine for plan in fit.plans] == [PROCESS] * 3
    window.close()
    again = make_window()
    assert again.engine.row.box.currentData() == PROCESS


def test_what_the_windows_engine_cannot_do_is_refused_with_the_way_out(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    fit = ScriptedFit()
    window = make_window(fit)
    window.engine.chooser.want(WINDOW)
    window.draft.set_value("process.intra_op_threads", 1)
    window.launcher.start_run()
    assert "process threads in an op cannot be set in this window" in window.banner.text.text()
    assert "Choose isolated" in window.banner.text.text()
    window.launcher.measure_ceilings()
    assert fit.plans == []
    window.engine.chooser.want(AUTOMATIC)
    run(qtbot, window)
    assert [plan.engine for plan in fit.plans] == [PROCESS]


def test_run_again_takes_the_engine_that_the_run_had(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    window.engine.chooser.want(PROCESS)
    run(qtbot, window)
    window.engine.chooser.want(WINDOW)
    window.launcher.run_again()
    finish(qtbot, window)
    assert [one.plan.engine for one in window.session.runs] == [PROCESS, PROCESS]


def test_the_engine_can_be_chosen_from_the_list_of_all_actions(window: MainWindow) -> None:
    action = next(one for one in window.actions() if one.text() == "Engine: isolated")
    action.trigger()
    assert window.engine.row.box.currentData() == PROCESS


def test_the_table_says_the_engine_where_runs_have_several(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window()
    run(qtbot, window)
    assert window.runs.table.isColumnHidden(ENGINE)
    window.engine.chooser.want(PROCESS)
    run(qtbot, window)
    assert not window.runs.table.isColumnHidden(ENGINE)
    cells = [window.runs.model.index(row, ENGINE) for row in range(2)]
    assert {cell.data() for cell in cells} == {"window", "isolated"}
    assert COLUMNS[ENGINE].header == "engine"


def test_comparisons_and_sweeps_are_isolated_unless_it_is_changed(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window()
    window.launcher.ask_compare()
    compare = window.findChild(CompareDialog)
    assert compare is not None
    assert compare.experiment().engine == PROCESS
    notes = compare.notes.text()
    compare.engine.choose(WINDOW)
    assert compare.experiment().engine == WINDOW
    assert "share one TensorFlow" in compare.notes.text()
    assert "share one TensorFlow" not in notes
    compare.reject()
    window.launcher.ask_sweep()
    sweep = window.findChild(SweepDialog)
    assert sweep is not None
    assert sweep.draft().engine == PROCESS
    sweep.reject()


def test_asking_the_same_again_begins_with_the_engine_that_it_had(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window(ScriptedFit(hold=True))
    window.launcher.ask_compare()
    compare = window.findChild(CompareDialog)
    assert compare is not None
    compare.engine.choose(WINDOW)
    experiment = compare.experiment()
    compare.reject()
    window.launcher.duplicate(experiment)
    (again,) = (one for one in window.findChildren(CompareDialog) if one.isVisible())
    assert again.engine.engine == WINDOW
    again.reject()


def test_where_the_next_run_is_isolated_a_process_is_got_ready_instead_of_tensorflow_here(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    first = make_window()
    first.engine.chooser.want(PROCESS)
    first.close()
    engines = FakeEngines()
    window = make_window(engines=engines, load_tensorflow=True)
    qtbot.waitUntil(lambda: engines.asked == ["warm"])
    assert window.engine.loader is not None
    assert not window.engine.loader.isRunning()
    qtbot.waitUntil(lambda: window.status.text.text() == "ready · getting a process ready")
    engines.become(SpareState.READY)
    qtbot.waitUntil(lambda: window.status.text.text() == "ready · a process is ready")
    window.close()
    assert engines.asked == ["warm", "close"]


KILLED = Failure(
    "The process of the run was killed (SIGKILL)",
    expected="a process that ends by itself",
    remedy="Look whether memory ran out.",
    details="exit status -9",
)
MEMORY = Failure("Out of memory", remedy="Take a smaller shuffle buffer.", details="8 GB wanted")
GARBAGE = Failure("The process of the run sent what cannot be read", details="at byte 17")


def cut_off(failure: Failure, *said: Event) -> list[Event]:
    return [PhaseStarted(Phase.TRAINING, 1.0), *said, RunEnded(RunState.FAILED, failure)]


@pytest.mark.parametrize("failure", [KILLED, MEMORY, GARBAGE])
def test_an_isolated_run_that_dies_is_explained_and_the_next_one_runs(
    qtbot: QtBot, make_window: MakeWindow, failure: Failure
) -> None:
    scripts = [whole_run(), cut_off(failure, step_events(0, STEPS))]

    def in_turn(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        ScriptedFit(scripts.pop())(plan, emit, cancelled)

    window = make_window(engines=FakeEngines(in_turn))
    of, settings = window.draft.workload, window.draft.settings
    window.controller.start(*(window.session.plan(of, settings, engine=PROCESS) for _ in range(2)))
    finish(qtbot, window)
    assert window.banner.text.text() == failure.text()
    assert window.banner.details.toPlainText() == failure.details
    died, after = window.session.runs
    assert (died.state, died.samples.steps) == (RunState.FAILED, STEPS)
    assert after.state is RunState.DONE
    assert window.launcher.run.isEnabled()


def test_engines_that_raise_cost_one_run_and_not_the_window(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    def broken(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        emit(PhaseStarted(Phase.TRAINING, 1.0))
        raise BrokenPipeError("the other end is gone")

    window = make_window(engines=FakeEngines(broken))
    window.engine.chooser.want(PROCESS)
    run(qtbot, window)
    assert "the other end is gone" in window.banner.text.text()
    assert window.session.runs[0].state is RunState.FAILED
