"""A small link to a line of the person's code: it copies the place, or opens the file."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QFocusEvent, QGuiApplication
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolTip, QWidget

from gui.state.stage_place import StagePlace
from gui.widgets.open_source import open_source


class PlaceLink(QPushButton):
    """Pressed, it copies ``/folder/train.py:12``, as editors take it; its menu opens the file."""

    def __init__(self, place: StagePlace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = place
        more = f" · {place.more}" if place.more else ""
        self._text = f"{place.text}{more}"
        self.setText(self._text)
        self.setFlat(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setProperty("role", "place")
        self.setAccessibleName(f"copy {place.text}")
        self.setToolTip(f"{self.whole}\nPress to copy it; the menu key opens the file.")
        self.clicked.connect(self.copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for text, does in (
            (f"Copy {place.text}", self.copy),
            (f"Open {place.file.name}", self.show_file),
        ):
            made = QAction(text, self)
            made.triggered.connect(lambda _=False, does=does: does())
            self.addAction(made)

    @property
    def whole(self) -> str:
        """With the folder."""
        return f"{self.place.file}:{self.place.line}"

    def copy(self) -> None:
        """Put the place on the clipboard and say so for as long as the mouse or keyboard stays."""
        QGuiApplication.clipboard().setText(self.whole)
        self.setText(f"{self.place.text} copied")

    def show_file(self) -> None:
        """Open the file with what the system has for it."""
        said = open_source(self.place.file)
        QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), said, self)

    def leaveEvent(self, event: QEvent) -> None:
        """See Qt."""
        super().leaveEvent(event)
        self.setText(self._text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """See Qt."""
        super().focusOutEvent(event)
        self.setText(self._text)
