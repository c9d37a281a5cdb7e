"""A line across the window that says what went wrong, with the details one click away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.text_size import px, sized
from gui.widgets.wrapped_label import WrappedLabel


class Banner(QFrame):
    """Hidden until there is something to say. Never modal; the next run takes it away.

    Runs that fail one after the other in an unattended queue are counted, and the details are
    those of all of them.
    """

    def __init__(self, in_names: Callable[[str], str] = str, parent: QWidget | None = None) -> None:
        """Make it.

        Args:
            in_names: Says a text with the names of knobs in place of their ids.
            parent: Where it stands.
        """
        super().__init__(parent)
        self._in_names = in_names
        self._failed_runs: list[str] = []
        self.setObjectName("banner")
        self.text = WrappedLabel()
        self.text.setProperty("role", "error")
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details_button = QPushButton("Details")
        self.details_button.setCheckable(True)
        self.details_button.setToolTip("Show the technical text: the traceback as it was raised")
        self.copy_button = QPushButton("Copy")
        self.copy_button.setToolTip("Copy the message and the details")
        self.close_button = QToolButton()
        self.close_button.setText("\N{MULTIPLICATION X}")
        self.close_button.setToolTip("Dismiss this message")
        self.close_button.setAccessibleName("dismiss the message")
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        sized(self.details, lambda: self.details.setMaximumHeight(px(200)))
        self.details.setAccessibleName("technical details")
        row = QHBoxLayout()
        row.addWidget(self.text, 1)
        for button in (self.details_button, self.copy_button, self.close_button):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.addLayout(row)
        column.addWidget(self.details)
        self.details_button.toggled.connect(self.details.setVisible)
        self.copy_button.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.dismiss)
        self.hide()

    def show_failure(self, text: str, details: str) -> None:
        """Say what went wrong."""
        self.text.setText(self._in_names(text))
        self.details.setPlainText(details)
        self.details_button.setVisible(bool(details))
        self.details_button.setChecked(False)
        self.details.setVisible(False)
        self.show()

    def count_run(self, name: str) -> None:
        """Say that the failure shown last was that of a run, beside those that failed before."""
        text, details = self.text.text(), self.details.toPlainText()
        self._failed_runs.append("\n".join(part for part in (f"{name}: {text}", details) if part))
        count = len(self._failed_runs)
        if count > 1:
            every = "\n\n".join(self._failed_runs)
            self.show_failure(f"{count} runs failed, the last was {name}: {text}", every)

    def dismiss(self) -> None:
        """Hide it; what was said is forgotten."""
        self._failed_runs = []
        self.hide()

    def _copy(self) -> None:
        parts = (self.text.text(), self.details.toPlainText())
        QGuiApplication.clipboard().setText("\n\n".join(part for part in parts if part))
