"""What a person does in a file dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication, QFileDialog


def asked() -> QFileDialog:
    """The file dialog that is open."""
    every = (window for window in QApplication.topLevelWidgets() if window.isVisible())
    (dialog,) = (window for window in every if isinstance(window, QFileDialog))
    return dialog


def choose(path: Path) -> None:
    """Type a path, in a folder that is there, and press the button."""
    dialog = asked()
    dialog.selectFile(str(path))
    dialog.accept()


def answer(path: Path) -> None:
    """As if the folder had gone once the path was accepted; Qt itself would ask about it."""
    dialog = asked()
    dialog.fileSelected.emit(str(path))
    dialog.reject()
