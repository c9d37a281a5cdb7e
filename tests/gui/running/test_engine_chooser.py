from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.model.plan import PROCESS, WINDOW
from core.user_code.known_workloads import Workloads
from gui.pipeline_form.engine_row import EngineRow
from gui.running.engine_chooser import AUTOMATIC, EngineChooser
from gui.state.pipeline_form import PipelineForm
from gui.state.ui_settings import UiSettings
from tests.gui.user_code.user_code_builders import opened, write


@pytest.fixture
def draft(qapp: object) -> PipelineForm:
    return PipelineForm(Workloads())


@pytest.fixture
def kept(tmp_path: Path) -> UiSettings:
    return UiSettings(tmp_path)


def test_by_default_the_settings_decide(draft: PipelineForm, kept: UiSettings) -> None:
    chooser = EngineChooser(draft, kept)
    assert chooser.wanted == AUTOMATIC
    assert chooser.engine is None
    assert not chooser.isolated


def test_a_python_function_isolates_the_run_and_it_is_said_why(
    qtbot: QtBot, draft: PipelineForm, kept: UiSettings
) -> None:
    chooser = EngineChooser(draft, kept)
    with qtbot.waitSignal(chooser.changed):
        draft.set_value("map.implementation", "python")
    assert chooser.isolated
    assert "Python function" in chooser.why()
    with qtbot.waitSignal(chooser.changed):
        draft.set_value("map.implementation", "tensorflow")
    assert not chooser.isolated
    assert chooser.why() == ""


def test_other_settings_of_the_same_engine_change_nothing(
    qtbot: QtBot, draft: PipelineForm, kept: UiSettings
) -> None:
    chooser = EngineChooser(draft, kept)
    with qtbot.assertNotEmitted(chooser.changed):
        draft.set_value("batch.batch_size", 8)


def test_what_was_chosen_is_there_at_the_next_start(draft: PipelineForm, kept: UiSettings) -> None:
    EngineChooser(draft, kept).want(PROCESS)
    again = EngineChooser(draft, kept)
    assert (again.wanted, again.engine, again.isolated) == (PROCESS, PROCESS, True)


@pytest.mark.parametrize("remembered", ["", "nonsense"])
def test_a_choice_that_nobody_knows_counts_as_none(
    draft: PipelineForm, kept: UiSettings, remembered: str
) -> None:
    kept.remember("engine", remembered)
    assert EngineChooser(draft, kept).wanted == AUTOMATIC


def test_against_the_advice_of_automatic_it_is_said(draft: PipelineForm, kept: UiSettings) -> None:
    chooser = EngineChooser(draft, kept)
    chooser.want(WINDOW)
    assert chooser.why() == ""
    draft.set_value("map.implementation", "python")
    assert not chooser.isolated
    assert chooser.why().startswith("automatic would isolate it:")


def test_what_a_run_in_the_window_refuses_is_said_before(
    draft: PipelineForm, kept: UiSettings
) -> None:
    chooser = EngineChooser(draft, kept)
    draft.set_value("process.intra_op_threads", 1)
    assert "process threads in an op is set" in chooser.why()
    chooser.want(WINDOW)
    assert "process threads in an op cannot be set in this window" in chooser.why()


def test_the_row_says_what_automatic_means_now(
    qtbot: QtBot, draft: PipelineForm, kept: UiSettings
) -> None:
    row = EngineRow(EngineChooser(draft, kept))
    qtbot.addWidget(row)
    assert row.box.currentText() == "automatic (in this window)"
    assert row.why.text() == ""
    draft.set_value("map.implementation", "python")
    assert row.box.currentText() == "automatic (isolated)"
    assert "global lock" in row.why.text()


def test_choosing_in_the_row_chooses(qtbot: QtBot, draft: PipelineForm, kept: UiSettings) -> None:
    chooser = EngineChooser(draft, kept)
    row = EngineRow(chooser)
    qtbot.addWidget(row)
    row.box.setCurrentIndex(row.box.findData(PROCESS))
    row.box.activated.emit(row.box.currentIndex())
    assert chooser.engine == PROCESS
    assert "GPU memory" in row.box.toolTip()
    chooser.want(AUTOMATIC)
    assert row.box.currentData() == AUTOMATIC


def test_own_code_has_a_process_of_its_own_whatever_is_chosen_and_the_row_says_so(
    qtbot: QtBot, draft: PipelineForm, kept: UiSettings, tmp_path: Path
) -> None:
    chooser = EngineChooser(draft, kept)
    chooser.want(WINDOW)
    row = EngineRow(chooser)
    qtbot.addWidget(row)
    assert not chooser.isolated
    draft.show_opened(opened(write(tmp_path)))
    assert chooser.isolated
    assert chooser.takes_spare
    assert not row.box.isEnabled()
    assert row.box.currentData() == PROCESS
    assert "your own code always runs in a process of its own" in chooser.why()
    # The choice holds for what is not own code.
    assert chooser.wanted == WINDOW
