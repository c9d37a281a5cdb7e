"""What is dropped on the window is taken wherever it falls, or the window says what it expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from gui.main_window import MainWindow
from gui.user_code.open_dialog import OpenDialog
from gui.window.file_drops import EXPECTED
from tests.gui.drops import drop
from tests.gui.every_part.full_window import fill, pages
from tests.gui.user_code.user_code_builders import write


def test_every_part_of_the_window_leaves_files_to_it(window: MainWindow, tmp_path: Path) -> None:
    fill(window, tmp_path / "code")
    said = f"photo.raw cannot be opened here. {EXPECTED}"
    others: set[str] = set()
    for _ in pages(window):
        for part in window.findChildren(QWidget):
            if not part.isVisible() or part.window() is not window:
                continue
            window.statusBar().clearMessage()
            if not drop(part, tmp_path / "photo.raw") or (
                window.statusBar().currentMessage() != said
            ):
                others.add(f"{type(part).__name__} {part.accessibleName()}")
    assert others == set()


def test_a_script_among_several_files_is_offered(window: MainWindow, tmp_path: Path) -> None:
    drop(window.bar, tmp_path / "data.csv", write(tmp_path))
    (dialog,) = window.findChildren(OpenDialog)
    assert dialog.windowTitle() == "Open train.py"
    dialog.reject()


@pytest.mark.parametrize(("workload", "takes"), [("image_folder", True), ("augmented", False)])
def test_a_folder_becomes_that_of_the_settings_where_they_have_one(
    window: MainWindow, tmp_path: Path, workload: str, takes: bool
) -> None:
    window.draft.set_workload(workload)
    drop(window.pipeline, tmp_path)
    assert (window.draft.settings.get("source.folder") == str(tmp_path)) is takes
    said = window.statusBar().currentMessage()
    assert said == ("" if takes else f"{tmp_path.name} cannot be opened here. {EXPECTED}")
