"""One stage in the chain: its mark on the rail, its switch and its knobs."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.model.kinds import Folder
from core.model.knob import Knob
from core.model.settings import Settings
from core.model.stage import Stage
from gui.theme import Theme
from gui.widgets.knob_editor import KnobEditor

_RAIL = 22
_NAME_WIDTH = 118
_UNIT_WIDTH = 58


class StageBox(QWidget):
    """Shows a stage under the present settings; a stage that is off is hollow and stays.

    Signals:
        switched: The person switched the stage on or off.
        edited: The person entered a value for a knob: its id and what was entered.
        reset: The person wants a knob back at its default: its id.
    """

    switched = Signal(bool)
    edited = Signal(str, object)
    reset = Signal(str)

    def __init__(
        self,
        stage: Stage,
        theme: Theme,
        hidden_knobs: frozenset[str] = frozenset(),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.stage = stage
        self._theme = theme
        self._on = True
        self._last = False
        self.editors: dict[str, KnobEditor] = {}
        self._names: dict[str, QLabel] = {}
        self._resets: dict[str, QToolButton] = {}
        self._focused = ""
        self._error = ""
        self.check = self._make_switch()
        self._help = QLabel()
        self._help.setWordWrap(True)
        self._help.setProperty("role", "muted")
        self._help.hide()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        for knob in stage.knobs:
            if self._has_row(knob, hidden_knobs):
                self._add_row(knob)
        column = QVBoxLayout(self)
        column.setContentsMargins(_RAIL, 4, 4, 4)
        column.setSpacing(3)
        column.addLayout(self._header())
        column.addLayout(self._grid)
        column.addWidget(self._help)
        self.setAccessibleName(f"stage {stage.key}")

    def show_settings(self, settings: Settings, *, last: bool) -> None:
        """Show the present values.

        Args:
            settings: A value for every knob of the chain.
            last: The rail ends here.
        """
        self._on, self._last, self._error = self.stage.is_on(settings), last, ""
        self.check.blockSignals(True)
        self.check.setChecked(self._on)
        self.check.blockSignals(False)
        self.check.setAccessibleDescription("on" if self._on else "off")
        for key, editor in self.editors.items():
            knob = settings.chain.knob(key)
            editor.show_value(settings[key])
            changed = settings[key] != knob.default
            font = self._names[key].font()
            font.setBold(changed)
            self._names[key].setFont(font)
            self._names[key].setText(("\N{BULLET} " if changed else "") + knob.label)
            self._resets[key].setEnabled(changed)
            self._resets[key].setText("\N{ANTICLOCKWISE OPEN CIRCLE ARROW}" if changed else "")
            switch = self.stage.switch
            is_switch = switch is not None and key == self.stage.id(switch.knob)
            editor.setEnabled(self._on or is_switch)
        self._show_help()
        self.update()

    def show_error(self, key: str, text: str) -> None:
        """Say under the knob why what was entered does not do."""
        self._focused, self._error = key, text
        self._show_help()

    def set_theme(self, theme: Theme) -> None:
        """Draw the rail in other colours."""
        self._theme = theme
        self._colour_link()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rail and the stage's mark: filled when on, hollow when off."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = _RAIL / 2
        painter.setPen(QPen(QColor(self._theme.border), 2))
        mark = QPointF(middle, self._title.geometry().center().y() + 1)
        if not self._last:
            painter.drawLine(mark, QPointF(middle, self.height()))
        if self.stage.kind != "source":
            painter.drawLine(QPointF(middle, 0), mark)
        colour = QColor(self._theme.accent)
        painter.setPen(QPen(colour if self._on else QColor(self._theme.muted), 2))
        painter.setBrush(colour if self._on else QColor(self._theme.window))
        painter.drawEllipse(mark, 4.5, 4.5)
        painter.end()

    def _make_switch(self) -> QCheckBox:
        title = self.stage.title + (f" [{self.stage.name}]" if self.stage.name else "")
        check = QCheckBox(title)
        font = check.font()
        font.setBold(True)
        check.setFont(font)
        check.setObjectName(f"{self.stage.key}.switch")
        check.setToolTip(self._about())
        check.setAccessibleName(f"stage {self.stage.key}")
        check.toggled.connect(self.switched.emit)
        return check

    def _about(self) -> str:
        names = " or ".join(self.stage.executed_as)
        runs = f"\nTensorFlow runs it as {names}." if names else ""
        off = "" if self.stage.switch else "\nIt cannot be switched off."
        return f"{self.stage.help}{runs}{off}"

    def _header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._title: QWidget = self.check
        if self.stage.switch is None:
            title = QLabel(self.check.text())
            title.setFont(self.check.font())
            title.setToolTip(self._about())
            self.check.hide()
            self._title = title
        row.addWidget(self._title)
        row.addStretch(1)
        self._link = QLabel()
        self._link.setOpenExternalLinks(True)
        self._link.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
        self._link.setToolTip(f"{self.stage.url}\nOpens the documentation in the browser.")
        self._link.setVisible(bool(self.stage.url))
        row.addWidget(self._link)
        self._colour_link()
        return row

    def _colour_link(self) -> None:
        where = "Keras" if self.stage.kind == "fit" else "tf.data"
        style = f"color: {self._theme.accent}"
        self._link.setText(f'<a href="{self.stage.url}" style="{style}">{where}</a>')

    def _has_row(self, knob: Knob, hidden: frozenset[str]) -> bool:
        """The check box in the header stands for a knob that is nothing but the switch."""
        return knob.name != "enabled" and self.stage.id(knob.name) not in hidden

    def _add_row(self, knob: Knob) -> None:
        key, row = self.stage.id(knob.name), self._grid.rowCount()
        name = QLabel(knob.label)
        name.setToolTip(f"{key}\n{knob.tooltip()}")
        editor = KnobEditor(key, knob)
        name.setBuddy(editor)
        bold = QFont(name.font())
        bold.setBold(True)
        # As wide as it gets once the knob is changed: bold, with a dot in front.
        changed = QFontMetrics(bold).horizontalAdvance(f"\N{BULLET} {knob.label}") + 4
        name.setFixedWidth(max(_NAME_WIDTH, changed))
        editor.edited.connect(lambda value, key=key: self.edited.emit(key, value))
        editor.entered.connect(lambda key=key: self._focus(key))
        unit = QLabel(knob.unit)
        unit.setProperty("role", "muted")
        unit.setFixedWidth(_UNIT_WIDTH)
        back = QToolButton()
        back.setAutoRaise(True)
        back.setFixedWidth(22)
        back.setToolTip(f"Set {key} back to {knob.format(knob.default)}")
        back.setAccessibleName(f"reset {key}")
        back.clicked.connect(lambda _=False, key=key: self.reset.emit(key))
        self._grid.addWidget(name, row, 0)
        # A field that needs room, such as a path, takes that of the unit it does not have.
        self._grid.addWidget(editor, row, 1, 1, 2 if isinstance(knob.kind, Folder) else 1)
        if knob.unit or not isinstance(knob.kind, Folder):
            self._grid.addWidget(unit, row, 2)
        self._grid.addWidget(back, row, 3)
        self.editors[key], self._names[key], self._resets[key] = editor, name, back

    def _focus(self, key: str) -> None:
        if key != self._focused:
            self._error = ""
        self._focused = key
        self._show_help()

    def leave(self) -> None:
        """Fold the help away: another stage has the person's attention."""
        self._focused = self._error = ""
        self._show_help()

    def _show_help(self) -> None:
        knob = next((k for k in self.stage.knobs if self.stage.id(k.name) == self._focused), None)
        self._help.setVisible(knob is not None)
        if knob is None:
            return
        role = "error" if self._error else "muted"
        if self._help.property("role") != role:
            self._help.setProperty("role", role)
            self._help.style().unpolish(self._help)
            self._help.style().polish(self._help)
        self._help.setText(self._error or f"{knob.help} {knob.cannot_help}")
