"""How the parts of the window lie: the pipeline at the left, tabs over the runs beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from gui.pages import Pages

_PIPELINE_SHARE = 0.5


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
        self._pipeline, self._by_hand = pipeline, False
        for splitter in (rows, self):
            splitter.setChildrenCollapsible(False)
        self.splitterMoved.connect(self._note_move)

    def make_room(self) -> None:
        """Let the pipeline be as wide as it needs, unless that is much of the window.

        What the person made wide or narrow by hand stays so.
        """
        most = int(_PIPELINE_SHARE * self.width())
        wanted = min(self._pipeline.sizeHint().width(), most)
        if not self._by_hand and not wanted <= self.sizes()[0] <= most:
            self.setSizes([wanted, self.width() - self.handleWidth() - wanted])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The window has another size: the pipeline may need some of it."""
        super().resizeEvent(event)
        self.make_room()

    def _note_move(self) -> None:
        self._by_hand = True
