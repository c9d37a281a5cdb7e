"""A part that scrolls where it has too little room, so that it never makes its window larger."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

_LEAST = QSize(160, 60)


class Scrolled(QScrollArea):
    """Shows a widget, which is as large as there is room for, but not below its least size."""

    def __init__(self, widget: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if widget is not None:
            self.setWidget(widget)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def minimumSizeHint(self) -> QSize:
        """Room for the scroll bars and something between them is enough."""
        return _LEAST
