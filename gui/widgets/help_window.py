"""The help: what a part is for, and the documentation at the section on it."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QTextBlock, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabBar,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from gui.text_size import px, sized
from gui.widgets.fitted_dialog import FittedDialog
from gui.widgets.scrolled import Scrolled
from gui.widgets.spoken import name_list
from resources.files import DOCS

START = "concepts.md"
_MOST_PART_PX, _WIDTH_PX = 130, 760
_PAGES = {
    "multiprocessing.md": "Can I use multi-processing?",
    "concepts.md": "Concepts",
    "your-pipeline.md": "Your own pipeline",
    "servers.md": "Servers",
    "comparing.md": "Comparing",
    "cluster.md": "tf.data service",
    "timeline.md": "Timeline",
    "window.md": "The window",
    "recordings.md": "Recordings",
    "faults.md": "Faults",
    "command-line.md": "Command line",
}


def section_on(part: QWidget) -> str:
    """The page and section on a part, as a link in the documentation: ``concepts.md#devices``.

    A part names it in its property ``help``; else that of the nearest part around it counts.
    """
    around: QWidget | None = part
    if isinstance(part, QTabBar) and isinstance(tabs := part.parentWidget(), QTabWidget):
        around = tabs.currentWidget()
    while around is not None and not around.property("help"):
        around = around.parentWidget()
    return START if around is None else str(around.property("help"))


class HelpWindow(FittedDialog):
    """Shows pages of the documentation beside the window or dialog that it helps with.

    Attributes:
        about: What the part is for, and its keys.
        pages: The pages by their titles.
        browser: The page.
    """

    def __init__(self, about: str, section: str, parent: QWidget) -> None:
        """Open the documentation.

        Args:
            about: What the part that is asked about is for.
            section: The page and section on it.
            parent: The window or dialog.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Help")
        self._shown: list[str] = []
        self.about = QLabel(about)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setWordWrap(True)
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.pages = QComboBox()
        name_list(self.pages, "page of the documentation")
        for name, title in _PAGES.items():
            self.pages.addItem(title, name)
        self.back = QPushButton("Back")
        self.back.setShortcut("Alt+Left")
        self.back.setAutoDefault(False)
        self.browser = QTextBrowser()
        self.browser.setAccessibleName("documentation")
        self.browser.setOpenLinks(False)
        part = Scrolled(self.about)
        sized(part, lambda: part.setMaximumHeight(self._part_height()))
        part.setVisible(bool(about))
        head = QHBoxLayout()
        head.addWidget(self.pages)
        head.addWidget(self.back)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.addWidget(part)
        column.addLayout(head)
        column.addWidget(self.browser, 1)
        self.resize(px(_WIDTH_PX), px(620))
        self.browser.setFocus()
        self.pages.activated.connect(lambda _: self.show_section(self.pages.currentData()))
        self.back.clicked.connect(self._go_back)
        self.browser.anchorClicked.connect(self._follow)
        self.show()
        # Only what is laid out can be scrolled.
        self.show_section(section)

    def _part_height(self) -> int:
        """As high as what is said of the part, up to some lines."""
        return min(self.about.heightForWidth(px(_WIDTH_PX - 40)) + 2, px(_MOST_PART_PX))

    def show_section(self, section: str) -> None:
        """Show a page from the section on: ``comparing.md#sweep``."""
        page, _, heading = section.partition("#")
        self._shown.append(section)
        self.back.setEnabled(len(self._shown) > 1)
        self.pages.setCurrentIndex(self.pages.findData(page))
        self.browser.setMarkdown((DOCS / page).read_text(encoding="utf-8"))
        block = self._space_out(heading)
        if block is not None:
            self.browser.setTextCursor(QTextCursor(block))
            top = self.browser.document().documentLayout().blockBoundingRect(block).top()
            self.browser.verticalScrollBar().setValue(int(top))

    def _space_out(self, heading: str) -> QTextBlock | None:
        """Give paragraphs room, and find the heading with this anchor: Qt does neither."""
        wanted, block = None, self.browser.document().begin()
        while block.isValid():
            level, space = block.blockFormat().headingLevel(), QTextBlockFormat()
            cursor = QTextCursor(block)
            if cursor.currentTable() is None:
                space.setTopMargin(14 if level else 0)
                space.setBottomMargin(2 if block.blockFormat().nonBreakableLines() else 6)
                cursor.mergeBlockFormat(space)
            anchor = re.sub(r"[^\w\- ]", "", block.text().lower()).replace(" ", "-")
            wanted = block if level and anchor == heading else wanted
            block = block.next()
        return wanted

    def _go_back(self) -> None:
        self._shown.pop()
        self.show_section(self._shown.pop())

    def _follow(self, url: QUrl) -> None:
        page, heading = url.path() or self._shown[-1].partition("#")[0], url.fragment()
        if url.scheme():
            QDesktopServices.openUrl(url)
        elif page in _PAGES:
            self.show_section(f"{page}#{heading}" if heading else page)
