"""Asks where a trace is to be opened from or saved to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from core.model.errors import ExplorerError
from core.timeline.save import save_chrome, save_profile
from gui.state.app_state import AppState
from gui.timeline.trace_reader import ReadTrace
from gui.widgets.last_folder import in_last_folder, last_folder, remember_folder

_OPENS = "Traces (*.xplane.pb *.xplane.pb.gz *.trace.json *.trace.json.gz *.json.gz)"
_CHROME = "Chrome trace, for Perfetto (*.json.gz)"


def ask_trace(parent: QWidget, take: Callable[[Path], None]) -> None:
    """Ask for the file of a trace."""
    chosen, _ = QFileDialog.getOpenFileName(parent, "Open a trace", last_folder(), _OPENS)
    if chosen:
        remember_folder(Path(chosen).parent)
        take(Path(chosen))


class TraceSaver:
    """Saves a trace for other programs, and says so, or why not.

    Args:
        app_state: Told of what came of it.
        window: Dialogs open over it.
        shown: Gives the trace that is meant.
    """

    def __init__(
        self, app_state: AppState, window: QWidget, shown: Callable[[], ReadTrace | None]
    ) -> None:
        self._app_state, self._window, self._shown = app_state, window, shown

    def ask_chrome(self) -> None:
        """Ask where to, and write the trace for Perfetto."""
        shown = self._shown()
        if shown is None:
            return
        name = in_last_folder("trace.json.gz")
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Save the trace", name, _CHROME)
        if chosen:
            remember_folder(Path(chosen).parent)
            self.save(lambda: save_chrome(shown.capture, Path(chosen)), Path(chosen))

    def ask_profile(self) -> None:
        """Ask where to, and write the folder that XProf and TensorBoard open."""
        shown = self._shown()
        if shown is None:
            return
        chosen = QFileDialog.getExistingDirectory(
            self._window, "Save a profile below a folder", last_folder()
        )
        if chosen:
            remember_folder(chosen)
            self.save(lambda: save_profile(shown.source.file, Path(chosen)), Path(chosen))

    def save(self, write: Callable[[], object], where: Path) -> None:
        """Write something."""
        try:
            write()
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)
        else:
            self._app_state.message.emit(f"Saved the trace to {where}")
