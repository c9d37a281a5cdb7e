"""Asks for the tags of runs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from core.model.run import tags_of
from gui.text_size import px
from gui.widgets.fitted_dialog import FittedDialog


class TagsDialog(FittedDialog):
    """A field for tags. Open it with ``open``; it goes away by itself.

    Signals:
        tagged: The person pressed OK: the tags, as a tuple.
    """

    tagged = Signal(object)

    def __init__(
        self, name: str, tags: Sequence[str], known: Sequence[str], parent: QWidget | None = None
    ) -> None:
        """Make it.

        Args:
            name: What the runs are called.
            tags: Those that all of them have.
            known: Those that any run has.
            parent: Owner.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Tags of {name}")
        self.resize(px(420), px(120))
        # What is typed next is a tag of its own.
        self.field = QLineEdit("".join(f"{tag} " for tag in tags))
        self.field.setPlaceholderText("slow laptop")
        self.field.setAccessibleName(f"tags of {name}")
        self.field.setToolTip("Words apart by blanks; type #tag above the table to filter by one")
        about = QLabel(f"In use: {', '.join(known)}" if known else "Words apart by blanks.")
        about.setTextFormat(Qt.TextFormat.PlainText)
        about.setWordWrap(True)
        about.setProperty("role", "muted")
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for part in (self.field, about, self.buttons):
            column.addWidget(part)
        self.accepted.connect(lambda: self.tagged.emit(tags_of(self.field.text())))
