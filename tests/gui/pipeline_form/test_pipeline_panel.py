from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.session import Session
from core.user_code.known_workloads import Workloads
from core.workloads.catalogue import WORKLOADS
from gui.pipeline_form.knob_editor import KnobEditor
from gui.pipeline_form.pipeline_panel import PipelinePanel
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm
from gui.theme import DARK, LIGHT, apply_theme


@pytest.fixture
def draft(qapp: QApplication) -> PipelineForm:
    return PipelineForm(Workloads())


@pytest.fixture
def panel(qtbot: QtBot, draft: PipelineForm, tmp_path: Path) -> PipelinePanel:
    app_state = AppState(Session(Folders.under(tmp_path), record=False), LIGHT)
    made = PipelinePanel(draft, app_state)
    app_state.setParent(made)
    qtbot.addWidget(made)
    made.resize(320, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


def editor(panel: PipelinePanel, key: str) -> KnobEditor:
    return next(box.editors[key] for box in panel.boxes.values() if key in box.editors)


def choose(qtbot: QtBot, panel: PipelinePanel, key: str, text: str) -> None:
    field = editor(panel, key).field
    assert isinstance(field, QComboBox)
    line = field.lineEdit()
    assert line is not None
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def test_every_knob_of_every_workload_has_a_field_with_help(
    panel: PipelinePanel, draft: PipelineForm
) -> None:
    for workload in WORKLOADS:
        draft.set_workload(workload.id)
        for key, knob in workload.chain.knobs.items():
            stage, _, name = key.rpartition(".")
            box = panel.boxes[stage]
            shown_as_switch = name == "enabled"
            in_the_toolbar = key == "fit.device"
            if shown_as_switch:
                assert not box.check.isHidden()
            elif not in_the_toolbar:
                tip = box.editors[key].field.toolTip()
                assert knob.help in tip
                assert knob.cannot_help in tip
                assert box.editors[key].field.accessibleName()


def test_typing_a_value_sets_the_knob(
    qtbot: QtBot, panel: PipelinePanel, draft: PipelineForm
) -> None:
    choose(qtbot, panel, "prefetch.buffer_size", "3")
    assert draft.settings["prefetch.buffer_size"] == 3
    choose(qtbot, panel, "prefetch.buffer_size", "autotune")
    assert draft.settings["prefetch.buffer_size"] == "autotune"


def test_a_value_out_of_range_is_explained_and_changes_nothing(
    qtbot: QtBot, panel: PipelinePanel, draft: PipelineForm
) -> None:
    choose(qtbot, panel, "batch.batch_size", "0")
    assert draft.settings["batch.batch_size"] == 32
    assert "a whole number from 1 to" in panel.help.text.text()
    choose(qtbot, panel, "batch.batch_size", "64")
    assert panel.help.text.text().startswith(draft.settings.chain.knob("batch.batch_size").help)


def test_a_stage_is_switched_by_its_check_box_and_keeps_its_place(
    qtbot: QtBot, panel: PipelinePanel, draft: PipelineForm
) -> None:
    box = panel.boxes["prefetch"]
    place = panel._column.indexOf(box)
    for on in (True, False):
        qtbot.mouseClick(
            box.check, Qt.MouseButton.LeftButton, pos=QPoint(6, box.check.height() // 2)
        )
        assert box.stage.is_on(draft.settings) is on
        assert panel._column.indexOf(box) == place


def test_every_stage_but_source_and_batch_can_be_switched_off(
    panel: PipelinePanel, draft: PipelineForm
) -> None:
    for workload in WORKLOADS:
        draft.set_workload(workload.id)
        for box in panel.boxes.values():
            fixed = box.stage.kind in (
                "source", "pydataset", "batch", "repeat", "process", "fit"
            )  # fmt: skip
            assert isinstance(box.check, QCheckBox)
            assert box.check.isHidden() is fixed


def test_the_cache_stands_where_its_position_says(
    panel: PipelinePanel, draft: PipelineForm
) -> None:
    def order() -> list[str]:
        boxes = sorted(panel.boxes.values(), key=panel._column.indexOf)
        return [box.stage.kind for box in boxes]

    assert order().index("cache") > order().index("map")
    draft.set_value("cache.position", "before_map")
    assert order().index("cache") < order().index("map")


def test_a_changed_knob_is_marked_and_its_reset_button_takes_it_back(
    qtbot: QtBot, panel: PipelinePanel, draft: PipelineForm
) -> None:
    draft.set_value("batch.batch_size", 64)
    box = panel.boxes["batch"]
    key = "batch.batch_size"
    assert box._rows[key].name.text().startswith("\N{BULLET}")
    qtbot.mouseClick(box._rows[key].back, Qt.MouseButton.LeftButton)
    assert draft.settings[key] == 32
    assert not box._rows[key].name.text().startswith("\N{BULLET}")


def test_a_preset_sets_its_knobs_and_its_name_shows_until_one_is_changed(
    panel: PipelinePanel, draft: PipelineForm
) -> None:
    tuned = panel.presets.findData("tuned")
    panel.presets.setCurrentIndex(tuned)
    panel.presets.activated.emit(tuned)
    assert draft.settings["prefetch.buffer_size"] == "autotune"
    assert draft.settings["map.num_parallel_calls"] == "autotune"
    assert panel.presets.currentData() == "tuned"
    draft.set_value("prefetch.buffer_size", 7)
    assert panel.presets.currentIndex() == -1


def test_scrolling_past_a_field_does_not_change_it(
    panel: PipelinePanel, draft: PipelineForm
) -> None:
    field = editor(panel, "batch.batch_size").field
    before = draft.settings
    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(field.mapToGlobal(QPoint(5, 5))),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field, wheel)
    assert draft.settings == before


def test_each_workload_remembers_its_settings_and_takes_the_training_along(
    draft: PipelineForm,
) -> None:
    draft.set_value("batch.batch_size", 64)
    draft.set_value("fit.epochs", 7)
    draft.set_workload("npz_shards")
    assert draft.settings["batch.batch_size"] == 32
    assert draft.settings["fit.epochs"] == 7
    draft.set_workload("augmented")
    assert draft.settings["batch.batch_size"] == 64


def folded(panel: PipelinePanel, stage: str) -> set[str]:
    """Ids of the knobs of a stage that are not shown."""
    box = panel.boxes[stage]
    return {key for key, field in box.editors.items() if not field.isVisibleTo(panel)}


def test_knobs_that_few_people_change_are_folded_away_until_asked_for(
    qtbot: QtBot, panel: PipelinePanel
) -> None:
    box = panel.boxes["options"]
    advanced = {box.stage.id(knob.name) for knob in box.stage.knobs if knob.advanced}
    assert folded(panel, "options") == advanced
    assert box.more.text() == f"{len(advanced)} more"
    box.more.setFocus()
    qtbot.keyClick(box.more, Qt.Key.Key_Space)
    assert folded(panel, "options") == set()
    qtbot.keyClick(box.more, Qt.Key.Key_Space)
    assert folded(panel, "options") == advanced


def test_a_knob_that_is_not_at_its_default_is_never_folded_away(
    panel: PipelinePanel, draft: PipelineForm
) -> None:
    draft.set_value("options.warm_start", True)
    assert "options.warm_start" not in folded(panel, "options")
    assert "options.slack" in folded(panel, "options")
    # It stays where it is until the person folds it away: nothing moves as a field is edited.
    draft.reset("options.warm_start")
    assert "options.warm_start" not in folded(panel, "options")
    more = panel.boxes["options"].more
    more.click()
    assert folded(panel, "options") == set()
    more.click()
    assert "options.warm_start" in folded(panel, "options")


def places(panel: PipelinePanel) -> dict[QWidget, QRect]:
    """Where every field and button of the panel stands."""
    kinds = (QComboBox, QCheckBox, QLineEdit, QAbstractButton)
    every = [one for kind in kinds for one in panel.findChildren(kind) if one.isVisible()]
    return {one: QRect(one.mapTo(panel, QPoint()), one.size()) for one in every}


def click_at(qtbot: QtBot, panel: PipelinePanel, place: QPoint) -> None:
    """Press and release at a place of the panel, whatever stands there at each moment."""
    for event in (qtbot.mousePress, qtbot.mouseRelease):
        there = panel.childAt(place)
        assert there is not None
        event(there, Qt.MouseButton.LeftButton, pos=there.mapFrom(panel, place))
        QApplication.processEvents()


def test_no_field_moves_when_another_gets_the_focus_or_refuses_or_changes_a_value(
    qtbot: QtBot, panel: PipelinePanel, draft: PipelineForm
) -> None:
    panel.boxes["fit"].more.click()
    QApplication.processEvents()
    before = places(panel)
    for box in panel.boxes.values():
        for shown in box.editors.values():
            shown.field.setFocus()
            panel._scroll.ensureVisible(0, 0)
            QApplication.processEvents()
            assert places(panel) == before
    choose(qtbot, panel, "batch.batch_size", "0")
    draft.set_value("batch.drop_remainder", True)
    panel._scroll.ensureVisible(0, 0)
    QApplication.processEvents()
    assert places(panel) == before


def test_the_first_click_opens_a_list_and_toggles_a_box(
    qtbot: QtBot, panel: PipelinePanel, draft: PipelineForm
) -> None:
    editor(panel, "map.num_parallel_calls").field.setFocus()
    QApplication.processEvents()
    box = editor(panel, "batch.drop_remainder").field
    assert isinstance(box, QCheckBox)
    click_at(qtbot, panel, box.mapTo(panel, QPoint(6, box.height() // 2)))
    assert draft.settings["batch.drop_remainder"] is True
    menu = editor(panel, "batch.batch_size").field
    assert isinstance(menu, QComboBox)
    place = menu.mapTo(panel, QPoint(menu.width() - 8, menu.height() // 2))
    # A value that was typed elsewhere is taken as the field is left, by this very click.
    other = editor(panel, "fit.epochs").field
    assert isinstance(other, QComboBox)
    other.setFocus()
    other.lineEdit().selectAll()
    qtbot.keyClicks(other.lineEdit(), "0")
    panel._scroll.ensureVisible(0, 0)
    click_at(qtbot, panel, place)
    assert menu.view().isVisible()
    menu.hidePopup()


def test_what_is_unfolded_stays_so_with_another_workload(
    qtbot: QtBot, panel: PipelinePanel, draft: PipelineForm
) -> None:
    panel.boxes["options"].more.setChecked(True)
    draft.set_workload("npz_shards")
    qtbot.waitUntil(lambda: folded(panel, "options") == set())


def test_a_stage_without_such_knobs_has_no_button_for_them(panel: PipelinePanel) -> None:
    assert not panel.boxes["batch"].more.isVisibleTo(panel)


def test_going_to_a_knob_unfolds_it_and_puts_the_keyboard_there(
    qtbot: QtBot, panel: PipelinePanel
) -> None:
    panel.focus_knob("options.slack")
    assert folded(panel, "options") == set()
    field = editor(panel, "options.slack").field
    qtbot.waitUntil(field.hasFocus)
    qtbot.waitUntil(lambda: not field.visibleRegion().isEmpty())


def test_unfolded_nothing_is_cut_at_the_right(panel: PipelinePanel, draft: PipelineForm) -> None:
    for workload in WORKLOADS:
        draft.set_workload(workload.id)
        for box in panel.boxes.values():
            box.more.setChecked(True)
        panel.resize(panel.sizeHint().width(), panel.height())
        widest = max(box.minimumSizeHint().width() for box in panel.boxes.values())
        assert panel._scroll.viewport().width() >= widest


def test_a_changed_knob_stays_bold_in_another_theme(
    qapp: QApplication, panel: PipelinePanel, draft: PipelineForm
) -> None:
    apply_theme(qapp, LIGHT)
    draft.set_value("batch.batch_size", 64)
    name = panel.boxes["batch"]._rows["batch.batch_size"].name
    assert name.font().bold()
    for theme in (DARK, LIGHT):
        apply_theme(qapp, theme)
        assert name.font().bold()
        assert not panel.boxes["fit"]._rows["fit.seed"].name.font().bold()
    draft.reset("batch.batch_size")
    assert not name.font().bold()
