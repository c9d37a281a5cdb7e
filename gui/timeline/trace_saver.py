"""Asks where a trace is to be opened from or saved to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from core.model.errors import ExplorerError
from core.timeline.save import save_chrome, save_profile
from gui.state.app_state import AppState
from gui.timeline.trace_reader import ReadTrace
from gui.widgets.file_dialogs import ask_file, ask_folder, ask_save

_OPENS = "Traces (*.xplane.pb *.xplane.pb.gz *.trace.json *.trace.json.gz *.json.gz)"
_CHROME = "Chrome trace, for Perfetto (*.json.gz)"


def ask_trace(parent: QWidget, take: Callable[[Path], None]) -> None:
    """Ask for the file of a trace."""
    ask_file(parent, "Open a trace", _OPENS, take)


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
        ask_save(
            self._window,
            "Save the trace",
            "trace.json.gz",
            {_CHROME: lambda file: self.save(lambda: save_chrome(shown.capture, file), file)},
        )

    def ask_profile(self) -> None:
        """Ask where to, and write the folder that XProf and TensorBoard open."""
        shown = self._shown()
        if shown is None:
            return
        ask_folder(
            self._window,
            "Save a profile below a folder",
            lambda folder: self.save(lambda: save_profile(shown.source.file, folder), folder),
        )

    def save(self, write: Callable[[], object], where: Path) -> None:
        """Write something."""
        try:
            write()
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)
        else:
            self._app_state.message.emit(f"Saved the trace to {where}")
