"""The chain of someone's own code in the form."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.session import Session
from core.user_code.function_workload import UserFunctionWorkload
from core.user_code.known_workloads import Workloads
from gui.pipeline_form.pipeline_panel import PipelinePanel
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm
from gui.state.stage_place import place_of, title_of
from gui.theme import LIGHT
from gui.user_code.notes import own_notes
from gui.widgets.place_link import PlaceLink
from tests.gui.user_code.user_code_builders import calls, opened, write


@pytest.fixture
def code(tmp_path: Path) -> UserFunctionWorkload:
    return opened(write(tmp_path))


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path, code: UserFunctionWorkload) -> PipelinePanel:
    draft = PipelineForm(Workloads())
    app_state = AppState(Session(Folders.under(tmp_path / "data"), record=False), LIGHT)
    made = PipelinePanel(draft, app_state)
    for one in (app_state, draft):
        one.setParent(made)
    qtbot.addWidget(made)
    draft.show_opened(code)
    made.resize(360, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


def link(panel: PipelinePanel, stage: str) -> PlaceLink:
    (found,) = panel.boxes[stage].findChildren(PlaceLink)
    return found


def test_each_call_says_its_file_and_line_and_how_often_it_is_made(panel: PipelinePanel) -> None:
    assert link(panel, "map").text() == "train.py:11"
    assert link(panel, "tfrecord").text() == "train.py:10 · × 400 · in interleave"
    assert not panel.boxes["fit"].findChildren(PlaceLink)


def test_pressing_the_place_copies_it_as_editors_take_it(
    qtbot: QtBot, panel: PipelinePanel, code: UserFunctionWorkload
) -> None:
    one = link(panel, "map")
    one.setFocus()
    qtbot.keyClick(one, Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == f"{code.function.file}:11"
    assert one.text() == "train.py:11 copied"


def test_what_is_nested_stands_further_right_than_what_it_is_nested_in(
    panel: PipelinePanel,
) -> None:
    outer, inner = link(panel, "interleave"), link(panel, "tfrecord")
    assert inner.mapTo(panel, inner.rect().topLeft()).x() > (
        outer.mapTo(panel, outer.rect().topLeft()).x()
    )


def test_what_is_added_is_off_in_its_place_and_says_so(panel: PipelinePanel) -> None:
    keys = list(panel.boxes)
    assert keys.index("cache[added]") == keys.index("map") + 1
    box = panel.boxes["cache[added]"]
    assert box.check.text() == "cache (added)"
    assert not box.check.isChecked()


def test_a_value_that_differs_from_the_code_is_marked_and_goes_back_to_what_the_code_says(
    qtbot: QtBot, panel: PipelinePanel
) -> None:
    panel._draft.set_value("batch.batch_size", 64)
    row = panel.boxes["batch"]._rows["batch.batch_size"]
    assert row.changed
    qtbot.mouseClick(row.back, Qt.MouseButton.LeftButton)
    assert panel._draft.settings["batch.batch_size"] == 32
    assert not row.changed


def test_a_long_name_is_cut_in_the_form_and_whole_in_the_tooltip(
    qtbot: QtBot, panel: PipelinePanel, tmp_path: Path
) -> None:
    file = tmp_path / "train.py"
    name = "decode_and_resize_and_normalise_the_image_of_one_example"
    every = [
        replace(call, function=replace(call.function, name=name)) if call.function else call
        for call in calls(file)
    ]
    long = opened(file)
    panel._draft.show_opened(replace(long, opened=replace(long.opened, calls=tuple(every))))
    box = panel.boxes["map"]
    assert box.widest <= 360
    assert name in box._title.toolTip()


def test_thirty_stages_are_reached_by_the_keyboard(panel: PipelinePanel, qtbot: QtBot) -> None:
    panel.focus_knob("fit.seed")
    qtbot.waitUntil(lambda: not panel.boxes["fit"].editors["fit.seed"].visibleRegion().isEmpty())


def test_notes_say_what_stands_for_the_model_and_what_is_not_used(tmp_path: Path) -> None:
    file = write(tmp_path)
    plain = own_notes(opened(file))
    assert [one.text for one in plain] == ["train.py: make_dataset"]
    assert str(file) in plain[0].about
    every = own_notes(opened(file, has_model=False, validation=True, endless=True))
    assert [one.text for one in every[1:]] == [
        "No make_model() in train.py: a stand-in model is trained; every number says so.",
        "It returns a validation dataset too: only training is measured.",
        "The dataset never ends: an epoch is a number of steps (fit, steps per epoch).",
    ]


def test_a_built_in_workload_has_neither_places_nor_notes() -> None:
    draft = PipelineForm(Workloads())
    chain = draft.settings.chain
    assert own_notes(draft.workload) == ()
    assert {place_of(stage, chain) for stage in chain.stages} == {None}
    assert title_of(chain.stages[0]) == chain.stages[0].title


def test_how_long_an_epoch_is_does_not_go_along_to_code_that_never_ends(tmp_path: Path) -> None:
    draft = PipelineForm(Workloads())
    draft.set_value("fit.epochs", 7)
    draft.set_value("fit.device", "emulated:5")
    endless = opened(write(tmp_path), endless=True)
    draft.show_opened(endless)
    assert draft.settings["fit.device"] == "emulated:5"
    assert draft.settings["fit.steps_per_epoch"] == 100
    assert draft.settings["fit.epochs"] == endless.chain.defaults()["fit.epochs"]
