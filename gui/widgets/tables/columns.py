"""Columns of a table that a person can widen, move and hide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QMenu, QStyle, QTableView

from gui.state.remembered import KeptValues, Remembered
from gui.text_size import NORMAL_PX, px
from gui.widgets.tables.column_widths import narrowed
from gui.widgets.tables.row_table import fit_rows

_AIR_PX, _HEAD_AIR_PX = 12, 14
_LEAST_PX, _LEAST_TEXT_PX, _MOST_PX = 24, 48, 4000
_MOST_KEYS = 100
"""So many columns are remembered of one table: those of runs side by side are ever new ones."""


class TableColumns(QObject):
    """Gives a table its column menu, fits its widths and remembers what the person changed.

    What the person set stays: fitting changes only other columns. One column may be the wide one:
    it takes the room that the others leave, and where they leave less than it needs, the table
    scrolls. A table that wraps does not scroll sideways: its rows grow.

    Attributes:
        wide: The wide column; below 0 counts from the last; None for no such column.
    """

    def __init__(
        self,
        table: QTableView,
        name: str,
        *,
        wide: int | None = None,
        least_px: int = 0,
        movable: bool = True,
        wraps: bool = False,
    ) -> None:
        """Take over the columns of a table that has its model.

        Args:
            table: The table.
            name: Under which the columns are remembered.
            wide: The column that takes the room that is left.
            least_px: The least width of the wide column.
            movable: Whether columns can be moved; rows that reach over columns forbid it.
            wraps: Whether texts may take several lines; for few rows, for each is measured.
        """
        super().__init__(table)
        self.setObjectName(f"columns.{name}")
        Remembered(self, f"columns.{name}", self.state, self.restore)
        self.wide, self._wraps = wide, wraps
        table.setWordWrap(wraps)
        self._table, self._heads, self._least_px = table, table.horizontalHeader(), least_px
        self._setting = 0
        self._widths: dict[str, int] = {}
        self._shown: dict[str, bool] = {}
        self._order: list[str] = []
        self._needless: frozenset[int] = frozenset()
        heads = self._heads
        # The style sheet sets the fonts that widths are measured with.
        table.ensurePolished()
        heads.ensurePolished()
        heads.setMinimumSectionSize(_LEAST_PX)
        heads.setSectionsMovable(movable)
        heads.setAccessibleName(f"columns: {name}")
        # So that the Menu key opens the menu of the columns.
        heads.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        heads.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        heads.customContextMenuRequested.connect(self._open_menu)
        heads.sectionResized.connect(self._resized)
        heads.sectionMoved.connect(self._moved)
        table.viewport().installEventFilter(self)
        self._text_px = px(NORMAL_PX)
        self._measures = False
        table.installEventFilter(self)

    # -- what the table's panel does --------------------------------------------------------

    def fit(self, widths: Mapping[int, int] | None = None) -> None:
        """Give columns the room for what is in them, but for those that the person set.

        Args:
            widths: Pixels of the texts in the columns; worked out from the rows without it.
        """
        self._measures = widths is None
        with self._by_program():
            for section in range(self._heads.count()):
                self._heads.resizeSection(section, self._wanted(section, widths))
        self.arrange()

    def hide_needless(self, sections: frozenset[int]) -> None:
        """Hide columns that say nothing at present, unless the person wants to see them."""
        self._needless = sections
        self.arrange()

    def arrange(self) -> None:
        """Bring order and hidden columns back after the columns changed, and fill the room."""
        with self._by_program():
            for place, section in enumerate(self._sections_in_order()):
                self._heads.moveSection(self._heads.visualIndex(section), place)
            for section in range(self._heads.count()):
                shown = self._shown.get(self._key(section), section not in self._needless)
                self._heads.setSectionHidden(section, not shown)
        self._fill()

    def menu(self) -> QMenu:
        """A line for each column, and the way back."""
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown = [s for s in range(self._heads.count()) if not self._heads.isSectionHidden(s)]
        for section in sorted(range(self._heads.count()), key=self._heads.visualIndex):
            if not self._key(section):
                continue
            line = menu.addAction(self._key(section).replace("&", "&&"))
            line.setCheckable(True)
            line.setChecked(section in shown)
            # The last one stays: without a column there would be no header to click.
            line.setEnabled(shown != [section])
            line.toggled.connect(lambda on, section=section: self.show_column(section, on=on))
        menu.addSeparator()
        menu.addAction("Reset columns").triggered.connect(self.reset)
        return menu

    def show_column(self, section: int, *, on: bool) -> None:
        """Show or hide a column, as the person wants it."""
        self._shown[self._key(section)] = on
        self.arrange()

    def reset(self) -> None:
        """Forget what the person set."""
        self._widths, self._shown, self._order = {}, {}, []
        with self._by_program():
            for section in range(self._heads.count()):
                self._heads.moveSection(self._heads.visualIndex(section), section)
        self.fit()

    # -- what is remembered -----------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """What the person set, as JSON."""
        heads = self._heads
        section = heads.sortIndicatorSection() if self._table.isSortingEnabled() else -1
        return {
            "sorted": self._key(section) if section >= 0 else "",
            "descending": heads.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder,
            "widths": dict(list(self._widths.items())[-_MOST_KEYS:]),
            "shown": dict(list(self._shown.items())[-_MOST_KEYS:]),
            "order": self._order[:_MOST_KEYS],
        }

    def restore(self, state: KeptValues) -> None:
        """Take over a remembered state; what is not as this class writes it is left out."""
        widths, shown = state.mapping("widths"), state.mapping("shown")
        ok = {k: w for k, w in widths.items() if type(w) is int and _LEAST_PX <= w <= _MOST_PX}
        self._widths = ok
        self._shown = {key: on for key, on in shown.items() if type(on) is bool}
        self._order = list(state.words("order"))
        with self._by_program():
            for section in range(self._heads.count()):
                if (px := self._widths.get(self._key(section))) is not None:
                    self._heads.resizeSection(section, px)
        self.arrange()
        sections = range(self._heads.count()) if self._table.isSortingEnabled() else ()
        wanted = state.text("sorted")
        for section in sections:
            if wanted and self._key(section) == wanted:
                down = state.flag("descending", False)
                orders = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder
                self._heads.setSortIndicator(section, orders[0] if down else orders[1])
                break

    # -- inside -----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The wide column follows the width of the table, and all follow the size of text."""
        if watched is self._table:
            if event.type() == QEvent.Type.FontChange:
                self._scale()
        elif event.type() == QEvent.Type.Resize:
            self._fill()
        return super().eventFilter(watched, event)

    def _scale(self) -> None:
        """Every column has room for as many letters as before."""
        before, self._text_px = self._text_px, px(NORMAL_PX)
        if self._text_px == before:
            return
        ratio = self._text_px / before
        self._widths = {key: round(ratio * wide) for key, wide in self._widths.items()}
        with self._by_program():
            for section in range(self._heads.count()):
                if not self._heads.isSectionHidden(section):
                    wide = round(ratio * self._heads.sectionSize(section))
                    self._heads.resizeSection(section, wide)
        self.arrange()
        if self._measures:
            # Small letters are wider than half of those twice as large; once the header has its
            # font too, it is measured again.
            QTimer.singleShot(0, self, self.fit)

    def _key(self, section: int) -> str:
        return " ".join(self._head(section).split())

    def _head(self, section: int) -> str:
        model = self._table.model()
        text = model.headerData(section, Qt.Orientation.Horizontal) if model is not None else None
        return str(text or "")

    def _wanted(self, section: int, widths: Mapping[int, int] | None) -> int:
        set_px = self._widths.get(self._key(section))
        if set_px is not None:
            return set_px
        # A table's own hint has the air around texts in it.
        hint_px = self._table.sizeHintForColumn(section) if widths is None else 0
        text_px = hint_px if widths is None else widths[section] + _AIR_PX
        return max(_LEAST_PX, self._head_px(section), text_px)

    def _head_px(self, section: int) -> int:
        lines = self._head(section).split("\n")
        head_px = max(map(self._heads.fontMetrics().horizontalAdvance, lines))
        role = Qt.ItemDataRole.DecorationRole
        if self._table.model().headerData(section, Qt.Orientation.Horizontal, role) is not None:
            style = self._heads.style()
            head_px += style.pixelMetric(QStyle.PixelMetric.PM_SmallIconSize, None, self._heads)
            head_px += _AIR_PX
        return head_px + px(_HEAD_AIR_PX) if any(lines) else 0

    def _sections_in_order(self) -> list[int]:
        """The order that the person gave; columns that are new stand where they stood."""
        if not self._order:
            return []
        place = {key: at for at, key in enumerate(self._order)}
        sections = range(self._heads.count())
        known = [section for section in sections if self._key(section) in place]
        ordered = iter(sorted(known, key=lambda section: place[self._key(section)]))
        return [next(ordered) if section in known else section for section in sections]

    def _fill(self) -> None:
        if self._wraps:
            self._wrap()
            return
        count = self._heads.count()
        if self.wide is None or not count:
            return
        section = self.wide % count
        if self._key(section) in self._widths or self._heads.isSectionHidden(section):
            return
        others = self._heads.length() - self._heads.sectionSize(section)
        least = self._least_px or self._wanted(section, None)
        with self._by_program():
            self._heads.resizeSection(section, max(least, self._table.viewport().width() - others))

    def _wrap(self) -> None:
        """Narrow the widest texts until there is room, and give each row its height."""
        table, heads = self._table, self._heads
        shown = [s for s in range(heads.count()) if not heads.isSectionHidden(s)]
        wanted = {section: self._wanted(section, None) for section in shown}
        texts = [s for s in shown if self._key(s) not in self._widths and not self._number(s)]
        least = {section: max(px(_LEAST_TEXT_PX), self._head_px(section)) for section in texts}
        widths = narrowed(wanted, least, room := table.viewport().width())
        if self.wide is not None and (wide := self.wide % max(heads.count(), 1)) in texts:
            widths[wide] += max(room - sum(widths.values()), 0)
        with self._by_program():
            for section, width_px in widths.items():
                heads.resizeSection(section, width_px)
        fit_rows(table)

    def _number(self, section: int) -> bool:
        role = Qt.ItemDataRole.TextAlignmentRole
        aligned = self._table.model().headerData(section, Qt.Orientation.Horizontal, role)
        return bool(aligned is not None and aligned & Qt.AlignmentFlag.AlignRight)

    def _resized(self, section: int, _before: int, px: int) -> None:
        if self._setting or not px:
            return
        self._widths[self._key(section)] = px
        self._fill()

    def _moved(self) -> None:
        if not self._setting:
            sections = sorted(range(self._heads.count()), key=self._heads.visualIndex)
            self._order = [self._key(section) for section in sections]

    def _open_menu(self, where: QPoint) -> None:
        self.menu().popup(self._heads.viewport().mapToGlobal(where))

    @contextmanager
    def _by_program(self) -> Iterator[None]:
        """What changes meanwhile was not the person."""
        self._setting += 1
        try:
            yield
        finally:
            self._setting -= 1
