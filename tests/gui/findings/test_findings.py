"""What is known to be wrong or costly, beside the chain and on a page of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gui.findings.findings_line import FindingsLine
from gui.findings.findings_shown import FindingsShown
from gui.main_window import MainWindow
from tests.gui.builders import Script, play
from tests.gui.scripted import whole_run
from tests.gui.user_code.user_code_builders import opened, write


@pytest.fixture
def own(window: MainWindow, tmp_path: Path) -> MainWindow:
    code = opened(write(tmp_path))
    window.session.opened(code)
    window.session.trust.agree(opened(tmp_path / "train.py").opened.stamp, tmp_path / "train.py")
    window.draft.show_opened(code)
    window.findings.look()
    return window


def keys(window: MainWindow) -> list[str]:
    return [card.finding.key for card in window.findings.cards]


def test_the_number_is_in_the_title_and_in_a_line_that_leads_there(
    qtbot: QtBot, own: MainWindow
) -> None:
    count = len(own.findings.cards)
    assert count >= 2
    assert own.tabs.tabText(own.tabs.indexOf(own.findings)) == f"Findings {count}"
    assert own.findings_line.text().startswith(f"{count} findings: ")
    qtbot.mouseClick(own.findings_line, Qt.MouseButton.LeftButton)
    assert own.tabs.currentWidget() is own.findings


def test_each_says_how_grave_it_is_where_and_what_to_do(own: MainWindow) -> None:
    card = next(one for one in own.findings.cards if one.finding.key == "no_prefetch")
    assert card.finding.where == "train.py:12"
    assert "train.py:12" in card.accessibleName()
    assert card.accessibleName().startswith("hint: ")


def test_set_it_sets_the_form_and_the_finding_is_gone(qtbot: QtBot, own: MainWindow) -> None:
    own.tabs.setCurrentWidget(own.findings)
    card = next(one for one in own.findings.cards if one.finding.key == "no_prefetch")
    qtbot.mouseClick(card.set_button, Qt.MouseButton.LeftButton)
    assert own.draft.settings["prefetch[added].buffer_size"] == "autotune"
    assert "Set prefetch (added)=autotune." in own.statusBar().currentMessage()
    qtbot.waitUntil(lambda: "no_prefetch" not in keys(own))
    assert own.session.runs == ()


def test_after_a_run_it_says_what_to_try_first_with_the_measured_wait(
    qtbot: QtBot, own: MainWindow
) -> None:
    assert not own.findings.advice.text()
    own.session.begin(own.session.plan(own.draft.workload, own.draft.settings))
    for event in whole_run():
        own.session.handle(event)
    qtbot.waitUntil(lambda: bool(own.findings.advice.text()))
    assert "waited for input for" in own.findings.advice.text()
    assert "emulated accelerator 20 ms" in own.findings.advice.text()
    assert "Try first: set " in own.findings.advice.text()
    # Of other settings, that run says nothing.
    own.draft.set_value("batch.batch_size", 64)
    qtbot.waitUntil(lambda: not own.findings.advice.text())


def test_all_of_it_is_copied_as_text(own: MainWindow) -> None:
    own.findings.copy()
    assert "train.py:12: hint: nothing is prefetched" in QGuiApplication.clipboard().text()


def test_built_in_workloads_are_looked_at_as_well(qtbot: QtBot, window: MainWindow) -> None:
    window.draft.set_workload("augmented")
    window.findings.look()
    assert "no_prefetch" in keys(window)
    play(window.session, Script(workload="augmented"))
    window.draft.set_value("prefetch.buffer_size", "autotune")
    window.findings.look()
    assert "no_prefetch" not in keys(window)


def test_cards_take_the_colours_of_another_theme(own: MainWindow) -> None:
    before = own.findings.cards
    own.appearance.switch.trigger()
    assert own.findings.cards
    assert own.findings.cards[0] is not before[0]
    own.appearance.switch.trigger()


def test_the_line_leads_to_what_was_measured_where_there_is_no_finding(qtbot: QtBot) -> None:
    line = FindingsLine()
    qtbot.addWidget(line)
    line.show_findings(FindingsShown())
    assert line.text() == "nothing found wrong or costly"
    assert not line.isEnabled()
    line.show_findings(FindingsShown(advice="Diagnosed: waiting for input 53 % of the time."))
    assert line.text() == "no finding: see what was measured"
    assert line.isEnabled()
