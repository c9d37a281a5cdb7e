"""How the parts of the window lie: the pipeline at the left, tabs over the runs beside it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from gui.window.pages import Pages

_PIPELINE_SHARE, _RUNS_SHARE = 0.5, 0.4
"""Of the width and of the height: on a small screen the pages keep the rest."""


class MainArea(QSplitter):
    """Splitters and tabs; knows nothing of what is in them.

    Attributes:
        tabs: The pages in the middle.
    """

    def __init__(
        self,
        pipeline: QWidget,
        banner: QWidget,
        pages: Sequence[tuple[QWidget, str, str]],
        runs: QWidget,
    ) -> None:
        """Lay the parts out.

        Args:
            pipeline: At the left.
            banner: Above the tabs, where something went wrong.
            pages: The tabs: what is in each, its title, and a sentence on it.
            runs: Below the tabs.
        """
        super().__init__(Qt.Orientation.Horizontal)
        self.setObjectName("columns")
        self.tabs = Pages()
        for key, (page, title, about) in enumerate(pages, start=1):
            self.tabs.add_page(page, title, f"{about} ({key})")
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(banner)
        column.addWidget(self.tabs, 1)
        rows = QSplitter(Qt.Orientation.Vertical)
        rows.setObjectName("rows")
        rows.addWidget(middle)
        rows.addWidget(runs)
        rows.setStretchFactor(0, 1)
        rows.setSizes([500, 170])
        self.addWidget(pipeline)
        self.addWidget(rows)
        self.setStretchFactor(1, 1)
        self._pipeline, self._rows = pipeline, rows
        self._by_hand: set[QSplitter] = set()
        for splitter in (rows, self):
            splitter.setChildrenCollapsible(False)
            splitter.splitterMoved.connect(partial(self._note_move, splitter))

    def make_room(self) -> None:
        """Let the pipeline be as wide as it needs, unless that is much of the window.

        Nor are the runs at the bottom much of it. What the person moved by hand stays so.
        """
        most = int(_PIPELINE_SHARE * self.width())
        wanted = min(self._pipeline.sizeHint().width(), most)
        if self not in self._by_hand and not wanted <= self.sizes()[0] <= most:
            self.setSizes([wanted, self.width() - self.handleWidth() - wanted])
        highest = int(_RUNS_SHARE * self.height())
        if self._rows not in self._by_hand and self._rows.sizes()[1] > highest:
            self._rows.setSizes([self.height() - highest, highest])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The window has another size: the pipeline may need some of it."""
        super().resizeEvent(event)
        self.make_room()

    def _note_move(self, splitter: QSplitter, *_: int) -> None:
        self._by_hand.add(splitter)
