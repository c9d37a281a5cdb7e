"""What the window looks like when it is opened: as it was left, or as for a newcomer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from gui.run_plots.plot_menu import PlotMenu
from gui.state.pipeline_form import PipelineForm
from gui.state.remembered import KeptValues, Remembered
from gui.state.ui_settings import UiSettings
from gui.widgets.file_dialogs import last_folder, remember_folder
from gui.widgets.fitted_dialog import FRAME, fitted
from gui.window.top_bar import DEVICE

_FIRST_SIZE = QSize(1366, 768)
_FIRST_DEVICE = "emulated:20"
_SETTLED_MS = 2_000
"""A power cut takes no more of the form than what was changed meanwhile."""
_MOST_PX = 100_000
_SEEN_PX = 100
"""What is smaller cannot be taken hold of."""


class WindowMemory:
    """Carries what the window looks like from one start to the next.

    Attributes:
        timer: Runs out when the form is saved next.
    """

    def __init__(self, kept: UiSettings, parent: QWidget) -> None:
        self._kept = kept
        # What it calls holds the window, and would keep it for ever if the timer outlived it.
        self.timer = QTimer(parent)
        self.timer.setSingleShot(True)
        self.timer.setInterval(_SETTLED_MS)

    def keep_saving(self, window: QMainWindow, draft: PipelineForm, plots: PlotMenu) -> None:
        """Save whenever the form was left alone for a while."""
        self.timer.timeout.connect(partial(self.save_state, window, draft, plots))
        draft.settings_changed.connect(self.timer.start)

    def save_last(self, window: QMainWindow, draft: PipelineForm, plots: PlotMenu) -> None:
        """Save as the window is closed, with what is typed but not yet entered."""
        if (typed := window.focusWidget()) is not None:
            typed.clearFocus()
        self.timer.stop()
        self.save_state(window, draft, plots)

    def restore_state(self, window: QMainWindow, draft: PipelineForm, plots: PlotMenu) -> None:
        """Bring everything back; a first start has an emulated accelerator and its own size."""
        remember_folder(self._kept.text("folder"))
        settings = self._kept.mapping("settings")
        if not settings:
            draft.set_value(DEVICE, _FIRST_DEVICE)
            _place(window, ())
            return
        draft.restore_state(settings, self._kept.text("workload"))
        plots.choose(self._kept.text("plots").split())
        _place(window, self._kept.numbers("geometry"))
        self.restore_part(window)

    def restore_part(self, part: QWidget) -> None:
        """Bring back what a part of the window remembers, once it is built."""
        for splitter in _splitters(part):
            sizes = self._kept.numbers(splitter.objectName())
            fit = len(sizes) == splitter.count() and all(0 <= size <= _MOST_PX for size in sizes)
            # One that was never shown has no sizes.
            if fit and any(sizes):
                splitter.setSizes(sizes)
        for remembered in part.findChildren(Remembered):
            if kept := self._kept.mapping(remembered.objectName()):
                remembered.restore(KeptValues(kept))

    def keep_on_screen(self, window: QMainWindow) -> None:
        """Once it is shown its frame is known, and may be larger than was thought."""
        if window.windowState() & (
            Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen
        ):
            return
        handle = window.windowHandle()
        frame = handle.frameMargins() if handle is not None else FRAME
        wanted = on_a_screen(window.geometry(), frame, _screens(window))
        if wanted != window.geometry():
            window.setGeometry(wanted)

    def save_state(self, window: QMainWindow, draft: PipelineForm, plots: PlotMenu) -> None:
        """Keep everything."""
        place = window.normalGeometry()
        whole = int(window.isMaximized())
        geometry = (place.x(), place.y(), place.width(), place.height(), whole)
        self._kept.remember("geometry", geometry)
        for splitter in _splitters(window):
            if any(splitter.sizes()):
                self._kept.remember(splitter.objectName(), tuple(splitter.sizes()))
        for remembered in window.findChildren(Remembered):
            self._kept.remember(remembered.objectName(), remembered.save())
        self._kept.remember("folder", last_folder())
        self._kept.remember("plots", " ".join(sorted(plots.chosen)))
        self._kept.remember("workload", draft.workload.id)
        self._kept.remember("settings", draft.saved_state())
        self._kept.save()


def first_place(available: QRect) -> tuple[QRect, bool]:
    """In the middle of the screen, and whether the window should rather be maximised there."""
    middle = QRect(QPoint(), _FIRST_SIZE)
    middle.moveCenter(available.marginsRemoved(FRAME).center())
    place = fitted(middle, available)
    return place, place.size() != _FIRST_SIZE


def on_a_screen(place: QRect, frame: QMargins, screens: Sequence[QRect]) -> QRect:
    """The place, moved and made smaller until all of the frame is on a screen, or on several.

    Args:
        place: Of the window without its frame.
        frame: Its frame.
        screens: What is there; the first is for a place that is on none.
    """
    whole = place.marginsAdded(frame)
    parts = [screen.intersected(whole) for screen in screens]
    areas = [part.width() * part.height() for part in parts]
    if sum(areas) >= whole.width() * whole.height():
        return place
    return fitted(place, screens[areas.index(max(areas))], frame)


def _place(window: QMainWindow, geometry: tuple[int, ...]) -> None:
    """Put the window where it was, as far as there is a screen for it."""
    place, whole = first_place(window.screen().availableGeometry())
    if len(geometry) == 5 and all(abs(number) <= _MOST_PX for number in geometry):
        remembered = QRect(*geometry[:4])
        if remembered.width() >= _SEEN_PX and remembered.height() >= _SEEN_PX:
            place, whole = on_a_screen(remembered, FRAME, _screens(window)), bool(geometry[4])
    window.setGeometry(place)
    if whole:
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def _screens(window: QMainWindow) -> list[QRect]:
    """What windows may cover of each screen, the window's own first."""
    own, every = window.screen(), QGuiApplication.screens()
    ordered = sorted(every, key=lambda screen: screen != own)
    return [screen.availableGeometry() for screen in ordered]


def _splitters(window: QWidget) -> list[QSplitter]:
    """Those with a name; the others are not the person's to move."""
    return [splitter for splitter in window.findChildren(QSplitter) if splitter.objectName()]
