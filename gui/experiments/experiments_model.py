"""Kept experiments as a Qt list, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.analysis.comparisons.knob_values import knob_name, with_names
from core.analysis.sweeps.text import configurations_in_words, devices_in_words
from core.model.errors import ExplorerError
from core.model.experiment import Experiment
from core.text.workload_name import workload_name
from gui.running.engine_words import engine_of_run
from gui.state.app_state import AppState
from gui.state.kept_experiments import KeptExperiments
from gui.widgets.tooltip_text import as_tip

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

ID_ROLE = Role.UserRole
ROW_ROLE = Role.UserRole + 1
GONE = "cannot be run any more"


@dataclass(frozen=True)
class ExperimentRow:
    """What the list says of an experiment.

    Attributes:
        id: The experiment's id.
        title: Its name, or what it is.
        when: When it was made, in local time.
        what: Kind, workload, device and engine.
        progress: How far it has come.
        short: What came of it; empty while that is not known.
        gone: Why it cannot be run any more; empty where it can, and while that is not known.
        tip: All of it, and its configurations.
        words: What a filter looks through.
    """

    id: str
    title: str
    when: str
    what: str
    progress: str
    short: str
    gone: str
    tip: str
    words: str


class ExperimentsModel(QAbstractListModel):
    """Experiments that contain every word of the filter."""

    def __init__(
        self, app_state: AppState, kept: KeptExperiments, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._app_state, self._kept = app_state, kept
        self._texts: dict[str, tuple[Experiment, tuple[str, str, str]]] = {}
        self._filter: tuple[str, ...] = ()
        self._rows: tuple[ExperimentRow, ...] = ()

    @property
    def rows(self) -> tuple[ExperimentRow, ...]:
        """Those that are shown."""
        return self._rows

    def set_filter(self, text: str) -> None:
        """Show the experiments that contain all these words."""
        self._filter = tuple(text.lower().split())
        self.refresh()

    def refresh(self) -> None:
        """Show experiments as they were when they were last looked at, telling what changed."""
        experiment_rows = tuple(
            row for experiment in self._kept.all if self._passes(row := self._row(experiment))
        )
        if [row.id for row in experiment_rows] != [row.id for row in self._rows]:
            self.beginResetModel()
            self._rows = experiment_rows
            self.endResetModel()
            return
        before, self._rows = self._rows, experiment_rows
        for at, (old, new) in enumerate(zip(before, experiment_rows, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(at), self.index(at))

    def row_of(self, experiment_id: str) -> int | None:
        """The row of an experiment; None where it is not shown."""
        return next((at for at, row in enumerate(self._rows) if row.id == experiment_id), None)

    # -- what the list asks -----------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of experiments that are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """See Qt. ``ROW_ROLE`` gives the whole row, ``ID_ROLE`` the experiment's id."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Role.DisplayRole | Role.EditRole:
                return row.title
            case Role.ToolTipRole:
                return as_tip(row.tip)
            case Role.AccessibleTextRole:
                parts = (row.title, row.what, row.progress, row.short or row.gone, row.when)
                return ", ".join(part for part in parts if part)
        if role == ROW_ROLE:
            return row
        return row.id if role == ID_ROLE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The name can be edited."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """Rename an experiment; an empty name brings "comparison of ..." back."""
        if role != Role.EditRole or not index.isValid():
            return False
        row, name = self._rows[index.row()], " ".join(str(value).split())
        if name == row.title:
            return False
        try:
            self._app_state.session.experiments.change(row.id, name=name)
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)
            return False
        return True

    # -- inside -----------------------------------------------------------------------------

    def _passes(self, row: ExperimentRow) -> bool:
        return all(word in row.words for word in self._filter)

    def _row(self, experiment: Experiment) -> ExperimentRow:
        progress = self._kept.progress(experiment).text()
        outcome = self._kept.known(experiment)
        when, what, configurations = self._texts_of(experiment)
        knobs = experiment.configurations[0].chain.knobs
        short = with_names(outcome.short, knobs) if outcome else ""
        gone = GONE if outcome and outcome.gone else ""
        lines = (
            experiment.title,
            f"{what} · {when}",
            progress,
            short,
            (outcome.gone or outcome.why_not) if outcome else "",
            configurations,
        )
        return ExperimentRow(
            experiment.id,
            experiment.title,
            when,
            what,
            progress,
            short,
            gone,
            "\n".join(line for line in lines if line),
            " ".join((experiment.title, what, progress, short, gone, configurations)).lower(),
        )

    def _texts_of(self, experiment: Experiment) -> tuple[str, str, str]:
        """When it was made, what it is, its configurations: what follows from it alone."""
        known = self._texts.get(experiment.id)
        if known is None or known[0] != experiment:
            device = devices_in_words(experiment)
            parts = (workload_name(experiment.workload), device, engine_of_run(experiment.engine))
            what = " · ".join(part for part in parts if part)
            made = _when(experiment.created), f"{experiment.kind} · {what}", _listed(experiment)
            known = self._texts[experiment.id] = (experiment, made)
        return known[1]


def _when(created: str) -> str:
    """``2026-01-02 03:04``, in local time."""
    try:
        return datetime.fromisoformat(created).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return created


def _listed(experiment: Experiment) -> str:
    """In what its configurations differ, a line each; of a sweep's many what it varies."""
    if experiment.axes:
        knobs = experiment.configurations[0].chain.knobs
        return "\n".join(
            f"{knob_name(axis.key, knobs.get(axis.key))}: {', '.join(map(str, axis.values))}"
            for axis in experiment.axes
        )
    names = (experiment.turn((0, which)).letter for which in range(len(experiment.configurations)))
    return "\n".join(
        f"{name}: {text}"
        for name, text in zip(names, configurations_in_words(experiment), strict=True)
    )
