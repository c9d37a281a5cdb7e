"""Draws an experiment in the list: name and date, what it is, how far, what came of it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.experiments.experiments_model import ROW_ROLE, ExperimentRow
from gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
_PAD, _LINES, _GAP = 7, 4, 8
_BAR = 3


class ExperimentDelegate(QStyledItemDelegate):
    """Four lines; the chosen one has a bar at its left, as selected rows keep their colours."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Four lines and some air."""
        return QSize(120, _LINES * option.fontMetrics.lineSpacing() + 2 * _PAD)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """The name is edited where it stands."""
        box = QRect(option.rect)
        box.setHeight(editor.sizeHint().height())
        editor.setGeometry(box)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See the class."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, ExperimentRow):
            return
        box = QRect(option.rect)
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(box, QColor(self.theme.window))
            bar = QRect(box)
            bar.setWidth(_BAR)
            painter.fillRect(bar, QColor(self.theme.accent))
        painter.setPen(QColor(self.theme.border))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(self.theme.accent))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        plain = QFont(option.font)
        bold = QFont(plain)
        bold.setBold(True)
        high = QFontMetrics(plain).lineSpacing()
        line = QRect(box.left() + _PAD + 3, box.top() + _PAD, box.width() - 2 * _PAD - 3, high)
        text, muted = QColor(self.theme.text), QColor(self.theme.muted)
        date = row.when.partition(" ")[0]
        self._write(painter, line, date, plain, muted, right=True)
        room = QRect(line)
        room.setWidth(line.width() - QFontMetrics(plain).horizontalAdvance(date) - _GAP)
        self._write(painter, room, row.title, bold, text)
        said = row.gone or row.short
        colour = QColor(self.theme.error) if row.gone else text
        for words, ink in ((row.what, muted), (row.progress, muted), (said, colour)):
            line.translate(0, high)
            self._write(painter, line, words, plain, ink)
        painter.restore()

    def _write(
        self,
        painter: QPainter,
        box: QRect,
        text: str,
        font: QFont,
        ink: QColor,
        *,
        right: bool = False,
    ) -> None:
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.setFont(font)
        painter.setPen(ink)
        short = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, short)
