"""A small table that floats over plots and says what is under the crosshair."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QWidget

from gui.theme import Theme, tabular
from gui.widgets.markup import with_markup

_MARGIN = 6
_AWAY = 14


class PlotTooltip(QLabel):
    """Takes no mouse: what is beneath it can still be reached."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        with_markup(self)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFont(tabular(self.font()))
        self.setMargin(_MARGIN)
        self.setAutoFillBackground(True)
        self.setAccessibleDescription("values at the crosshair")
        self.hide()

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.setStyleSheet(
            f"QLabel {{ background: {theme.base}; color: {theme.text};"
            f" border: 1px solid {theme.border}; }}"
        )

    def show_rows(
        self, title: str, rows: Sequence[tuple[QColor | None, Sequence[str]]], note: str = ""
    ) -> None:
        """Show a title and one row per run: its colour, then its cells."""
        cells = "".join(_row(colour, texts) for colour, texts in rows)
        table = f"<table cellspacing='0' cellpadding='1'>{cells}</table>" if rows else ""
        heading = f"<b>{escape(title)}</b>" if title else ""
        self.setText(f"{heading}{table}{escape(note)}")
        self.adjustSize()

    def place_beside(self, x: int, top: int) -> None:
        """Show up in the half of the parent where the position is not."""
        width = self._over.width()
        left = 66 if x > width / 2 else width - self.width() - 14
        self._show_at(left, top)

    def place_near(self, point: QPoint) -> None:
        """Show up beside a point, on the side that has room."""
        right = point.x() + _AWAY
        fits = right + self.width() <= self._over.width()
        left = right if fits else point.x() - _AWAY - self.width()
        self._show_at(left, point.y() + _AWAY)

    def _show_at(self, left: int, top: int) -> None:
        # A whole readout over what it belongs to is worth more than one that is cut off.
        top = min(top, self._over.height() - self.height())
        self.move(max(left, 0), max(top, 0))
        self.raise_()
        self.show()


def _row(colour: QColor | None, texts: Sequence[str]) -> str:
    mark = "" if colour is None else f"<font color='{colour.name()}'>■</font>&nbsp;"
    first, *rest = (escape(text).replace(" ", "&nbsp;") for text in texts)
    cells = "".join(f"<td align='right'>&nbsp;&nbsp;{text}</td>" for text in rest)
    return f"<tr><td>{mark}{first}</td>{cells}</tr>"
