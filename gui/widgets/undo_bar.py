"""A line that says what was just done and offers to undo it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from gui.state.edits import Edits
from gui.widgets.elided_label import ElidedLabel


class UndoBar(QFrame):
    """Hidden until something was done; stays until the next deed or until it is dismissed."""

    def __init__(self, edits: Edits, parent: QWidget | None = None) -> None:
        """Make it.

        Args:
            edits: What was done, and takes it back.
            parent: Owner.
        """
        super().__init__(parent)
        self.setObjectName("undo_bar")
        self.text = ElidedLabel()
        self.undo_button = QPushButton("Undo")
        self.undo_button.setToolTip("Bring it back (Ctrl+Z)")
        self.close_button = QToolButton()
        self.close_button.setText("\N{MULTIPLICATION X}")
        self.close_button.setToolTip("Dismiss this line; Ctrl+Z still brings it back")
        self.close_button.setAccessibleName("dismiss")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 2, 2)
        row.addWidget(self.text)
        row.addWidget(self.undo_button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        self.undo_button.clicked.connect(edits.undo)
        # Else the button would undo what was done after what it tells of.
        edits.changed.connect(self.hide)
        self.close_button.clicked.connect(self.hide)
        self.hide()

    def say(self, text: str) -> None:
        """Say what was done."""
        self.text.setText(text)
        self.show()
