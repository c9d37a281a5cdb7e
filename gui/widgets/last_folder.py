"""The folder that the person chose a file in last: file dialogs begin there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths

_KEY = "last folder"
_PLACES = QStandardPaths.StandardLocation


def last_folder() -> str:
    """It, else the person's documents, else their home; never where the program was started."""
    kept = str(_application().property(_KEY) or "")
    documents = QStandardPaths.writableLocation(_PLACES.DocumentsLocation)
    home = QStandardPaths.writableLocation(_PLACES.HomeLocation)
    return next((folder for folder in (kept, documents) if folder and Path(folder).is_dir()), home)


def in_last_folder(name: str) -> str:
    """A file name there, for a dialog to suggest."""
    return str(Path(last_folder()) / name)


def remember_folder(folder: str | Path) -> None:
    """Begin there from now on."""
    _application().setProperty(_KEY, str(folder))


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application
