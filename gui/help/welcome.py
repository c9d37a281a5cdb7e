"""What the window does for somebody who opens it for the first time: it offers a tour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtWidgets import QWidget

from gui.actions import action
from gui.help.tour import Card, Tour
from gui.state.ui_settings import UiSettings

if TYPE_CHECKING:
    from gui.main_window import MainWindow

_KEPT, _OFFERED = "tour", "offered"
_ABOUT = "Show in four cards what is where; Enter goes on, Esc ends it"


class Welcome(QObject):
    """Offers the tour once, and gives it whenever it is asked for.

    Attributes:
        action: Begins the tour.
    """

    def __init__(self, window: MainWindow, kept: UiSettings) -> None:
        """Offer it where it was not offered before and nothing was run yet.

        Args:
            window: The window, with all of its parts.
            kept: Remembers that it was offered.
        """
        super().__init__(window)
        self._window = window
        self.action = action(window, "Tour", "", self.begin, _ABOUT)
        if not kept.text(_KEPT) and not window.session.runs:
            window.live.empty.offer("Take the tour", self.begin, _ABOUT)
        kept.remember(_KEPT, _OFFERED)

    def begin(self) -> None:
        """Begin the tour, or begin it again."""
        for tour in self._window.findChildren(Tour):
            tour.close()
        Tour(self._cards(), self._window)

    def _cards(self) -> tuple[Card, ...]:
        window = self._window
        bar, tabs = window.bar, window.tabs

        def around(part: QWidget) -> QRect:
            return QRect(part.mapTo(window, QPoint()), part.size())

        def live() -> QRect:
            tabs.setCurrentWidget(window.live)
            return around(tabs)

        def answer() -> QRect:
            tab = next(at for at in range(tabs.count()) if tabs.tabText(at) == "Answer")
            tabs.setCurrentIndex(tab)
            place = tabs.tabBar().tabRect(tab)
            return place.translated(tabs.tabBar().mapTo(window, QPoint()))

        return (
            Card(
                "The pipeline",
                "Every stage of the input pipeline, from the source to model.fit. Tick a stage or "
                "change a value; the line below says what it does, and F1 says more.",
                lambda: around(window.pipeline),
            ),
            Card(
                "Run",
                "Train a real model with these settings for some seconds (Ctrl+R). Each run is "
                "recorded, and stays in the table below the plots.",
                lambda: around(bar.run_button),
            ),
            Card(
                "Plots",
                "What happens while it trains: how long the device is idle and why, examples per "
                "second, loss. Change one setting, run again, and see both.",
                live,
            ),
            Card(
                "Answer",
                "Diagnose (Ctrl+D) finds what limits training, tries the changes that may help, "
                "and says here which one to make and what it gives.",
                answer,
            ),
        )
