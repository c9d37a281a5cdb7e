"""A knob's row in the form of its stage: name, field, unit, and the way back to the default."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QWidget

from core.model.kinds import Folder, OneOf, Value
from core.model.knob import Knob
from gui.pipeline_form.knob_editor import KnobEditor
from gui.text_size import px, sized

_NAME_WIDTH = 114
_UNIT_WIDTH = 62


class KnobRow(QObject):
    """Shows the value of a knob and whether it was changed.

    Signals:
        edited: The person entered a value.
        entered: The keyboard or the mouse came to the field.
        reset: The person wants the default back.
    """

    edited = Signal(object)
    entered = Signal()
    reset = Signal()

    def __init__(self, key: str, knob: Knob, parent: QWidget) -> None:
        super().__init__(parent)
        self.key, self.knob = key, knob
        self.changed = False
        self.name = QLabel(knob.label, parent)
        self.name.setToolTip(f"{key}\n{knob.tooltip()}")
        self.editor = KnobEditor(key, knob, parent)
        self.name.setBuddy(self.editor)
        self.editor.edited.connect(self.edited.emit)
        self.editor.entered.connect(self.entered.emit)
        self._unit = QLabel(knob.unit, parent)
        self._unit.setProperty("role", "muted")
        self.back = QToolButton(parent)
        self.back.setAutoRaise(True)
        self.back.setToolTip(f"Set {key} back to {knob.format(knob.default)}")
        self.back.setAccessibleName(f"reset {knob.title(key.rpartition('.')[0])}")
        self.back.clicked.connect(lambda _=False: self.reset.emit())
        sized(self.name, self._fit)

    def _fit(self) -> None:
        bold = QFont(self.name.font())
        bold.setBold(True)
        # As wide as it gets once the knob is changed: bold, with a dot in front.
        widest = QFontMetrics(bold).horizontalAdvance(f"\N{BULLET} {self.knob.label}") + 4
        self.name.setFixedWidth(max(px(_NAME_WIDTH), widest))
        self._unit.setFixedWidth(px(_UNIT_WIDTH))
        # With and without its arrow the row is equally high.
        self.back.setFixedSize(px(22), self.name.sizeHint().height() + 4)

    def add_to(self, grid: QGridLayout) -> None:
        """Put the row under those that are there."""
        row = grid.rowCount()
        # A field that needs room, such as a path or words, takes that of the unit it does not have.
        wide = isinstance(self.knob.kind, (Folder, OneOf)) and not self.knob.unit
        grid.addWidget(self.name, row, 0)
        grid.addWidget(self.editor, row, 1, 1, 2 if wide else 1)
        if wide:
            self._unit.setParent(self.editor)
            self._unit.hide()
        else:
            grid.addWidget(self._unit, row, 2)
        grid.addWidget(self.back, row, 3)

    def show_value(self, value: Value, *, enabled: bool) -> None:
        """Show the present value; a field that cannot be used now is not ``enabled``."""
        self.editor.show_value(value)
        self.changed = value != self.knob.default
        # Not by its font: the style sheet sets that anew with every theme.
        if self.name.property("changed") != self.changed:
            self.name.setProperty("changed", self.changed)
            self.name.style().unpolish(self.name)
            self.name.style().polish(self.name)
        self.name.setText(("\N{BULLET} " if self.changed else "") + self.knob.label)
        self.back.setEnabled(self.changed)
        self.back.setText("\N{ANTICLOCKWISE OPEN CIRCLE ARROW}" if self.changed else "")
        self.editor.setEnabled(enabled)

    def set_visible(self, visible: bool) -> None:
        """Show the row or fold it away."""
        for part in (self.name, self.editor, self.back):
            part.setVisible(visible)
        self._unit.setVisible(visible and not isinstance(self._unit.parent(), KnobEditor))
