"""What came of a kept diagnosis: its headline, what was tried, and the way to the page Answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from core.analysis.comparisons.knob_values import with_names
from core.model.run import Run
from gui.widgets.notes_view import NotesView


def _why_nothing(run: Run) -> str:
    """Why nothing is known: the diagnosis failed, or ended before its first figure."""
    return run.failure.text() if run.failure is not None else "Nothing was measured yet."


class DiagnosisResult(QWidget):
    """The headline, and each change that was tried in a line.

    Attributes:
        headline: At most three lines.
        tried: What was tried, with its gain.
        open_button: Shows all of it on the page Answer.

    Signals:
        answer_requested: It is to be shown on the page Answer: the run's id.
    """

    answer_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run_id = ""
        self.headline, self.tried = QLabel(), NotesView(most_lines=14)
        self.headline.setProperty("role", "finding")
        self.headline.setWordWrap(True)
        self.headline.setTextFormat(Qt.TextFormat.PlainText)
        self.headline.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.headline.setAccessibleName("the answer")
        self.tried.setAccessibleName("changes that were tried")
        self.open_button = QPushButton("Show on the page &Answer")
        self.open_button.setToolTip("Cut rates, changes, patch and report (Alt+A)")
        self.open_button.clicked.connect(lambda: self.answer_requested.emit(self._run_id))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.headline)
        column.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.tried)
        column.addStretch(1)

    def show_run(self, run: Run) -> None:
        """Show what a diagnosis found out so far."""
        self._run_id = run.id
        answer = run.answer
        lines = (() if answer is None else answer.headline) or (_why_nothing(run),)
        knobs = run.settings.chain.knobs if run.settings is not None else {}
        self.headline.setText("\n".join(with_names(line, knobs) for line in lines))
        tried = () if answer is None else answer.tried
        words = (f"{trial.words}{', kept' if trial.kept else ''}" for trial in tried)
        self.tried.set_notes([with_names(text, knobs) for text in words])
        self.tried.setVisible(bool(tried))

    def text(self) -> str:
        """All of it, for the clipboard."""
        return f"{self.headline.text()}\n\n{self.tried.toPlainText()}"
