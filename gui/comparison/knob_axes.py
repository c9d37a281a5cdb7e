"""Every knob of a pipeline with the values that a sweep tries; those that are ticked are varied."""

from __future__ import annotations

from collections.abc import Container, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from core.model.knob import Knob
from core.model.settings import Settings
from core.model.stage import Stage
from core.text.plural import plural
from gui.comparison.dialog_parts import ScrolledRows
from gui.comparison.sweep_draft import values_to_try
from gui.text_size import px, sized
from gui.widgets.elided_label import ElidedLabel

_HEADS = ("vary", "now", "values", "")
_HOW = "A list such as off,2,4, a range 1..8, doublings 1..64*2, or sensible"


class AxisRow:
    """The parts of one knob.

    Attributes:
        ticked: Whether the knob is varied.
        values: Its values.
        state: How many values that are, or what is wrong with them.
    """

    def __init__(self, key: str, stage: Stage, knob: Knob, settings: Settings) -> None:
        tip = f"{key}\n{knob.tooltip()}"
        self.key, self.words = key, f"{key} {knob.label} {knob.help}".lower()
        name = knob.title(stage.key)
        self.ticked = QCheckBox(name)
        self.ticked.setToolTip(tip)
        self.ticked.setAccessibleName(f"vary {name}")
        self.now = QLabel(settings.format(key))
        self.now.setProperty("role", "muted")
        self.now.setToolTip("The value where it is not varied")
        self.values = QLineEdit(values_to_try(knob, settings[key]))
        self.values.setToolTip(f"{_HOW}.\nTakes {knob.kind.describe()}.")
        self.values.setAccessibleName(f"values of {name}")
        self.values.setEnabled(False)
        sized(self.values, lambda: self.values.setMinimumWidth(px(230)))
        self.values.setCursorPosition(0)
        self.state = ElidedLabel()

    def set_visible(self, visible: bool) -> None:
        """Show the row or hold it back."""
        for part in (self.ticked, self.now, self.values, self.state):
            part.setVisible(visible)

    def say(self, text: str, *, error: bool) -> None:
        """Say something beside the values."""
        if self.state.property("role") != (role := "error" if error else "muted"):
            self.state.setProperty("role", role)
            self.state.style().unpolish(self.state)
            self.state.style().polish(self.state)
        self.state.setText(text)


class KnobAxes(ScrolledRows):
    """A row for each knob in the order of the pipeline, those that few people change at the end.

    Signals:
        changed: Other knobs are varied, or other values are tried.
    """

    changed = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        """List the knobs of a chain; the values tried at first are those that it suggests."""
        super().__init__(parent)
        self.rows: dict[str, AxisRow] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(8, 6, 8, 6)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        for column, head in enumerate(_HEADS):
            self._grid.addWidget(_heading(head), 0, column)
        knobs = [(stage, knob) for stage in settings.chain.stages for knob in stage.knobs]
        for stage, knob in knobs:
            if not knob.advanced:
                self._add(stage, knob, settings)
        self._rare = _heading("rarely changed")
        self._grid.addWidget(self._rare, self._grid.rowCount(), 0, 1, 4)
        self._advanced = [(stage, knob) for stage, knob in knobs if knob.advanced]
        for stage, knob in self._advanced:
            self._add(stage, knob, settings)
        self._rare.setVisible(bool(self._advanced))
        self._grid.setColumnStretch(2, 3)
        self._grid.setColumnStretch(3, 4)
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        inside = QWidget()
        inside.setLayout(self._grid)
        self.show_rows(inside)

    @property
    def texts(self) -> dict[str, str]:
        """Of each knob that is varied its values as they were typed."""
        return {key: row.values.text() for key, row in self.rows.items() if row.ticked.isChecked()}

    def choose(self, texts: Mapping[str, object]) -> None:
        """Vary these knobs over these values; what is no knob here is passed over."""
        for key, text in texts.items():
            if key in self.rows:
                self.rows[key].values.setText(str(text))
                self.rows[key].ticked.setChecked(True)

    def narrow(self, text: str) -> None:
        """Show the knobs that contain all these words, and those that are varied."""
        words = text.lower().split()
        for row in self.rows.values():
            matches = all(word in row.words for word in words)
            row.set_visible(matches or row.ticked.isChecked())
        rare = (self.rows[stage.id(knob.name)] for stage, knob in self._advanced)
        self._rare.setVisible(any(not row.ticked.isHidden() for row in rare))

    def take_first(self, text: str) -> bool:
        """Vary the first knob that contains these words and go to its values; false for none."""
        words = text.lower().split()
        for row in self.rows.values():
            if words and all(word in row.words for word in words):
                row.ticked.setChecked(True)
                self.go_to((row.key,))
                return True
        return False

    def go_to(self, keys: Container[str]) -> None:
        """Put the keyboard into the values of the first of these knobs."""
        row = next(row for key, row in self.rows.items() if key in keys)
        row.values.setFocus()
        row.values.selectAll()
        around: QWidget | None = self
        while around is not None:  # on a small screen the dialog scrolls too
            if isinstance(around, QScrollArea):
                around.ensureWidgetVisible(row.values)
            around = around.parentWidget()

    def show_states(self, counts: Mapping[str, int], errors: Mapping[str, str]) -> None:
        """Say beside each knob that is varied how many values it has, or what is wrong."""
        for key, row in self.rows.items():
            count = counts.get(key, 0)
            words = plural(count, "value") if count else ""
            row.say(errors.get(key, words), error=key in errors)

    def _add(self, stage: Stage, knob: Knob, settings: Settings) -> None:
        row = AxisRow(stage.id(knob.name), stage, knob, settings)
        line = self._grid.rowCount()
        for column, part in enumerate((row.ticked, row.now, row.values, row.state)):
            self._grid.addWidget(part, line, column)
        row.ticked.toggled.connect(row.values.setEnabled)
        row.ticked.toggled.connect(self.changed)
        row.values.textChanged.connect(self.changed)
        self.rows[row.key] = row


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label
