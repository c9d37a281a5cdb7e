from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.engines.spare import SpareState
from core.folders import Folders
from core.model.plan import PROCESS, WINDOW
from core.session import Session
from core.user_code.known_workloads import Workloads
from gui.running.engine_chooser import EngineChooser
from gui.running.run_controller import Activity, RunController
from gui.running.spare_keeper import SpareKeeper
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm
from gui.state.ui_settings import UiSettings
from gui.theme import LIGHT
from tests.gui.fake_engines import FakeEngines
from tests.gui.scripted import ScriptedFit


class Setting:
    """A keeper and what it looks at; runs wait to be stopped."""

    def __init__(self, folder: Path) -> None:
        self.engines = FakeEngines(ScriptedFit(hold=True))
        self.draft = PipelineForm(Workloads())
        self.session = Session(Folders.under(folder), record=False)
        self.controller = RunController(AppState(self.session, LIGHT), self.engines.fit)
        self.chooser = EngineChooser(self.draft, UiSettings(folder))
        self.keeper = SpareKeeper(self.engines, self.controller, self.chooser)

    def start(self, *engines: str) -> None:
        of, settings = self.draft.workload, self.draft.settings
        self.controller.start(
            *(self.session.plan(of, settings, engine=engine) for engine in engines)
        )

    def stop(self, qtbot: QtBot) -> None:
        self.session.queue.clear()
        self.controller.stop()
        qtbot.waitUntil(lambda: self.controller.activity is Activity.IDLE)


@pytest.fixture
def at(tmp_path: Path, qapp: object) -> Setting:
    return Setting(tmp_path)


def test_nothing_is_got_ready_before_the_window_is_there(at: Setting) -> None:
    at.chooser.want(PROCESS)
    at.keeper.expect()
    assert at.engines.asked == []
    at.keeper.begin()
    assert at.engines.asked == ["warm"]


def test_no_process_is_got_ready_for_runs_in_the_window(at: Setting) -> None:
    at.keeper.begin()
    assert at.engines.asked == []


def test_settings_that_isolate_the_next_run_get_a_process_ready(at: Setting) -> None:
    at.keeper.begin()
    at.draft.set_value("map.implementation", "python")
    assert at.engines.asked == ["warm"]


def test_a_dialog_that_asks_for_a_comparison_gets_a_process_ready(at: Setting) -> None:
    at.keeper.begin()
    at.keeper.expect()
    assert at.engines.asked == ["warm"]


def test_while_a_run_is_measured_no_process_loads(qtbot: QtBot, at: Setting) -> None:
    at.keeper.begin()
    at.start(WINDOW)
    at.keeper.expect()
    at.chooser.want(PROCESS)
    at.draft.set_value("map.implementation", "python")
    assert at.engines.asked == []
    at.stop(qtbot)
    assert at.engines.asked == ["warm"]


def test_settings_that_no_process_can_take_over_get_none_ready(at: Setting) -> None:
    at.keeper.begin()
    at.draft.set_value("process.intra_op_threads", 1)
    assert at.chooser.isolated
    assert at.engines.asked == []


@pytest.mark.parametrize("state", [SpareState.LOADING, SpareState.READY])
def test_an_isolated_run_takes_the_process_as_it_is(
    qtbot: QtBot, at: Setting, state: SpareState
) -> None:
    at.keeper.begin()
    at.engines.become(state)
    at.start(PROCESS)
    assert at.engines.asked == []
    at.stop(qtbot)


def test_a_process_that_is_ready_waits_through_a_run_in_the_window(
    qtbot: QtBot, at: Setting
) -> None:
    at.keeper.begin()
    at.engines.become(SpareState.READY)
    at.start(WINDOW)
    at.stop(qtbot)
    assert at.engines.asked == []
    assert at.keeper.words == "a process is ready"


def test_what_another_thread_says_of_the_process_is_heard(qtbot: QtBot, at: Setting) -> None:
    at.keeper.begin()
    with qtbot.waitSignal(at.keeper.changed):
        thread = threading.Thread(target=at.engines.become, args=(SpareState.LOADING,))
        thread.start()
    thread.join()
    assert at.keeper.words == "getting a process ready"


def test_after_closing_nothing_is_started_any_more(at: Setting) -> None:
    at.keeper.begin()
    at.keeper.close()
    at.chooser.want(PROCESS)
    at.keeper.expect()
    assert at.engines.asked == []
    assert at.engines.changed == []
