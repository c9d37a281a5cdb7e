"""The example session shows every page alive, stays apart from the person's runs, and goes."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolBar, QToolButton
from pytestqt.qtbot import QtBot

from core.model.errors import ExplorerError
from core.model.run import RunState
from core.session.sharing.example import TAG, Example
from gui.example import ExampleOpener
from gui.main_window import MainWindow
from gui.theme import DARK
from gui.timeline.timeline_view import TimelineView
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import ScriptedFit


@pytest.fixture
def fit() -> ScriptedFit:
    return ScriptedFit()


@pytest.fixture
def own(make_window: MakeWindow, fit: ScriptedFit) -> MainWindow:
    return make_window(fit)


@pytest.fixture
def opener(qtbot: QtBot, own: MainWindow) -> Iterator[ExampleOpener]:
    made = ExampleOpener(own)
    yield made
    made.close()


def opened(opener: ExampleOpener, own: MainWindow) -> MainWindow:
    """Open it as a person does, by the button on an empty page."""
    (button,) = (
        button
        for button in own.live.empty.findChildren(QPushButton)
        if button.text() == "See an example"
    )
    button.click()
    assert opener.window is not None
    return opener.window


def test_it_was_recorded_for_real_and_is_small() -> None:
    example = Example()
    try:
        runs = example.session.runs
        assert len(runs) == 12
        assert {run.state for run in runs} == {RunState.DONE}
        assert {run.label.tags for run in runs} == {(TAG,)}
        assert all(run.environment is not None and run.samples.steps > 50 for run in runs)
        kinds = {str(each.kind) for each in example.session.experiments.all}
        assert kinds == {"comparison", "sweep", "diagnosis"}
        (diagnosis,) = example.session.diagnoses
        assert diagnosis.answer is not None
        assert diagnosis.answer.finished
        assert any(run.ceilings is not None for run in runs)
        assert any(example.session.traces.file(run.id) for run in runs)
        folder = example.session.folders.runs
    finally:
        example.close()
    assert not folder.exists()


def test_a_damaged_example_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "example.pxsession"
    file.write_bytes(b"PK nothing of the kind")
    with pytest.raises(ExplorerError):
        Example(file)


def test_one_click_shows_every_page_with_something_in_it_and_nothing_to_run(
    qtbot: QtBot, own: MainWindow, opener: ExampleOpener
) -> None:
    before = "tensorflow" in sys.modules
    window = opened(opener, own)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    assert window.windowTitle().startswith("Example")
    (bar,) = (bar for bar in window.findChildren(QToolBar) if bar.objectName() == "example")
    assert bar.isVisible()
    pages = window.pages
    for page in (
        window.live, pages.answer.page, pages.by_setting.page, pages.side_by_side.page,
        pages.experiments.page, pages.stages.page, pages.timeline.page,
    ):  # fmt: skip
        window.tabs.setCurrentWidget(page)
        if page is pages.timeline.page:
            traced = next(run for run in window.session.runs if run.tracing is not None)
            window.app_state.select((traced.id,))
            qtbot.waitUntil(lambda: pages.timeline.page.timeline is not None)
            QApplication.processEvents()
            view = next(view for view in page.findChildren(TimelineView) if view.isVisible())
            view.setFocus()
            qtbot.keyClick(view, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
            menu = QApplication.activePopupWidget()
            assert isinstance(menu, QMenu)
            assert any("Perfetto" in line.text().replace("&", "") for line in menu.actions())
            menu.close()
        QApplication.processEvents()
        offers = [
            button
            for button in page.findChildren(QPushButton)
            if button.text() == "See an example" and button.isVisible()
        ]
        assert offers == []
        empty = getattr(page, "empty", None)
        assert empty is None or not empty.isVisible(), type(page).__name__
    assert window.runs.model.rowCount() == 12
    assert ("tensorflow" in sys.modules) is before
    # Nothing is ever run in it.
    assert not window.runs.run_actions.again.isVisible()
    acts = pages.experiments.page.experiment_actions
    assert not any(action.isVisible() for action in (acts.go_on, acts.again, acts.duplicate))
    with pytest.raises(ExplorerError, match="example"):
        window.session.begin(window.session.runs[0].plan)


def test_it_stays_apart_and_goes_with_one_click(own: MainWindow, opener: ExampleOpener) -> None:
    window = opened(opener, own)
    folder = window.session.folders.runs
    assert folder.exists()
    assert own.session.runs == ()
    assert own.session.baseline is None
    assert own.session.experiments.all == ()
    (close,) = (
        button for button in window.findChildren(QToolButton)
        if button.text() == "Close the example"
    )  # fmt: skip
    close.click()
    assert opener.window is None
    assert not folder.exists()
    assert own.isVisible()
    # And it can be opened again; it goes with the person's own window.
    folder = opened(opener, own).session.folders.runs
    own.close()
    assert opener.window is None
    assert not folder.exists()


def test_nothing_of_it_is_kept_once_it_is_closed(own: MainWindow, opener: ExampleOpener) -> None:
    window = opened(opener, own)
    for index in range(window.tabs.count()):
        window.tabs.setCurrentIndex(index)
        QApplication.processEvents()
    parts = (window, window.app_state, window.session, window.live)
    kept = {type(part).__name__: weakref.ref(part) for part in parts}
    del window, parts
    opener.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert {name for name, part in kept.items() if part() is not None} == set()


def test_it_has_the_theme_of_the_own_window_and_run_in_it_runs_there(
    qtbot: QtBot, own: MainWindow, opener: ExampleOpener, fit: ScriptedFit
) -> None:
    window = opened(opener, own)
    window.appearance.switch.trigger()
    assert own.app_state.theme is DARK
    own.appearance.step(1)
    assert window.appearance.text_px == own.appearance.text_px
    window.draft.set_value("prefetch.buffer_size", 7)
    window.launcher.run.trigger()
    assert opener.window is None
    assert "The example is closed" in own.statusBar().currentMessage()
    qtbot.waitUntil(lambda: [run.state.over for run in own.session.runs] == [True])
    assert fit.plans[0].settings["prefetch.buffer_size"] == 7
    assert own.session.runs[0].label.tags == ()
