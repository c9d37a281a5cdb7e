"""What a diagnosis started in the window may do: its budget, and what it may change."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from core.model.diagnosis import DiagnosisOptions
from core.model.training_change import ChangeKind

_BUDGETS = ((1, "1 min"), (2, "2 min"), (5, "5 min"), (15, "15 min"), (60, "1 h"))
_DEFAULT = 5
_ALLOWED: tuple[tuple[str, tuple[ChangeKind, ...]], ...] = (
    ("nothing that changes the training", ()),
    ("another order of the examples", (ChangeKind.ORDER,)),
    ("another order, repeated augmentation", (ChangeKind.ORDER, ChangeKind.AUGMENTATION)),
    ("anything", tuple(ChangeKind)),
)


_LEAST_CHARACTERS = 14


class OptionsRow(QWidget):
    """Two lists in a row.

    Attributes:
        budget: How long it may take.
        allowed: Changes to the training that may be recommended.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.budget, self.allowed = QComboBox(), QComboBox()
        for minutes, text in _BUDGETS:
            self.budget.addItem(text, minutes)
        self.budget.setCurrentIndex(self.budget.findData(_DEFAULT))
        for text, kinds in _ALLOWED:
            self.allowed.addItem(text, kinds)
        # Some choices are long; where there is little room, the list alone shows them whole.
        self.allowed.setMinimumContentsLength(_LEAST_CHARACTERS)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for text, box in (("&budget", self.budget), ("&allow", self.allowed)):
            label = QLabel(text)
            label.setProperty("role", "muted")
            label.setBuddy(box)
            row.addWidget(label)
            row.addWidget(box)
        self.budget.setAccessibleName("how long a diagnosis may take")
        self.allowed.setAccessibleName("changes to the training that may be recommended")

    @property
    def options(self) -> DiagnosisOptions:
        """What is chosen."""
        minutes, kinds = self.budget.currentData(), self.allowed.currentData()
        return DiagnosisOptions(budget_s=60.0 * minutes, allow=tuple(kinds))
