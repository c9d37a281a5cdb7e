"""A Python file that is dropped on the window is offered as with Open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget


class FileDrop(QObject):
    """Takes the first Python file of what is dropped; leaves all else alone."""

    def __init__(self, window: QWidget, does: Callable[[Path], object]) -> None:
        super().__init__(window)
        self._does = does
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Qt."""
        if isinstance(event, QDragEnterEvent):
            if python_file(event.mimeData()) is not None:
                event.acceptProposedAction()
            return True
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            file = python_file(event.mimeData())
            if file is not None:
                event.acceptProposedAction()
                self._does(file)
            return True
        return super().eventFilter(watched, event)


def python_file(data: QMimeData) -> Path | None:
    """The first Python file; None where there is none."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return next((path for path in paths if path.suffix == ".py"), None)
