"""The Python that the pipeline amounts to, ready to copy."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QGuiApplication, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from gui.python_code.python_highlighter import PythonHighlighter
from gui.theme import monospaced

_HINT = "A script of its own: it builds the pipeline and the model as they are set, and trains."


class CodePanel(QWidget):
    """Shows code; read-only.

    Attributes:
        view: The text.
        copy_button: Copies all of it.
        done: Says that it was copied.
    """

    # Qt tells of palette changes before the rest is made.
    _highlighter: PythonHighlighter | None = None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = QPlainTextEdit()
        self.view.setReadOnly(True)
        self.view.setAccessibleName("Python code of the pipeline")
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.view.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.view.setFont(monospaced())
        # Read-only text is walked through with the keyboard; Tab goes on to the button.
        self.view.setTabChangesFocus(True)
        self._highlighter = PythonHighlighter(self.view.document())
        self._highlighter.set_colours(self.palette())
        self.copy_button = QPushButton("&Copy")
        self.copy_button.setToolTip("Copy the whole script (Alt+C)")
        self.copy_button.clicked.connect(self.copy)
        self.done = QLabel()
        self.done.setProperty("role", "muted")
        hint = QLabel(_HINT)
        hint.setWordWrap(True)
        hint.setProperty("role", "muted")
        top = QHBoxLayout()
        top.addWidget(hint, 1)
        top.addWidget(self.done)
        top.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.addLayout(top)
        column.addWidget(self.view, 1)

    def set_code(self, text: str) -> None:
        """Show other code; where the person looks stays where it was."""
        if text == self.view.toPlainText():
            return
        bars = (self.view.verticalScrollBar(), self.view.horizontalScrollBar())
        places = [bar.value() for bar in bars]
        self.view.setPlainText(text)
        for bar, place in zip(bars, places, strict=True):
            bar.setValue(place)
        self.done.clear()

    def copy(self) -> None:
        """Put all of the code on the clipboard."""
        QGuiApplication.clipboard().setText(self.view.toPlainText())
        self.done.setText("copied")

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._highlighter is not None:
            self._highlighter.set_colours(self.palette())
