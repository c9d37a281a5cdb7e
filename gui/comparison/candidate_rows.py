"""The configurations that can be compared: one is the baseline, the others are ticked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QLabel,
    QRadioButton,
    QWidget,
)

from core.text.workload_name import names_user_code, workload_name
from gui.comparison.candidates import AGAIN, Candidate, ComparisonChoice, in_what
from gui.comparison.comparison_draft import letters
from gui.comparison.dialog_parts import ScrolledRows
from gui.text_size import px, sized
from gui.widgets.elided_label import ElidedLabel

_HEADS = ("baseline", "compare", "", "configuration", "settings that differ from A")
_AGAIN = "the same settings once more: shows how much noise alone makes"


class _Row:
    """The parts of one configuration."""

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self.baseline = QRadioButton()
        self.baseline.setAccessibleName(f"{candidate.title} is the baseline")
        self.baseline.setToolTip("Compare the others with this one: it is A")
        self.ticked = QCheckBox()
        self.ticked.setAccessibleName(f"compare {candidate.title}")
        self.ticked.setToolTip("Compare this one with A")
        self.letter, self.title, self.differs = QLabel(), QLabel(candidate.title), ElidedLabel()
        self.letter.setProperty("role", "strong")
        sized(self.letter, lambda: self.letter.setMinimumWidth(px(16)))
        self.letter.setAccessibleDescription(f"letter of {candidate.title}")
        self.differs.setProperty("role", "muted")
        for part in (self.baseline, self.ticked, self.title):
            part.setEnabled(not candidate.why_not)
        self.baseline.setVisible(candidate.key != AGAIN)

    @property
    def chosen(self) -> bool:
        return self.ticked.isChecked() and not self.baseline.isChecked()


class CandidateRows(ScrolledRows):
    """A row for each configuration.

    Signals:
        changed: Another choice was made.
    """

    changed = Signal()

    def __init__(
        self,
        candidates: Sequence[Candidate],
        choice: ComparisonChoice,
        parent: QWidget | None = None,
    ) -> None:
        """List configurations.

        Args:
            candidates: What can be compared.
            choice: What is chosen at first.
            parent: Where it stands.
        """
        super().__init__(parent)
        self.rows = {candidate.key: _Row(candidate) for candidate in candidates}
        self._only = QButtonGroup(self)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(8, 6, 8, 6)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        for column, head in enumerate(_HEADS):
            label = QLabel(head)
            label.setProperty("role", "heading")
            grid.addWidget(label, 0, column)
        middle = Qt.AlignmentFlag.AlignHCenter
        for line, row in enumerate(self.rows.values(), start=1):
            self._only.addButton(row.baseline)
            grid.addWidget(row.baseline, line, 0, middle)
            grid.addWidget(row.ticked, line, 1, middle)
            grid.addWidget(row.letter, line, 2)
            grid.addWidget(row.title, line, 3)
            grid.addWidget(row.differs, line, 4)
            row.baseline.toggled.connect(self._show)
            row.ticked.toggled.connect(self._show)
        grid.setColumnStretch(4, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        self.show_rows(inside)
        self.choose(choice)
        self._show()

    @property
    def chosen(self) -> tuple[Candidate, ...]:
        """What is to be compared, the baseline first."""
        baseline = [row.candidate for row in self.rows.values() if row.baseline.isChecked()]
        others = [row.candidate for row in self.rows.values() if row.chosen]
        return (*baseline, *others)

    def choose(self, choice: ComparisonChoice) -> None:
        """Tick what is to be compared, and nothing else."""
        for key, row in self.rows.items():
            row.baseline.setChecked(key == choice.baseline)
            row.ticked.setChecked(key in choice.others)

    def _show(self) -> None:
        chosen = self.chosen
        named = letters(chosen)
        baseline = chosen[0] if chosen else None
        for row in self.rows.values():
            letter = named.get(row.candidate.key, "")
            row.letter.setText(letter)
            row.ticked.setEnabled(not row.candidate.why_not and not row.baseline.isChecked())
            row.differs.setText(_difference(row.candidate, baseline))
        self.changed.emit()


def _difference(candidate: Candidate, baseline: Candidate | None) -> str:
    if candidate.why_not:
        return candidate.why_not
    if candidate.key == AGAIN:
        return _AGAIN
    if candidate.settings is None or baseline is None or baseline.settings is None:
        return ""
    if candidate.key == baseline.key:
        differs = in_what(candidate.settings.chain.defaults(), candidate.settings)
        begins = "as the file is written" if names_user_code(candidate.workload) else "the defaults"
        return f"{begins}, with {differs}" if differs else begins
    if candidate.workload != baseline.workload:
        return f"another workload: {workload_name(candidate.workload, baseline.workload)}"
    return in_what(baseline.settings, candidate.settings) or "the same as A"
