"""One stage in the chain: its mark on the rail, its switch and its knobs."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.model.kinds import Toggle
from core.model.knob import Knob
from core.model.settings import Settings
from core.model.stage import Stage
from gui.pipeline_form.knob_editor import KnobEditor
from gui.pipeline_form.knob_row import KnobRow
from gui.state.stage_place import StagePlace, title_of
from gui.text_size import sized
from gui.theme import Theme
from gui.widgets.markup import with_markup
from gui.widgets.place_link import PlaceLink

_RAIL = 22
_STEP, _DEEPEST = 16, 3
_TITLE_WIDTH = 210


class StageBox(QWidget):
    """Shows a stage under the present settings; a stage that is off is hollow and stays.

    Knobs that few people change are folded away behind a button while they have their default.

    Attributes:
        editors: The fields by the ids of their knobs.
        more: The button; hidden where there is nothing to fold away.
        widest: Width in pixels that it needs with every knob shown.

    Signals:
        switched: The person switched the stage on or off.
        edited: The person entered a value for a knob: its id and what was entered.
        reset: The person wants a knob back at its default: its id.
        entered: The keyboard or the mouse came to the field of a knob: its id.
    """

    switched = Signal(bool)
    edited = Signal(str, object)
    reset = Signal(str)
    entered = Signal(str)

    def __init__(
        self,
        stage: Stage,
        theme: Theme,
        hidden_knobs: frozenset[str] = frozenset(),
        place: StagePlace | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.stage = stage
        self._indent = _STEP * min(place.depth, _DEEPEST) if place is not None else 0
        self._theme = theme
        self._on = True
        self._first = self._last = False
        self.editors: dict[str, KnobEditor] = {}
        self._rows: dict[str, KnobRow] = {}
        self._kept: set[str] = set()
        self.check = self._make_switch()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        self.more = self._make_more()
        header = self._header()
        shown = [knob for knob in stage.knobs if self._has_row(knob, hidden_knobs)]
        for knob in sorted(shown, key=lambda knob: knob.advanced):
            self._add_row(knob)
        column = QVBoxLayout(self)
        # Many stages of someone's code have no knob: they stand closer together.
        gap = 4 if place is None else 2
        column.setContentsMargins(_RAIL + self._indent, gap, 4, gap)
        column.setSpacing(3 if place is None else 1)
        column.addLayout(header)
        if place is not None:
            column.addWidget(PlaceLink(place))
        column.addLayout(self._grid)
        self.setAccessibleName(f"stage {stage.key}")
        # Here the keyboard is once it has left a field.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleDescription(self._about())
        self.widest = self.minimumSizeHint().width()
        self._fold()

    @property
    def unfolded(self) -> bool:
        """Whether the knobs that few people change are all shown."""
        return self.more.isChecked()

    def focus_knob(self, key: str) -> None:
        """Put the keyboard into a knob's field, unfolding the rest where it is folded away."""
        if self.editors[key].isHidden():
            self.more.setChecked(True)
        self.editors[key].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_settings(self, settings: Settings, *, first: bool = False, last: bool) -> None:
        """Show the present values.

        Args:
            settings: A value for every knob of the chain.
            first: The rail begins here.
            last: The rail ends here.
        """
        self._first = first
        self._on, self._last = self.stage.is_on(settings), last
        self.check.blockSignals(True)
        self.check.setChecked(self._on)
        self.check.blockSignals(False)
        self.check.setAccessibleDescription("on" if self._on else "off")
        switch = self.stage.switch
        for key, row in self._rows.items():
            is_switch = switch is not None and key in map(
                self.stage.id, (switch.knob, *switch.clears)
            )
            row.show_value(settings[key], enabled=self._on or is_switch)
        self._fold()
        self.update()

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
        rail = QPointF(middle, self._title.geometry().center().y() + 1)
        if not self._last:
            painter.drawLine(rail, QPointF(middle, self.height()))
        if self.stage.kind != "source" and not self._first:
            painter.drawLine(QPointF(middle, 0), rail)
        # What is nested hangs on the rail of what it is nested in.
        mark = rail + QPointF(self._indent, 0)
        painter.drawLine(rail, mark)
        colour = QColor(self._theme.accent)
        painter.setPen(QPen(colour if self._on else QColor(self._theme.muted), 2))
        painter.setBrush(colour if self._on else QColor(self._theme.window))
        painter.drawEllipse(mark, 4.5, 4.5)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 3, 3)
        painter.end()

    def _make_switch(self) -> QCheckBox:
        check = QCheckBox(self)
        font = check.font()
        font.setBold(True)
        check.setFont(font)
        title = title_of(self.stage)
        room = _TITLE_WIDTH - self._indent
        elide = Qt.TextElideMode.ElideMiddle
        check.setText(QFontMetrics(font).elidedText(title, elide, room))
        check.setObjectName(f"{self.stage.key}.switch")
        check.setToolTip(self._about(title if check.text() != title else ""))
        check.setAccessibleName(f"stage {self.stage.key}")
        check.toggled.connect(self.switched.emit)
        return check

    def _about(self, whole: str = "") -> str:
        names = " or ".join(self.stage.executed_as)
        runs = f"\nTensorFlow runs it as {names}." if names else ""
        off = "" if self.stage.switch else "\nIt cannot be switched off."
        first = f"{whole}\n" if whole else ""
        return f"{first}{self.stage.help}{runs}{off}"

    def _header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._title: QWidget = self.check
        if self.stage.switch is None:
            title = QLabel(self.check.text(), self)
            title.setFont(self.check.font())
            title.setToolTip(self.check.toolTip())
            self.check.hide()
            self._title = title
        row.addWidget(self._title)
        row.addStretch(1)
        row.addWidget(self.more)
        self._link = with_markup(QLabel(self))
        self._link.setOpenExternalLinks(True)
        self._link.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
        self._link.setToolTip(f"{self.stage.url}\nOpens the documentation in the browser.")
        self._link.setVisible(bool(self.stage.url))
        row.addWidget(self._link)
        self._colour_link()
        return row

    def _colour_link(self) -> None:
        where = _documented_by(self.stage.url)
        style = f"color: {self._theme.accent}"
        self._link.setText(f'<a href="{escape(self.stage.url)}" style="{style}">{where}</a>')

    def _has_row(self, knob: Knob, hidden: frozenset[str]) -> bool:
        """The check box in the header stands for a knob that is nothing but the switch."""
        switch = self.stage.switch
        is_switch = switch is not None and switch.knob == knob.name
        return not (is_switch and isinstance(knob.kind, Toggle)) and (
            self.stage.id(knob.name) not in hidden
        )

    def _add_row(self, knob: Knob) -> None:
        key = self.stage.id(knob.name)
        row = KnobRow(key, knob, self)
        row.edited.connect(lambda value: self.edited.emit(key, value))
        row.entered.connect(lambda: self.entered.emit(key))
        row.reset.connect(lambda: self.reset.emit(key))
        row.add_to(self._grid)
        self._rows[key], self.editors[key] = row, row.editor

    def _make_more(self) -> QToolButton:
        more = QToolButton(self)
        more.setCheckable(True)
        more.setAutoRaise(True)
        more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # In the header it takes no line of its own, and no more height than the title.
        more.setProperty("role", "fold")
        sized(more, lambda: more.setFixedHeight(self.check.sizeHint().height() + 2))
        more.setObjectName(f"{self.stage.key}.more")
        more.setAccessibleName(f"more settings of stage {self.stage.key}")
        more.toggled.connect(self._toggle)
        return more

    def _toggle(self, unfolded: bool) -> None:
        if not unfolded:
            self._kept.clear()
        self._fold()

    def _fold(self) -> None:
        """Show what is changed, and the rest where it is unfolded.

        A row that was shown stays until the person folds: fields do not move as they are edited.
        """
        advanced = [row for row in self._rows.values() if row.knob.advanced]
        self._kept.update(row.key for row in advanced if row.changed)
        away = [row for row in advanced if row.key not in self._kept]
        if self._kept and not away and any(not row.changed for row in advanced):
            self.more.blockSignals(True)
            self.more.setChecked(True)
            self.more.blockSignals(False)
        for row in advanced:
            row.set_visible(self.unfolded or row not in away)
        self.more.setVisible(self.unfolded or bool(away))
        self.more.setText("fewer" if self.unfolded else f"{len(away)} more")
        arrow = Qt.ArrowType.DownArrow if self.unfolded else Qt.ArrowType.RightArrow
        self.more.setArrowType(arrow)
        names = ", ".join(row.knob.label for row in away)
        self.more.setToolTip(f"For the few who need them: {names}" if names else "")


def _documented_by(url: str) -> str:
    if "keras.io" in url:
        return "Keras"
    return "tf.config" if "/tf/config" in url else "tf.data"
