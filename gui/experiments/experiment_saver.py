"""Saves a kept comparison or sweep as a report, a table or a document."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from core.export.files import write_text
from core.model.errors import ExplorerError
from core.model.experiment import Experiment
from core.session.experiment_files import ExperimentFile, files_of
from gui.state.app_state import AppState
from gui.widgets.file_dialogs import ask_save


class ExperimentSaver:
    """Asks for a place and a format, and writes the file."""

    def __init__(self, app_state: AppState, window: QWidget) -> None:
        self._app_state, self._window = app_state, window

    def ask(self, experiment_id: str) -> None:
        """Ask where to, and write it there."""
        experiment = self._app_state.session.experiments.get(experiment_id)
        files = files_of(experiment)
        ask_save(
            self._window,
            "Save report, table or document",
            f"{_file_name(experiment)}.{files[0].ending}",
            {
                f"{file.label} (*.{file.ending})": partial(self.save, experiment, file)
                for file in files
            },
        )

    def save(self, experiment: Experiment, wanted: ExperimentFile, path: Path) -> None:
        """Write it and say so, or why not.

        Args:
            experiment: What is saved.
            wanted: The format that was chosen.
            path: The file; its ending decides on the format where the wanted one has another.
        """
        ending = path.suffix.lstrip(".").lower()
        if ending != wanted.ending:
            files = files_of(experiment)
            wanted = next((file for file in files if file.ending == ending), wanted)
        try:
            write_text(path, wanted.text(self._app_state.session, experiment))
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)
        else:
            self._app_state.message.emit(f"Saved {path}")


def _file_name(experiment: Experiment) -> str:
    """Its title with what no system allows in a name left out."""
    plain = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', " ", experiment.title)
    return " ".join(plain.split()).strip(". ")[:80] or experiment.id
