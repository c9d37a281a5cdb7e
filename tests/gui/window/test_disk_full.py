"""The disk is full when the window is to save something: said in the banner, the old file stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QMenu

from core.session.experiment_files import EXPERIMENT_FILES
from gui.experiments.experiment_saver import ExperimentSaver
from gui.main_window import MainWindow
from gui.plotting.picture import add_picture_actions
from tests.disks import FULL, fill_disk
from tests.experiment_builders import carry_out, comparison, waits
from tests.gui.builders import Script, play
from tests.gui.file_dialogs import answer

Save = Callable[[MainWindow, Path], None]


def assert_told(window: MainWindow, target: Path) -> None:
    told = window.banner.text.text()
    assert window.banner.isVisible()
    assert f"The file {target} cannot be written ({FULL})." in told
    assert "room for its" in told
    assert target.read_text(encoding="utf-8") == "old"
    assert list(target.parent.iterdir()) == [target]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    file = folder / "file.x"
    file.write_text("old", encoding="utf-8")
    return file


@pytest.mark.parametrize("kind", ["Save PNG…", "Save SVG…"])
def test_a_picture(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, target: Path, kind: str
) -> None:
    play(window.session, Script())
    menu = QMenu(window)
    add_picture_actions(menu, window.live, window.app_state, "plots")
    fill_disk(monkeypatch)
    next(action for action in menu.actions() if action.text() == kind).trigger()
    answer(target)
    assert_told(window, target)
    menu.deleteLater()
    QApplication.sendPostedEvents(menu, QEvent.Type.DeferredDelete)


@pytest.mark.parametrize("wanted", EXPERIMENT_FILES, ids=lambda one: one.id)
def test_what_came_of_a_comparison(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, target: Path, wanted
) -> None:
    experiment = comparison(repeats=3)
    carry_out(window.session, experiment, waits(0.03, 0.015))
    fill_disk(monkeypatch)
    ExperimentSaver(window.app_state, window).save(experiment, wanted, target)
    assert_told(window, target)
