"""A session with hostile texts and absurd numbers is shown as any other: as text, in no time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QMessageBox,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.store.experiments import ExperimentLog
from core.store.run_log import log_path
from gui.main_window import MainWindow
from gui.widgets.markup import MARKUP
from gui.widgets.open_source import what_opens
from gui.widgets.question import ask
from tests.gui.conftest import MakeWindow
from tests.hostile import MARK, TEXTS, hostile_experiment, hostile_run, log_of

pytestmark = pytest.mark.usefixtures("styled")

LONGEST_TIP = 10_000


@pytest.fixture(params=["in_memory", ""], ids=["a known workload", "an unknown workload"])
def window(request: pytest.FixtureRequest, make_window: MakeWindow, folders: Folders) -> MainWindow:
    folders.make()
    folders.logs.mkdir(parents=True)
    for at, text in enumerate(TEXTS):
        experiment = hostile_experiment(text, at, request.param)
        ExperimentLog(folders.logs).save(experiment)
        for more, place in enumerate(experiment.order[:3]):
            turn = experiment.turn(place)
            run = hostile_run(text, 16 * at + more, turn=turn, workload=request.param)
            log_path(folders.logs, run.id).write_bytes(log_of(run))
    return make_window()


def labels(window: QWidget) -> Iterator[QLabel]:
    for label in window.findChildren(QLabel):
        if MARK in label.text():
            yield label


def only_text(window: QWidget) -> None:
    """No label takes what stands in it for markup."""
    for label in labels(window):
        if label.textFormat() == Qt.TextFormat.RichText:
            assert label.property(MARKUP)
            assert "<img" not in label.text()
            assert f"<b>{MARK}" not in label.text()
        else:
            assert label.textFormat() == Qt.TextFormat.PlainText, label.text()[:60]


def visit(model: QAbstractItemModel, parent: QModelIndex | None = None) -> int:
    """Ask every cell for all that a view asks it for."""
    parent = parent or QModelIndex()
    asked = 0
    # Of a list Qt has made this private.
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
    for row in range(model.rowCount(parent)):
        for column in range(columns):
            index = model.index(row, column, parent)
            for role in Qt.ItemDataRole:
                found = index.data(role)
                if role == Qt.ItemDataRole.ToolTipRole and found:
                    assert len(found) <= LONGEST_TIP
            asked += 1
        asked += visit(model, model.index(row, 0, parent))
    return asked


def test_every_page_shows_them_as_text(
    qtbot: QtBot, qapp: QApplication, window: MainWindow
) -> None:
    runs = window.session.runs
    assert len(runs) == 3 * len(TEXTS)
    assert len(window.session.experiments.all) == len(TEXTS)
    for chosen in (runs[:1], runs[4:8], runs[-6:]):
        window.app_state.select(tuple(run.id for run in chosen))
        for page in range(window.tabs.count()):
            window.tabs.setCurrentIndex(page)
            qapp.processEvents()
            window.grab()
            only_text(window)
    for text in ("h0stile", "<b>", "\x00"):
        window.runs.filter.setText(text)
        qapp.processEvents()


def test_every_cell_of_every_table_can_be_asked(qapp: QApplication, window: MainWindow) -> None:
    window.app_state.select(tuple(run.id for run in window.session.runs[:3]))
    asked = 0
    for page in range(window.tabs.count()):
        window.tabs.setCurrentIndex(page)
        qapp.processEvents()
        for view in window.findChildren(QAbstractItemView):
            if view.isVisible() and view.model() is not None:
                asked += visit(view.model())
    assert asked > 100


def test_every_experiment_shows_what_came_of_it(qapp: QApplication, window: MainWindow) -> None:
    window.tabs.setCurrentWidget(window.pages.experiments.page)
    for experiment in window.session.experiments.all[::2]:
        window.pages.experiments.page.show_experiment(experiment.id)
        qapp.processEvents()
        window.grab()
        only_text(window)


def test_what_can_be_done_with_them_can_be_done(qapp: QApplication, window: MainWindow) -> None:
    for run in window.session.runs[:: 3 * 4]:
        window.app_state.select((run.id,))
        for action in (
            window.runs.run_actions.copy,
            window.runs.run_actions.hide,
            window.runs.run_actions.pin,
            window.runs.run_actions.use_settings,
            window.runs.run_actions.again,
            window.runs.run_actions.delete,
            window.runs.run_actions.undo,
        ):
            if isinstance(action, QAction) and action.isEnabled():
                action.trigger()
                qapp.processEvents()
                only_text(window)
    window.session.queue.clear()


@pytest.mark.parametrize("text", TEXTS[:3])
def test_messages_tooltips_and_questions_show_text(
    qapp: QApplication, make_window: MakeWindow, text: str
) -> None:
    window = make_window()
    window.app_state.failed.emit(text, text)
    window.app_state.message.emit(text)
    window.runs.run_actions.undo_bar.say(text)
    box = ask(window, text, "Yes", lambda: None, more=text)
    qapp.processEvents()
    assert len(list(labels(window))) >= 4
    only_text(window)
    assert {label.textFormat() for label in labels(box)} == {Qt.TextFormat.PlainText}
    assert isinstance(box, QMessageBox)
    box.reject()
    QToolTip.showText(QPoint(5, 5), text, window)
    (tip,) = (
        top_level_widget
        for top_level_widget in qapp.topLevelWidgets()
        if top_level_widget.inherits("QTipLabel")
    )
    assert isinstance(tip, QLabel)
    assert tip.textFormat() == Qt.TextFormat.PlainText
    QToolTip.hideText()


def test_a_file_that_a_recording_names_is_opened_only_where_that_runs_nothing(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "train.py"
    source.write_text("x = 1")
    for name in ("evil.desktop", "evil.exe", "evil.sh", "evil.app", "evil"):
        (tmp_path / name).write_text("x")
        assert what_opens(tmp_path / name) is None
    assert what_opens(tmp_path / "missing.py") is None
    (tmp_path / "folder.py").mkdir()
    assert what_opens(tmp_path / "folder.py") is None
    assert what_opens(source) == source
    monkeypatch.setattr("gui.widgets.open_source._RUNS_SOURCES", True)
    assert what_opens(source) == tmp_path
    bundle = tmp_path / "evil.app"
    bundle.unlink()
    bundle.mkdir()
    (bundle / "train.py").write_text("x")
    assert what_opens(bundle / "train.py") is None
