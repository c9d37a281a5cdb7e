"""Whether settings can be run here, before anything is begun."""

from __future__ import annotations

from core.model.environment import machine_of
from core.model.errors import ExplorerError
from core.model.settings import Settings
from core.pipeline.build import source_settings
from core.session import Session
from core.workloads.workload import Workload


class Feasibility:
    """Looks whether the data are there; once for all settings that read the same data."""

    def __init__(self, session: Session) -> None:
        """Look at the data of a session; those of another machine are looked at there."""
        self._folder = session.folders.cache
        self._elsewhere = bool(machine_of(session.interpreter))
        self._known: dict[tuple[object, ...], str] = {}

    def why_not(self, workload: Workload, settings: Settings) -> str:
        """Why a run with these settings would fail at once, in a sentence; else empty."""
        if self._elsewhere:
            return ""
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
