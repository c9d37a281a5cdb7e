"""Esc, F1, Shift+F1 and Shift+F10 act on whatever has the focus."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt, QUrl
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QMenu,
    QMessageBox,
    QPushButton,
    QWhatsThis,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core.user_code.discovery import offers
from gui.main_window import MainWindow
from gui.runs_table.note_dialog import NoteDialog
from gui.user_code.open_dialog import OpenDialog
from gui.widgets.help_text import as_help, help_text
from gui.widgets.help_window import HelpWindow
from gui.widgets.question import ask
from resources.files import DOCS
from tests.gui.builders import Script, play
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import ScriptedFit
from tests.gui.user_code.user_code_builders import write

Key, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier


def field_of(window: MainWindow, key: str) -> QComboBox:
    boxes = window.pipeline.boxes.values()
    field = next(box.editors[key] for box in boxes if key in box.editors).field
    assert isinstance(field, QComboBox)
    return field


def type_into(qtbot: QtBot, field: QComboBox, text: str) -> None:
    line = field.lineEdit()
    assert line is not None
    field.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)


def questions(window: MainWindow) -> list[QMessageBox]:
    return [box for box in window.findChildren(QMessageBox) if box.isVisible()]


def popup() -> QWidget:
    shown = QApplication.activePopupWidget()
    assert shown is not None
    return shown


def test_escape_leaves_a_field_first_and_asks_to_stop_only_then(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window(ScriptedFit(hold=True))
    play(window.session, Script(workload="augmented"))
    window.launcher.start_run()
    field = field_of(window, "batch.batch_size")
    type_into(qtbot, field, "2f")
    qtbot.keyClick(field, Key.Key_Escape)
    assert field.currentText() == "32"
    assert QApplication.focusWidget() is window.pipeline.boxes["batch"]
    assert questions(window) == []
    for at, following in (
        (window.runs.filter, window.runs.table),
        (window.bar.device.field, None),
        (window.pipeline.presets, None),
        (window.live.tools.x_axis_box, None),
    ):
        at.setFocus()
        qtbot.keyClick(at, Key.Key_Escape)
        now = QApplication.focusWidget()
        assert now is not None
        assert not isinstance(now, QComboBox)
        assert following in (now, None)
        assert questions(window) == []
    qtbot.keyClick(window, Key.Key_Escape)
    assert len(questions(window)) == 1


def test_escape_takes_back_what_was_refused(qtbot: QtBot, window: MainWindow) -> None:
    field = field_of(window, "batch.batch_size")
    type_into(qtbot, field, "2f")
    qtbot.keyClick(field, Key.Key_Return)
    assert list(window.draft.refused) == ["batch.batch_size"]
    qtbot.keyClick(field, Key.Key_Escape)
    assert (window.draft.refused, field.currentText()) == ({}, "32")


def test_shift_f10_opens_the_menu_of_whatever_has_the_focus(
    qtbot: QtBot, window: MainWindow
) -> None:
    play(window.session, Script(workload="augmented"))
    parts: dict[QWidget, str] = {
        window.runs.table: "Rename",
        window.live.stack.views[0]: "Fit",
        field_of(window, "batch.batch_size"): "Paste",
        window.runs.filter: "Paste",
    }
    for part, offers_that in parts.items():
        part.setFocus()
        qtbot.keyClick(part, Key.Key_F10, SHIFT)
        menu = popup()
        assert isinstance(menu, QMenu)
        assert any(offers_that in action.text().replace("&", "") for action in menu.actions())
        menu.close()
        qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)


def help_of(window: QWidget) -> HelpWindow:
    (shown,) = (part for part in window.findChildren(HelpWindow) if part.isVisible())
    return shown


def back_to(qtbot: QtBot, window: QWidget) -> None:
    # Offscreen there is no window manager to do it.
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)


def test_f1_shows_help_on_what_has_the_focus(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(ScriptedFit(hold=True))
    window.launcher.start_run()
    field = field_of(window, "prefetch.buffer_size")
    for part, said in (
        (field, window.draft.settings.chain.knob("prefetch.buffer_size").help),
        (window.pipeline.boxes["cache"], window.pipeline.boxes["cache"].stage.help),
        (window.runs.table, "F2: Rename"),
        (window.live.stack.views[0], window.live.plots[0].help),
        (window.tabs.tabBar(), "Idle time, throughput and loss"),
        (window.launcher.compare.associatedObjects()[1], "in balanced turns"),
    ):
        assert isinstance(part, QWidget)
        assert said in help_text(part)
        assert "Ctrl+R" not in help_text(part)  # the window's own keys stand in the list of keys
        part.setFocus()
        qtbot.keyClick(part, Key.Key_F1)
        shown = help_of(window)
        assert said in shown.about.text()
        qtbot.waitUntil(lambda shown=shown: QApplication.activeWindow() is shown)
        qtbot.keyClick(shown, Key.Key_Escape)
        assert not shown.isVisible()
        back_to(qtbot, window)
    assert questions(window) == []
    assert as_help("a < b\n<b>") == "a &lt; b<br>&lt;b&gt;"


def first_shown(shown: HelpWindow) -> str:
    """The line at the top of the page, as far as it is scrolled."""
    return shown.browser.cursorForPosition(QPoint(8, 8)).block().text()


def test_f1_opens_the_documentation_at_the_section_on_what_has_the_focus(
    qtbot: QtBot, window: MainWindow
) -> None:
    play(window.session, Script(workload="augmented"))
    for part, page, heading in (
        (field_of(window, "prefetch.buffer_size"), "Concepts", "Settings that need a word"),
        (window.bar.device.field, "Concepts", "Devices"),
        (window.runs.table, "Recordings", "What you make of runs"),
        (window.tabs.tabBar(), "Concepts", "The plots"),
    ):
        part.setFocus()
        qtbot.keyClick(part, Key.Key_F1)
        shown = help_of(window)
        assert shown.pages.currentText() == page
        assert shown.browser.textCursor().block().text() == heading
        shown.close()
        back_to(qtbot, window)


def test_links_of_the_documentation_lead_on_and_back(qtbot: QtBot, window: MainWindow) -> None:
    shown = HelpWindow("", "command-line.md", window)
    assert not shown.back.isEnabled()
    shown.browser.anchorClicked.emit(QUrl("#exit-codes"))
    assert shown.browser.textCursor().block().text() == "Exit codes"
    shown.browser.anchorClicked.emit(QUrl("concepts.md#ceilings"))
    assert shown.pages.currentText() == "Concepts"
    assert "Ceilings" in first_shown(shown)
    shown.back.click()
    shown.back.click()
    assert shown.pages.currentText() == "Command line"
    assert not shown.back.isEnabled()
    shown.pages.setCurrentIndex(shown.pages.findText("Faults"))
    shown.pages.activated.emit(shown.pages.currentIndex())
    assert shown.browser.toPlainText().startswith("Faults")


def test_every_section_that_a_part_names_is_there() -> None:
    gui = Path(__file__).parents[3] / "gui"
    sections = {
        section
        for file in gui.rglob("*.py")
        for section in re.findall(r'setProperty\("help", "(.+?)"\)', file.read_text("utf-8"))
    }
    assert len(sections) > 10
    for section in sections:
        page, _, heading = section.partition("#")
        titles = re.findall(r"(?m)^#+ (.+)$", (DOCS / page).read_text("utf-8"))
        ids = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
        assert not heading or heading in ids, section


def test_shift_f1_answers_a_click_on_any_part(qtbot: QtBot, window: MainWindow) -> None:
    play(window.session, Script(workload="augmented"))
    qtbot.keyClick(window, Key.Key_F1, SHIFT)
    assert QWhatsThis.inWhatsThisMode()
    for part in (window.bar.run_button, window.live.stack.views[0], window.runs.table.viewport()):
        place = QPoint(4, 4)
        asked = QHelpEvent(QEvent.Type.QueryWhatsThis, place, part.mapToGlobal(place))
        QApplication.sendEvent(part, asked)
        assert asked.isAccepted()
    button = window.bar.stop_button
    told = QHelpEvent(QEvent.Type.WhatsThis, QPoint(4, 4), button.mapToGlobal(QPoint(4, 4)))
    QApplication.sendEvent(button, told)
    assert told.isAccepted()
    popup().close()
    qtbot.keyClick(window, Key.Key_Escape)
    assert not QWhatsThis.inWhatsThisMode()
    assert questions(window) == []


def dialog_of(window: MainWindow, which: str, folder: Path) -> QDialog:
    if which == "note":
        NoteDialog("run 1", "", window).open()
    elif which == "open":
        OpenDialog(offers(write(folder)), window).open()
    elif which == "question":
        ask(window, "Stop the run?", "Stop", lambda: None)
    else:
        getattr(window.launcher, which).trigger()
    (dialog,) = (one for one in window.findChildren(QDialog) if one.isVisible())
    return dialog


@pytest.mark.parametrize(
    ("which", "primary"),
    [
        ("compare", "Start"),
        ("sweep", "Start"),
        ("note", "OK"),
        ("open", "Open"),
        ("question", "Stop"),
    ],
)
def test_enter_means_the_primary_button_wherever_tab_went(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, which: str, primary: str
) -> None:
    dialog = dialog_of(window, which, tmp_path)
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    seen: list[QWidget] = []
    for _ in range(2):  # what was passed once changes what Enter means behind it
        qtbot.waitUntil(lambda: dialog.focusWidget() is not None)
        first = dialog.focusWidget()
        while True:
            focused = dialog.focusWidget()
            assert focused is not None
            seen.append(focused)
            defaults = [one for one in dialog.findChildren(QPushButton) if one.isDefault()]
            means = focused if isinstance(focused, QPushButton) else None
            texts = [default.text().replace("&", "") for default in defaults]
            assert texts == [means.text().replace("&", "") if means else primary]
            qtbot.keyClick(focused, Key.Key_Tab)
            if dialog.focusWidget() is first:
                break
    assert any(isinstance(one, QPushButton) and one.text() != primary for one in seen)
    # The keys for help and menus are there too.
    qtbot.keyClick(dialog, Key.Key_F1)
    help_of(dialog).close()
    dialog.reject()
