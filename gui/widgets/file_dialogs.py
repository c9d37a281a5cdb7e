"""Dialogs for files and folders: they block nothing, and begin where the person was last."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

_KEY = "last folder"
_PLACES = QStandardPaths.StandardLocation

Take = Callable[[Path], object]


def ask_save(parent: QWidget, title: str, name: str, formats: Mapping[str, Take]) -> None:
    """Ask where to save a file.

    Args:
        parent: The dialog opens over its window.
        title: What is saved.
        name: The name that is suggested.
        formats: The formats as Qt names them, such as ``Report (*.html)``; what is said with the
            chosen one is given the file, with its ending where none was typed.
    """
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(formats))
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_ending(chosen)))
    dialog.setDefaultSuffix(_ending(next(iter(formats))))
    dialog.setDirectory(last_folder())
    dialog.selectFile(name)

    def take_file(path: Path) -> None:
        chosen = dialog.selectedNameFilter()
        # Not every desktop's own dialog puts the ending in.
        ending = "" if path.suffix else _ending(chosen)
        remember_folder(path.parent)
        formats[chosen](path.with_name(f"{path.name}{ending and '.'}{ending}"))

    _open(dialog, take_file)


def ask_file(
    parent: QWidget, title: str, name_filter: str, take: Take, folder: str | None = None
) -> None:
    """Ask for a file that is there.

    Args:
        parent: The dialog opens over its window.
        title: What is wanted.
        name_filter: Which files are offered, as Qt says it.
        take: Is given the file.
        folder: Where it begins; None for where the person was last.
    """
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(name_filter)
    dialog.setDirectory(folder or last_folder())

    def take_file(path: Path) -> None:
        remember_folder(path.parent)
        take(path)

    _open(dialog, take_file)


def ask_folder(parent: QWidget, title: str, take: Take, folder: str | None = None) -> None:
    """Ask for a folder that is there; the arguments are those of ``ask_file``."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setDirectory(folder or last_folder())

    def take_folder(path: Path) -> None:
        remember_folder(path)
        take(path)

    _open(dialog, take_folder)


def last_folder() -> str:
    """Else the person's documents, else their home; never where the program was started."""
    kept = str(_application().property(_KEY) or "")
    documents = QStandardPaths.writableLocation(_PLACES.DocumentsLocation)
    home = QStandardPaths.writableLocation(_PLACES.HomeLocation)
    return next((folder for folder in (kept, documents) if folder and Path(folder).is_dir()), home)


def remember_folder(folder: str | Path) -> None:
    """Begin there from now on."""
    _application().setProperty(_KEY, str(folder))


def _open(dialog: QFileDialog, take: Take) -> None:
    dialog.fileSelected.connect(lambda name: take(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _ending(name_filter: str) -> str:
    """That of a format's first pattern, without its dot."""
    found = re.search(r"\*\.([^ )]+)", name_filter)
    return found[1] if found is not None else ""


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application
