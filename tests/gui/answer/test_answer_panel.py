"""The Answer page: what it shows of a diagnosis, and what its buttons do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.model.diagnosis import Answer
from core.model.plan import Part
from core.model.training_change import ChangeKind
from gui.answer.answer_panel import NOTHING_YET, AnswerPanel
from gui.answer.answer_saver import AnswerSaver
from gui.main_window import MainWindow
from gui.widgets.empty_note import EmptyNote
from tests.diagnosis_builders import an_answer, record_diagnosis


@pytest.fixture
def page(window: MainWindow) -> AnswerPanel:
    window.tabs.setCurrentIndex(1)
    return window.pages.answer.page


def test_before_any_diagnosis_it_says_what_diagnose_does(page: AnswerPanel) -> None:
    notes = [one for one in page.findChildren(EmptyNote) if one.isVisible()]
    assert [one.text() for one in notes] == [NOTHING_YET]
    assert not page.headline.isVisible()


def test_the_headline_names_knobs_as_the_form_does(window: MainWindow, page: AnswerPanel) -> None:
    record_diagnosis(window.session)
    page.refresh()
    assert page.headline.text().startswith("Waiting for input 49 %")
    assert "map parallel calls=4" in page.headline.text()
    assert "num_parallel_calls" not in page.headline.text()
    assert "In brackets: 95 % intervals." in page.now.text()


def test_changes_stand_with_their_place_interval_memory_and_training(
    window: MainWindow, page: AnswerPanel
) -> None:
    record_diagnosis(window.session)
    page.refresh()
    model = page.model
    rows = [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]
    assert rows == [
        ["map parallel calls", "train.py:14", "off → 4", "2.10× [1.90, 2.30]", "–", "same"],
        ["prefetch", "–", "off → autotune", "–", "+1.1 GB", "another order"],
    ]


def test_what_is_not_recommended_stands_in_a_table_and_doubts_open_at_a_click(
    window: MainWindow, page: AnswerPanel
) -> None:
    record_diagnosis(window.session)
    page.refresh()
    model = page.others
    rows = [[model.index(row, column).data() for column in range(3)] for row in range(4)]
    assert rows == [
        ["only you can", "up to 1.3×", "Write blur in TensorFlow operations (train.py:22)"],
        ["not allowed", "up to 1.2×", "cache behind the flip"],
        ["did not help", "1.00× [0.980, 1.02]", "prefetch 8"],
        ["cannot run", "–", "a cache"],
    ]
    assert page.doubts_button.text().endswith("1 doubt")
    assert not page.doubts.isVisible()
    page.doubts_button.click()
    assert page.doubts.isVisible()
    assert "longer than the emulated 10 ms" in page.doubts.toPlainText()


@pytest.mark.usefixtures("styled")
@pytest.mark.parametrize("steps", [0, 5])
def test_no_table_scrolls_sideways_on_a_small_screen(
    window: MainWindow, page: AnswerPanel, steps: int
) -> None:
    answer = an_answer()
    first = replace(answer.changes[0], changes_training="the model sees all of it in another order")
    record_diagnosis(window.session, replace(answer, changes=(first, *answer.changes)))
    window.resize(1366, 730)
    page.refresh()
    window.appearance.step(steps)
    QApplication.processEvents()
    for table in (page.table, page.others_table):
        assert table.isVisible()
        assert table.horizontalHeader().length() <= table.viewport().width()
        assert all(
            table.rowHeight(row) >= table.sizeHintForRow(row)
            for row in range(table.model().rowCount())
        )
    assert page.table.verticalHeader().length() <= page.table.viewport().height()


def test_where_stands_there_only_of_own_code(window: MainWindow, page: AnswerPanel) -> None:
    record_diagnosis(window.session)
    page.refresh()
    assert not page.table.isColumnHidden(1)
    record_diagnosis(window.session, an_answer(changes=an_answer().changes[1:]))
    page.refresh()
    assert page.table.isColumnHidden(1)


def test_use_these_settings_sets_the_form(window: MainWindow, page: AnswerPanel) -> None:
    record_diagnosis(window.session)
    page.refresh()
    page.use_button.click()
    assert window.draft.workload.id == "augmented"
    assert window.draft.settings["map.num_parallel_calls"] == 4
    assert window.draft.settings["prefetch.buffer_size"] == "autotune"


def test_while_it_goes_on_it_says_what_is_done_and_nothing_can_be_used_yet(
    window: MainWindow, page: AnswerPanel
) -> None:
    answer = an_answer(finished=False, now="trying prefetch 8", wall_s=40.0)
    record_diagnosis(window.session, answer, over=False)
    window.app_state.run_advanced.emit()
    assert "trying prefetch 8, at most 260 s left" in page.now.text()
    assert "As it is: 150 examples/s." in page.now.text()
    assert not page.use_button.isEnabled()
    window.session.recording = None


def test_what_is_done_now_does_not_repeat_the_headline(
    window: MainWindow, page: AnswerPanel
) -> None:
    answer = an_answer(finished=False, now="trying prefetch 8", wall_s=40.0)
    evidence = (replace(answer.evidence[0], text=answer.headline[0]),)
    record_diagnosis(window.session, replace(answer, evidence=evidence), over=False)
    window.app_state.run_advanced.emit()
    assert page.now.text() == (
        "trying prefetch 8, at most 260 s left. All figures: emulated accelerator 10 ms."
    )
    window.session.recording = None


def test_one_that_was_stopped_at_once_does_not_say_that_it_measures(
    window: MainWindow, page: AnswerPanel
) -> None:
    record_diagnosis(window.session, Answer(wall_s=10.0))
    page.refresh()
    assert page.headline.text() == "The diagnosis ended before the first measurement."


def test_the_slider_says_which_stage_is_too_slow_for_a_step(
    window: MainWindow, page: AnswerPanel
) -> None:
    record_diagnosis(window.session)
    page.refresh()
    page.rates.step.setValue(100)
    assert "waits 53 % of the time" in page.rates.waits.text()
    assert "map decode (train.py:14)" in page.rates.waits.text()
    page.rates.step.setValue(400)
    assert "does not wait" in page.rates.waits.text()


def test_each_stage_has_a_bar_and_what_was_not_measured_says_why(
    window: MainWindow, page: AnswerPanel
) -> None:
    record_diagnosis(window.session)
    page.refresh()
    chart = page.rates.chart.chart
    assert [tick.text for tick in chart.y.ticks or ()] == [
        "source", "map  train.py:14", "batch  train.py:16",
    ]  # fmt: skip
    assert chart.notes == ("cache: not measured: it can be read only once.",)


def test_an_answer_without_changes_has_no_table_and_nothing_to_use(
    window: MainWindow, page: AnswerPanel
) -> None:
    record_diagnosis(window.session, an_answer(changes=(), recommended={}, gain=None))
    page.refresh()
    assert not page.table.isVisible()
    assert not page.use_button.isEnabled()
    assert page.report_button.isEnabled()


def test_ctrl_d_diagnoses_the_form_with_the_chosen_options_and_shows_the_page(
    window: MainWindow, page: AnswerPanel, qtbot: QtBot
) -> None:
    page.options.budget.setCurrentIndex(1)
    page.options.allowed.setCurrentIndex(1)
    window.tabs.setCurrentIndex(0)
    window.session.queue.paused = True
    window.launcher.diagnose.trigger()
    (plan,) = window.session.queue.plans
    assert plan.part is Part.DIAGNOSIS
    assert plan.diagnosis is not None
    assert plan.diagnosis.budget_s == 120.0
    assert plan.diagnosis.allow == (ChangeKind.ORDER,)
    assert window.tabs.currentWidget() is page


@pytest.mark.parametrize(("name", "begins"), [("a.html", "<!doctype html>"), ("a.json", "{")])
def test_the_report_is_saved_as_a_page_or_a_document(
    window: MainWindow, tmp_path: Path, name: str, begins: str
) -> None:
    run = record_diagnosis(window.session)
    AnswerSaver(window.app_state, window).save(run.id, tmp_path / name)
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert text.startswith(begins)
    assert "train.py" in text


def test_a_diagnosis_is_there_after_a_restart(make_window: object) -> None:
    first = make_window()  # type: ignore[operator]
    record_diagnosis(first.session)
    first.close()
    later = make_window()  # type: ignore[operator]
    later.tabs.setCurrentIndex(1)
    assert isinstance(later.session.diagnoses[-1].answer, Answer)
    assert later.pages.answer.page.headline.text().startswith("Waiting for input 49 %")


def test_earlier_diagnoses_can_be_chosen_and_a_new_one_comes_to_the_front(
    window: MainWindow, page: AnswerPanel
) -> None:
    record_diagnosis(window.session, an_answer(headline=("the first",)))
    page.refresh()
    assert not page.which.isVisible()
    record_diagnosis(window.session, an_answer(headline=("the second",)))
    page.refresh()
    assert page.which.isVisible()
    assert page.headline.text() == "the second"
    page.which.setCurrentIndex(1)
    page.which.activated.emit(1)
    assert page.headline.text() == "the first"
    page.refresh()
    assert page.headline.text() == "the first"
    record_diagnosis(window.session, an_answer(headline=("the third",)))
    page.refresh()
    assert page.headline.text() == "the third"
