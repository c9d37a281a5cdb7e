"""A pyqtgraph plot, set up as all plots of the window are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence

from gui.plotting.range_box import RangeBox
from gui.text_size import px
from gui.theme import Theme, mixed

_LEFT_AXIS_PX = 58
_X_AXIS_PX = 40
_LEAST_HEIGHT_PX = 76
"""Lower, and its numbers would stand upon each other."""
_GRID_Z = -20
_ZOOM, _PAN = 0.8, 0.1
_MOVES = {
    Qt.Key.Key_W: (_ZOOM, 0.0),
    Qt.Key.Key_S: (1 / _ZOOM, 0.0),
    Qt.Key.Key_A: (1.0, -_PAN),
    Qt.Key.Key_D: (1.0, _PAN),
}
"""What each key makes of what is seen: its width, and how far it goes right."""


class PlotView(pg.PlotWidget):
    """One plot without pyqtgraph's own menu, whose SVG export fails with Qt 6.11.

    Attributes:
        item: The plot item.
        x_places: Where the grid has its vertical lines; None for where the axis has numbers.
        y_places: The same of its horizontal lines.
        escapes: Whether there is something that Esc takes away here, before it asks to stop a run.
        summary: Says in words what the plot shows, for screen readers; asked as the focus comes.

    Signals:
        range_taken: The person moved or scaled the x axis with mouse or wheel.
        stepped: The person asks for the place to the left (-1) or right (+1).
        extended: The same, and what lies between is to be selected.
        moved: What is seen is to be so many times as wide, and to go so much of its width right.
        kept: What stands at the crosshair is to stay, or to go along again.
        copied: What stands at the crosshair is to be copied.
        escaped: What was selected or kept is to go.
        left: The mouse has gone.
    """

    range_taken = Signal()
    stepped = Signal(int)
    left = Signal()
    extended = Signal(int)
    moved = Signal(float, float)
    kept = Signal()
    copied = Signal()
    escaped = Signal()

    def __init__(self, name: str, help_text: str, *, scroll_x: bool = True) -> None:
        """Make an empty plot.

        Args:
            name: What a screen reader calls it.
            help_text: What it shows.
            scroll_x: The x axis can be moved and zoomed, and parts of it selected.
        """
        box = {"viewBox": RangeBox(enableMenu=False)} if scroll_x else {}
        super().__init__(enableMenu=False, **box)
        self._scrolls = scroll_x
        self.escapes = False
        self.item: Any = self.getPlotItem()
        # Without a parent, Qt would keep and style the menu for as long as the application runs.
        menu = self.item.ctrlMenu
        menu.setParent(self, menu.windowFlags())
        self.x_places: Sequence[float] | None = None
        self.y_places: Sequence[float] | None = None
        self._x_values: tuple[bool, str] = (True, "")
        self.item.hideButtons()
        self.item.disableAutoRange()
        # The y axis always shows all of what is seen, so only x is moved by hand.
        self.item.setMouseEnabled(x=scroll_x, y=False)
        self.item.vb.sigRangeChangedManually.connect(lambda *_: self.range_taken.emit())
        for side in ("left", "bottom"):
            axis = self.item.getAxis(side)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(
                maxTickLevel=1,
                tickLength=-4,
                autoExpandTextSpace=False,
                hideOverlappingLabels=False,
            )
        # Room for half of the topmost number, and for the newest step not to touch the border.
        self.item.layout.setContentsMargins(2, 6, 18, 2)
        # A plot may be low: better few numbers than numbers upon numbers.
        self.item.getAxis("left").setTickDensity(0.7)
        # pyqtgraph's own grid is drawn with transparent pens, which costs five times as much.
        self._grid = pg.PlotCurveItem(connect="pairs", antialias=False)
        self._grid.setZValue(_GRID_Z)
        self.item.addItem(self._grid, ignoreBounds=True)
        self.item.vb.sigRangeChanged.connect(lambda *_: self._draw_grid())
        self.item.vb.sigResized.connect(lambda *_: self._draw_grid())
        # Told of another size before its label has one, an axis leaves the label where it was.
        self.item.vb.sigResized.connect(lambda *_: self.item.getAxis("left").resizeEvent())
        self._text_px = 0
        self._scale_text()
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setAccessibleDescription(help_text)
        self.summary: Callable[[], str] | None = None
        self._help_text = help_text

    def minimumSizeHint(self) -> QSize:
        """Low, so that many fit above each other."""
        height = px(_LEAST_HEIGHT_PX + (_X_AXIS_PX if self._x_values[0] else 0))
        return QSize(super().minimumSizeHint().width(), height)

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.setBackground(theme.base)
        for side in ("left", "bottom"):
            axis = self.item.getAxis(side)
            axis.setPen(pg.mkPen(theme.grid))
            axis.setTextPen(pg.mkPen(theme.muted))
        self._grid.setPen(pg.mkPen(mixed(QColor(theme.grid), QColor(theme.base), 0.2), width=1))

    def changeEvent(self, event: QEvent) -> None:
        """Axes take on another size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_text_px"):
            self._scale_text()

    def _scale_text(self) -> None:
        font = QGuiApplication.font()
        if font.pixelSize() == self._text_px:
            return
        self._text_px = font.pixelSize()
        for side in ("left", "bottom"):
            axis = self.item.getAxis(side)
            axis.setTickFont(font)
            axis.label.setFont(font)
            # Its place follows from its height.
            axis.resizeEvent()
        # Linked plots line up only where their axes are equally wide.
        self.item.getAxis("left").setWidth(px(_LEFT_AXIS_PX))
        self.updateGeometry()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Describe what is shown before a screen reader asks."""
        self.describe()
        super().focusInEvent(event)

    def describe(self) -> None:
        """Say what is shown now, and then what kind of plot it is."""
        if self.summary is not None:
            self.setAccessibleDescription(f"{self.summary()}. {self._help_text}")

    def show_x_values(self, on: bool, label: str = "") -> None:
        """Show numbers and label of the x axis, or leave them to the plot below."""
        if (on, label) == self._x_values:
            # Told again, pyqtgraph would lay out and paint it all again.
            return
        self._x_values = (on, label)
        axis = self.item.getAxis("bottom")
        axis.setStyle(showValues=on)
        axis.setHeight(None if on else 6)
        self.updateGeometry()
        axis.showLabel(on)
        if on and axis.labelText != label:
            axis.setLabel(label)

    def _draw_grid(self) -> None:
        (left, right), (bottom, top) = box = self.item.vb.viewRange()
        size = (self.item.vb.width(), self.item.vb.height())
        lines: list[tuple[float, float]] = []
        for side, (low, high), length in zip(("bottom", "left"), box, size, strict=True):
            if length <= 0:
                return
            levels = self.item.getAxis(side).tickValues(low, high, length)
            places = levels[0][1] if levels else ()
            wanted = self.x_places if side == "bottom" else self.y_places
            places = places if wanted is None else wanted
            for place in places:
                ends = ((place, bottom), (place, top)), ((left, place), (right, place))
                lines += ends[side == "left"]
        self._grid.setData([x for x, _ in lines], [y for _, y in lines])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys step from place to place, and what else keys do in a plot."""
        if not self._does(event):
            super().keyPressEvent(event)

    def _does(self, event: QKeyEvent) -> bool:
        key, shift = Qt.Key(event.key()), event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key)
        if step is not None and not event.modifiers():
            self.stepped.emit(step)
        elif not self._scrolls:
            return False
        elif step is not None and shift:
            self.extended.emit(step)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif event.modifiers():
            return False
        elif key in _MOVES:
            self.moved.emit(*_MOVES[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.kept.emit()
        elif key == Qt.Key.Key_Escape and self.escapes:
            self.escaped.emit()
        else:
            return False
        return True

    def event(self, event: QEvent) -> bool:
        """Esc and Ctrl+C mean this plot before they mean the window."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            escape = event.key() == Qt.Key.Key_Escape and self.escapes
            copy = event.matches(QKeySequence.StandardKey.Copy)
            if self._scrolls and (escape or copy):
                event.accept()
                return True
        return bool(super().event(event))

    def leaveEvent(self, event: QEvent) -> None:
        """Say that the mouse has gone."""
        super().leaveEvent(event)
        self.left.emit()
