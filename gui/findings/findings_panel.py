"""What is known to be wrong or costly about the pipeline on the left."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.analysis.findings import Finding
from core.analysis.findings.text import NOTHING_FOUND
from core.machine_memory import available_bytes
from core.measure.environment import usable_cores
from core.model.errors import InputError
from gui.findings.finding_card import FindingCard
from gui.findings.findings_shown import ComparisonCache, FindingsShown, findings_shown
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm

_SETTLE_MS = 100


class FindingsPanel(QWidget):
    """Follows the draft, and what is recorded of it.

    Attributes:
        shown: What there is now.
        advice: What to try first.
        cards: The findings, the gravest first.
        copy_button: Copies all as text.

    Signals:
        changed: ``shown`` is another.
    """

    changed = Signal()

    def __init__(
        self, draft: PipelineForm, app_state: AppState, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("help", "concepts.md#findings")
        self._draft, self._app_state = draft, app_state
        self._cores = len(usable_cores())
        self._compared = ComparisonCache()
        self.shown = FindingsShown()
        self.cards: list[FindingCard] = []
        self.head = QLabel()
        self.head.setProperty("role", "heading")
        self.copy_button = QPushButton("&Copy as text")
        self.copy_button.setToolTip("Copy all findings as text (Alt+C)")
        self.copy_button.clicked.connect(self.copy)
        self.advice = QLabel()
        self.advice.setWordWrap(True)
        self.advice.setProperty("role", "sentence")
        self.advice.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.nothing = QLabel(NOTHING_FOUND)
        self.nothing.setProperty("role", "muted")
        self.nothing.setWordWrap(True)
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(6)
        self._column.addWidget(self.nothing)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setAccessibleName("findings")
        scroll.setProperty("role", "page")
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        top = QHBoxLayout()
        top.addWidget(self.head, 1)
        top.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.addLayout(top)
        column.addWidget(self.advice)
        column.addWidget(scroll, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLE_MS)
        self._timer.timeout.connect(self.look)
        draft.settings_changed.connect(self._timer.start)
        app_state.runs_changed.connect(self._timer.start)
        app_state.experiments_changed.connect(self._timer.start)
        app_state.theme_changed.connect(self._fill)
        self.look()

    def look(self) -> None:
        """Look again now."""
        self._timer.stop()
        session, draft = self._app_state.session, self._draft
        shown = findings_shown(
            session,
            draft.workload,
            draft.settings,
            self._compared,
            self._cores,
            available_bytes(),
        )
        if shown != self.shown or not self.head.text():
            self.shown = shown
            self._fill()
            self.changed.emit()

    def stop(self) -> None:
        """Look no more: the window is closed."""
        self._timer.stop()

    def copy(self) -> None:
        """Put everything on the clipboard."""
        QGuiApplication.clipboard().setText(self.shown.text())
        self._app_state.message.emit("The findings were copied.")

    def showEvent(self, event: QShowEvent) -> None:
        """Be up to date at once."""
        super().showEvent(event)
        if self._timer.isActive():
            self.look()

    def _fill(self) -> None:
        for card in self.cards:
            self._column.removeWidget(card)
            card.setParent(None)
            card.deleteLater()
        self.cards = []
        code = self._draft.workload.code
        machine = "" if code is None else code.machine
        for index, finding in enumerate(self.shown.findings):
            card = FindingCard(
                finding,
                self._draft.in_names(finding.change_text),
                self._app_state.theme,
                machine=machine,
            )
            card.wanted.connect(self._set)
            self._column.insertWidget(index, card)
            self.cards.append(card)
        self.head.setText(self.shown.line.upper())
        self.advice.setText(self._draft.in_names(self.shown.advice))
        self.advice.setVisible(bool(self.shown.advice))
        self.nothing.setVisible(not self.cards)
        self.copy_button.setEnabled(bool(self.cards or self.shown.advice))

    def _set(self, finding: Finding) -> None:
        try:
            self._draft.set_values(finding.change)
        except InputError as error:
            self._app_state.failed.emit(str(error), error.details)
        else:
            self._app_state.message.emit(
                f"Set {self._draft.in_names(finding.change_text)}. Press Run to see the effect."
            )
