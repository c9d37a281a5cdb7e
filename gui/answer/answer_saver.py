"""Saves the answer of a diagnosis as a page or a document."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from core.export.diagnosis_json import diagnosis_document
from core.export.files import write_text
from core.export.run_json import to_json
from core.model.errors import ExplorerError
from gui.state.app_state import AppState
from gui.widgets.file_dialogs import ask_save

_PAGE, _DOCUMENT = "Report (*.html)", "JSON document (*.json)"


class AnswerSaver:
    """Asks for a place and a format, and writes the file."""

    def __init__(self, app_state: AppState, window: QWidget) -> None:
        self._app_state, self._window = app_state, window

    def ask(self, run_id: str) -> None:
        """Ask where to, and write it there."""
        ask_save(
            self._window,
            "Save the answer",
            "diagnosis.html",
            dict.fromkeys((_PAGE, _DOCUMENT), partial(self.save, run_id)),
        )

    def save(self, run_id: str, path: Path) -> None:
        """Write it and say so, or why not; the ending decides on the format."""
        # What draws the page takes a moment to load.
        from core.export.report.diagnosis import diagnosis_html

        run = self._app_state.session.run(run_id)
        if run.answer is None:
            return
        as_json = path.suffix.lower() == ".json"
        try:
            if as_json:
                write_text(path, to_json(diagnosis_document(run, run.answer)))
            else:
                write_text(path, diagnosis_html(run, run.answer))
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)
        else:
            self._app_state.message.emit(f"Saved {path}")
