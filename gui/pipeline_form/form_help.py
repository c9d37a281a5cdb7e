"""What a field of the form does, or why it refused a value, in a place of its own."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from gui.text_size import sized
from gui.widgets.wrapped_label import WrappedLabel

_LINES, _FEWEST_LINES = 4, 2
_NOTHING = "Point at a setting, or go to it, to read here what it does."


class FormHelp(QScrollArea):
    """Stands at the foot of the form in a height of its own: showing help moves no field.

    Attributes:
        text: What is shown; a long text scrolls.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("foot")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text = WrappedLabel()
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.text.setAccessibleDescription("help on the setting")
        self.text.ensurePolished()
        self.setWidget(self.text)
        sized(self.text, self._fit_lines)
        self.show_text("")

    def _fit_lines(self) -> None:
        line = self.text.fontMetrics().lineSpacing()
        self.setMinimumHeight(_FEWEST_LINES * line + 6)
        self.setMaximumHeight(_LINES * line + 6)

    def sizeHint(self) -> QSize:
        """All lines, whatever is shown."""
        return QSize(super().sizeHint().width(), self.maximumHeight())

    def show_text(self, text: str, *, error: bool = False) -> None:
        """Show a text from its beginning; an empty one says what the place is for."""
        role = "error" if error else "muted"
        if self.text.property("role") != role:
            self.text.setProperty("role", role)
            self.text.style().unpolish(self.text)
            self.text.style().polish(self.text)
        self.text.setText(text or _NOTHING)
        self.verticalScrollBar().setValue(0)
