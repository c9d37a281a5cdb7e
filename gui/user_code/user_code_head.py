"""Above the chain of someone's own code: what it is, and that its file can be opened again."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from gui.state.pipeline_form import PipelineForm
from gui.user_code.last_opened import LastOpened
from gui.user_code.notes import own_notes
from gui.user_code.watch import UserCodeWatch
from gui.widgets.wrapped_label import WrappedLabel


class UserCodeHead(QWidget):
    """Hidden for built-in workloads, unless a file was open when the window was closed.

    Signals:
        again_requested: The file is to be opened again.
    """

    again_requested = Signal()

    def __init__(
        self,
        draft: PipelineForm,
        watch: UserCodeWatch,
        last: LastOpened,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("help", "your-pipeline.md#what-happens")
        self._draft, self._watch, self._last = draft, watch, last
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 6, 0)
        self._column.setSpacing(2)
        self.lines: list[QLabel] = []
        self.changed = QWidget()
        self.changed_text = WrappedLabel()
        self.changed_text.setProperty("role", "doubt")
        self.again = QToolButton()
        self.again.setText("Open again")
        self.again.setProperty("role", "small")
        self.again.setToolTip("Run the code of the file as it is now; what was set stays set")
        self.again.clicked.connect(lambda _=False: self.again_requested.emit())
        row = QHBoxLayout(self.changed)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.changed_text, 1)
        row.addWidget(self.again)
        self._column.addWidget(self.changed)
        draft.workload_changed.connect(self._rebuild)
        watch.changes.connect(self._show_again)
        last.changed.connect(self._show_again)
        self._rebuild()
        self._show_again()

    def _rebuild(self) -> None:
        for line in self.lines:
            self._column.removeWidget(line)
            line.deleteLater()
        notes = own_notes(self._draft.workload)
        self.lines = []
        for index, note in enumerate(notes):
            line = WrappedLabel(note.text)
            line.setProperty("role", "strong" if index == 0 else "muted")
            line.setToolTip(note.about)
            self._column.insertWidget(index, line)
            self.lines.append(line)
        self.setVisible(bool(notes) or self._last.offered is not None)

    def _show_again(self) -> None:
        names, left = ", ".join(self._watch.changed), self._last.offered
        if left is not None:
            self.changed_text.setText(f"{left.short} was open.")
            self.changed_text.setToolTip(left.whole)
        else:
            self.changed_text.setText(f"{names} changed since it was opened.")
            self.changed_text.setToolTip("")
        self.changed.setVisible(bool(names) or left is not None)
        self.setVisible(bool(self.lines) or left is not None)
