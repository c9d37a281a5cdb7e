"""What the window looks like when it is opened: as it was left, or as for a newcomer."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QSplitter

from gui.run_plots.plot_menu import PlotMenu
from gui.state.pipeline_form import Draft
from gui.state.ui_settings import UiSettings
from gui.theme import Theme
from gui.top_bar import DEVICE

_FIRST_SIZE = (1366, 768)
_FIRST_DEVICE = "emulated:20"
_MOST_PX = 100_000
_SEEN_PX = 100
"""So much of a window must lie on some screen, or it could not be taken hold of."""


class WindowMemory:
    """Carries size, splitters, theme and settings from one start to the next."""

    def __init__(self, kept: UiSettings) -> None:
        self._kept = kept

    def recall(self, window: QMainWindow, draft: Draft, plots: PlotMenu) -> None:
        """Bring everything back; a first start has an emulated accelerator and a fixed size."""
        settings = self._kept.mapping("settings")
        if not settings:
            draft.set_value(DEVICE, _FIRST_DEVICE)
            window.resize(*_FIRST_SIZE)
            return
        draft.recall(settings, self._kept.text("workload"))
        plots.choose(self._kept.text("plots").split())
        _place(window, self._kept.numbers("geometry"))
        for splitter in _splitters(window):
            sizes = self._kept.numbers(splitter.objectName())
            fit = len(sizes) == splitter.count() and all(0 <= one <= _MOST_PX for one in sizes)
            # One that was never shown has no sizes.
            if fit and any(sizes):
                splitter.setSizes(sizes)

    def remember(self, window: QMainWindow, draft: Draft, theme: Theme, plots: PlotMenu) -> None:
        """Keep everything."""
        place = window.normalGeometry()
        whole = int(window.isMaximized())
        geometry = (place.x(), place.y(), place.width(), place.height(), whole)
        self._kept.remember("geometry", geometry)
        for splitter in _splitters(window):
            self._kept.remember(splitter.objectName(), tuple(splitter.sizes()))
        self._kept.remember("theme", theme.name)
        self._kept.remember("plots", " ".join(sorted(plots.chosen)))
        self._kept.remember("workload", draft.workload.id)
        self._kept.remember("settings", draft.remembered())
        self._kept.save()


def _place(window: QMainWindow, geometry: tuple[int, ...]) -> None:
    """Put the window where it was, if that can still be seen: a screen may be gone."""
    window.resize(*_FIRST_SIZE)
    if len(geometry) != 5 or not all(abs(number) <= _MOST_PX for number in geometry):
        return
    place = QRect(*geometry[:4])
    if place.width() < _SEEN_PX or place.height() < _SEEN_PX:
        return
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    together = QRect()
    for screen in screens:
        together = together.united(screen)
    # Not so large that it could not even be painted.
    place.setSize(place.size().boundedTo(together.size() * 2))
    seen = [screen.intersected(place) for screen in screens]
    if any(one.width() >= _SEEN_PX and one.height() >= _SEEN_PX for one in seen):
        window.setGeometry(place)
    else:
        largest = max(screens, key=lambda screen: screen.width() * screen.height())
        window.resize(place.size().boundedTo(largest.size()))
    if geometry[4]:
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def _splitters(window: QMainWindow) -> list[QSplitter]:
    """Those with a name; the others are not the person's to move."""
    return [one for one in window.findChildren(QSplitter) if one.objectName()]
