"""Asks for the note of a run."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from gui.text_size import px
from gui.widgets.fitted_dialog import FittedDialog


class NoteDialog(FittedDialog):
    """A field for free text. Open it with ``open``; it goes away by itself.

    Signals:
        noted: The person pressed OK: the text.
    """

    noted = Signal(str)

    def __init__(self, name: str, note: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Note of {name}")
        self.resize(px(420), px(200))
        self.field = QPlainTextEdit(note)
        self.field.setPlaceholderText("What was special about this run?")
        self.field.setAccessibleName(f"note of {name}")
        self.field.setTabChangesFocus(True)
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        self.buttons.button(buttons.Ok).setToolTip("Keep the note (Ctrl+Enter)")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self, self.accept)
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.buttons)
        self.accepted.connect(lambda: self.noted.emit(self.field.toPlainText().strip()))
