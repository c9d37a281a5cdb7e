"""Files that are dropped on a part of the window."""

from __future__ import annotations

from pathlib import Path

import PySide6
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget


def drop(target: QWidget, *paths: Path) -> bool:
    """Drop files on a part of the window as the mouse does; whether they are taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    no_key, at = Qt.KeyboardModifier.NoModifier, QPointF(5, 5)
    # Qt 6.12 takes the one, and Qt 6.11 the other.
    entered_at = at if PySide6.__version_info__ >= (6, 12) else QPoint(5, 5)
    enter = QDragEnterEvent(entered_at, copy, data, left, no_key)
    QApplication.sendEvent(target, enter)
    # Qt sends a drop to what the mouse entered.
    QApplication.sendEvent(target, QDropEvent(at, copy, data, left, no_key))
    return enter.isAccepted()
