"""Whether settings can be run here, before anything is begun."""

from __future__ import annotations

from pathlib import Path

from core.model.errors import ExplorerError
from core.model.settings import Settings
from core.pipeline.build import source_settings
from core.workloads.workload import Workload


class Feasibility:
    """Looks whether the data are there; once for all settings that read the same data."""

    def __init__(self, data_folder: Path) -> None:
        self._folder = data_folder
        self._known: dict[tuple[object, ...], str] = {}

    def why_not(self, workload: Workload, settings: Settings) -> str:
        """Why a run with these settings would fail at once, in a sentence; else empty."""
        key = (workload.id, frozenset(source_settings(settings).items()))
        if key not in self._known:
            data = workload.source_data(self._folder, settings, self._folder)
            try:
                workload.check(data, settings)
            except ExplorerError as error:
                self._known[key] = str(error)
            else:
                self._known[key] = ""
        return self._known[key]
