"""What the window looks like when it is opened: as it was left, or as for a newcomer."""

from __future__ import annotations

from PySide6.QtWidgets import QMainWindow, QSplitter

from gui.models.draft import Draft
from gui.theme import Theme
from gui.ui_settings import UiSettings
from gui.widgets.plot_menu import PlotMenu
from gui.widgets.top_bar import DEVICE

_FIRST_SIZE = (1366, 768)
_FIRST_DEVICE = "emulated:20"


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
        window.restoreGeometry(self._kept.layout("geometry"))
        for splitter in _splitters(window):
            splitter.restoreState(self._kept.layout(splitter.objectName()))

    def remember(self, window: QMainWindow, draft: Draft, theme: Theme, plots: PlotMenu) -> None:
        """Keep everything."""
        self._kept.remember("geometry", window.saveGeometry())
        for splitter in _splitters(window):
            self._kept.remember(splitter.objectName(), splitter.saveState())
        self._kept.remember("theme", theme.name)
        self._kept.remember("plots", " ".join(sorted(plots.chosen)))
        self._kept.remember("workload", draft.workload.id)
        self._kept.remember("settings", draft.remembered())
        self._kept.save()


def _splitters(window: QMainWindow) -> list[QSplitter]:
    """Those with a name; the others are not the person's to move."""
    return [one for one in window.findChildren(QSplitter) if one.objectName()]
