"""A window, a table of runs or a plot item over a session of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.session import Session
from gui.garbage import GarbageCollector
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from gui.runs_table.runs_panel import RunsPanel
from gui.state.app_state import AppState
from gui.theme import LIGHT, apply_theme
from tests.gui.run_builders import record_run
from tests.gui.scripted import ScriptedFit

MakeWindow = Callable[..., MainWindow]


@pytest.fixture(autouse=True, scope="module")
def garbage_collected_as_in_the_program(qapp: QApplication) -> Iterator[None]:
    # The application's: nothing of Qt ends by a reference that is let go.
    collector = GarbageCollector(qapp)
    yield
    collector.stop()


@pytest.fixture(autouse=True)
def widgets_end_with_their_test(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Keep widgets until pytest-qt has closed them: a collection would take them apart alive."""
    kept: list[QWidget] = []
    add = QtBot.addWidget

    def keep(self: QtBot, widget: QWidget, **more: Any) -> None:
        # Such a dialog is gone once the test has closed it.
        if not widget.testAttribute(Qt.WidgetAttribute.WA_DeleteOnClose):
            kept.append(widget)
        add(self, widget, **more)

    monkeypatch.setattr(QtBot, "addWidget", keep)
    yield
    # ``processEvents`` leaves deferred deletions to a loop that is never entered.
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders.under(tmp_path / "data")


@pytest.fixture
def styled() -> None:
    """Asked for by tests of how the window looks: others have no style sheet."""


@pytest.fixture
def make_window(
    qtbot: QtBot, qapp: QApplication, folders: Folders, request: pytest.FixtureRequest
) -> Iterator[MakeWindow]:
    """Make windows over the same folder, one after the other; closed when the test ends."""
    windows: list[MainWindow] = []

    def make(fit: ScriptedFit | None = None, **more: Any) -> MainWindow:
        if "styled" in request.fixturenames:
            apply_theme(qapp, LIGHT)
        elif qapp.styleSheet() or qapp.style().name() != "fusion":
            apply_theme(qapp, LIGHT)
            # It doubles the time that a window takes to be built.
            qapp.setStyleSheet("")
        if "engines" not in more:
            more["fit"] = fit or ScriptedFit()
        options = {"load_tensorflow": False, **more}
        # As when the program is started again: nothing of a window that was closed is left.
        for closed in [one for one in windows if not one.isVisible()]:
            windows.remove(closed)
            closed.deleteLater()
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        window = MainWindow(Session(folders), LIGHT, **options)
        windows.append(window)
        # Shortcuts and keyboard focus need an active window.
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    yield make
    for window in windows:
        # Closing asks where runs wait.
        window.session.queue.clear()
        window.controller.stop()
        qtbot.waitUntil(lambda window=window: window.controller.activity is Activity.IDLE)
        qtbot.waitUntil(lambda window=window: not window.own.opener.busy)
        window.session.queue.clear()
        window.close()
        window.deleteLater()


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    return make_window()


@pytest.fixture
def app_state(tmp_path: Path, qapp: QApplication) -> Iterator[AppState]:
    """Over a session without a disk."""
    apply_theme(qapp, LIGHT)
    app_state = AppState(Session(Folders.under(tmp_path), record=False), LIGHT)
    yield app_state
    app_state.close()


@pytest.fixture
def session(app_state: AppState) -> Session:
    return app_state.session


@pytest.fixture
def runs_panel(app_state: AppState, qtbot: QtBot) -> RunsPanel:
    made = RunsPanel(app_state)
    made.resize(QSize(1040, 240))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.table.setFocus()
    return made


@pytest.fixture
def runs(session: Session, runs_panel: RunsPanel) -> tuple[str, ...]:
    """Ids of three runs; the panel was there first."""
    return tuple(
        record_run(session, values, wait_s=wait_s).id
        for values, wait_s in (
            ({}, 0.03),
            ({"prefetch.buffer_size": 2}, 0.01),
            ({"shuffle.buffer_size": 1024}, 0.02),
        )
    )


@pytest.fixture
def item(qtbot: QtBot) -> Iterator[Any]:
    widget = pg.PlotWidget()
    widget.resize(600, 200)
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    # Yielded, not returned: the widget owns the item and must outlive it.
    yield widget.getPlotItem()
    widget.hide()


@pytest.fixture(autouse=True)
def deleted_at_once() -> Iterator[None]:
    """Delete what a test asked Qt to delete; what stays is styled again in every later test."""
    yield
    if (app := QApplication.instance()) is not None:
        # Qt leaves deferred deletions to a running event loop, and there is none here.
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
