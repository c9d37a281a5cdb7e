"""A folder without images is told before a run begins that would fail over it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from tests.gui.builders import Script, play
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import ScriptedFit


@pytest.mark.parametrize("what", ["run", "ceilings"])
@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("", "No folder of images was chosen"),
        ("gone", "There is no folder"),
        ("empty", "There are no sub-folders in"),
    ],
)
def test_a_folder_without_images_is_refused_before_anything_runs(
    window: MainWindow, tmp_path: Path, what: str, folder: str, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    window.draft.set_workload("image_folder")
    window.draft.set_value("source.folder", str(tmp_path / folder) if folder else "")
    getattr(window.launcher, what).trigger()
    assert window.session.runs == ()
    editor = window.pipeline.boxes["source"].editors["source.folder"]
    assert window.focusWidget() is editor.field
    assert editor.field.property("refused")
    for text in (window.statusBar().currentMessage(), window.pipeline.help.text.text()):
        assert said in text
        assert "Choose" in text or "Make one sub-folder for each class" in text


def test_a_folder_that_was_mended_is_looked_at_again(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    fit = ScriptedFit()
    window = make_window(fit)
    window.draft.set_workload("image_folder")
    window.draft.set_value("source.folder", str(tmp_path))
    window.launcher.run.trigger()
    assert "source.folder" in window.draft.refused
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.jpg").touch()
    window.launcher.run.trigger()
    assert window.draft.refused == {}
    qtbot.waitUntil(lambda: len(fit.plans) == 1)
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)


def test_a_run_whose_folder_is_gone_is_not_run_again(window: MainWindow, tmp_path: Path) -> None:
    gone = {"source.folder": str(tmp_path / "gone")}
    run = play(window.session, Script(workload="image_folder", values=gone))
    window.launcher.starter.run_again((run,))
    assert window.session.runs == (run,)
    assert "cannot be run again" in window.banner.text.text()
    assert "There is no folder" in window.banner.text.text()
