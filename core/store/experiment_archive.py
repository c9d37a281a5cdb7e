"""Comparisons and sweeps of a folder: their log, which is the truth, and the index over it."""

from __future__ import annotations

from pathlib import Path

from core.model.experiment import Experiment
from core.model.plural import plural
from core.store.experiment_log import ExperimentLog
from core.store.file_lock import locked_folder
from core.store.finding import Finding
from core.store.index import Index
from core.store.unwritable import unwritable


class ExperimentArchive:
    """The experiments of one folder, which several programs may use at once.

    Attributes:
        findings: What was amiss when they were loaded.
    """

    def __init__(self, folder: Path, index: Index) -> None:
        self.findings: list[Finding] = []
        self._folder, self._index = folder, index
        self._log = ExperimentLog(folder)
        self._size_bytes = 0

    def load(self, *, act: bool = True) -> list[Experiment]:
        """All that can be read, deleted ones included, oldest first.

        Args:
            act: Whether those that the index alone has are written into the log, and a damaged
                log anew.
        """
        self.findings = []
        with locked_folder(self._folder):
            found = self._together(act=act)
            self._size_bytes = self._log.size_bytes()
        return sorted(found.values(), key=lambda one: one.created)

    def changed_elsewhere(self) -> bool:
        """Whether another program wrote to the log since."""
        return self._log.size_bytes() != self._size_bytes

    def save(self, experiment: Experiment) -> None:
        """Write an experiment as it now is.

        Raises:
            ExplorerError: It cannot be written; what was there before stays as it was.
        """
        try:
            with locked_folder(self._folder):
                seen = not self.changed_elsewhere()
                self._log.add(experiment)
                if seen:
                    self._size_bytes = self._log.size_bytes()
        except OSError as error:
            what = f"The {experiment.kind} cannot be written to {self._log.path}"
            raise unwritable(what, error) from error
        self._index.save_experiment(experiment)

    def _together(self, *, act: bool) -> dict[str, Experiment]:
        indexed = {one.id: one for one in self._index.experiments()}
        name = self._log.path.name
        try:
            logged = self._log.read()
        except OSError as error:
            self._tell(name, f"it cannot be read ({error.strerror or error})", mended=False)
            return indexed
        if logged.newer:
            self._tell(name, f"{plural(logged.newer, 'record')} of a newer version", mended=False)
        if logged.unreadable:
            # The index may have what is missing in the log, and the other way round.
            found = {**logged.found, **indexed}
            what = f"{plural(logged.unreadable, 'record')} missing or damaged"
            self._mend(found, what, act=act)
            return found
        found = {**indexed, **logged.found}
        alone = [one for key, one in indexed.items() if key not in logged.found]
        if alone and act:
            try:
                self._log.add(*alone)
            except OSError as error:
                many = plural(len(alone), "comparison or sweep", "comparisons or sweeps")
                why = error.strerror or error
                self._tell(name, f"{many} only in the index ({why})", mended=False)
        for key, one in logged.found.items():
            if indexed.get(key) != one and act:
                self._index.save_experiment(one)
        return found

    def _mend(self, found: dict[str, Experiment], what: str, *, act: bool) -> None:
        done, mended = "the damaged file kept aside", True
        if act:
            try:
                done += f" as {self._log.write_anew(found.values())}"
            except OSError as error:
                done, mended = "", False
                what += f"; it cannot be written anew ({error.strerror or error})"
        self._tell(self._log.path.name, what, done, mended=mended)

    def _tell(self, of: str, what: str, done: str = "", *, mended: bool = True) -> None:
        self.findings.append(Finding(of, what, done, mended))
