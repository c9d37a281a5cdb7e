"""Rows that are scrolled, folded and gone through with the keyboard; not what is in them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from core.timeline.rows import Row
from gui.timeline.row_layout import AXIS_PX, HEADING_PX, RowLayout


class ScrolledRows(QAbstractScrollArea):
    """Below an axis that stays; a subclass draws."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = RowLayout()
        self._row = 0

    @property
    def rows(self) -> list[Row]:
        """The rows in sight or to be scrolled to, unfolded ones with their threads."""
        return [row for _, row in self._layout.rows]

    def toggle(self, index: int) -> None:
        """Fold or unfold a row of the timeline into its threads."""
        self._layout.toggle(index)
        self._rows_changed()

    def _show_rows(self, rows: Sequence[Row]) -> None:
        """Take other rows, all folded."""
        self._row = 0
        self._layout.show(rows)
        self._rows_changed()

    def _rows_changed(self) -> None:
        self._fit_bars()
        self.viewport().update()

    def _go_row(self, by: int) -> None:
        tops = self._layout.tops
        self._row = min(max(self._row + by, 0), max(len(tops) - 1, 0))
        top, high = tops[self._row] if tops else 0, self._layout.row_px
        bar = self.verticalScrollBar()
        if top < bar.value():
            bar.setValue(top - HEADING_PX)
        elif top + high > bar.value() + self._room():
            bar.setValue(top + high - self._room())
        self.viewport().update()

    def _toggle_row(self) -> None:
        if self._layout.rows:
            self.toggle(self._layout.rows[self._row][0])

    def _room(self) -> int:
        return max(self.viewport().height() - AXIS_PX, 1)

    def _fit_bars(self) -> None:
        self._layout.row_px = self.fontMetrics().height() + 6
        bar = self.verticalScrollBar()
        bar.setRange(0, max(self._layout.height - self._room(), 0))
        bar.setSingleStep(self._layout.row_px)
        bar.setPageStep(self._room())

    def _row_at(self, y: float) -> int | None:
        """Which row is at a height of the viewport."""
        if y < AXIS_PX:
            return None
        return self._layout.at(y - AXIS_PX + self.verticalScrollBar().value())

    def sizeHint(self) -> QSize:
        """As high as a few rows."""
        return QSize(700, 320)

    def minimumSizeHint(self) -> QSize:
        """Enough for some rows."""
        return QSize(320, 140)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size shows as much as there is room for."""
        super().resizeEvent(event)
        self._fit_bars()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which row the keyboard is at."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no more."""
        super().focusOutEvent(event)
        self.viewport().update()
