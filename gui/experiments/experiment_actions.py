"""What can be done with a kept experiment: one action each, for buttons, menus and palette."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from core.analysis.sweeps.progress import ExperimentProgress, ExperimentState
from core.model.errors import ExplorerError
from core.model.experiment import Experiment
from core.model.run import Run
from core.model.turn import ExperimentKind
from core.session.queue import Waiting
from gui.actions import panel_action
from gui.running.run_starter import RunStarter
from gui.state.app_state import AppState
from gui.state.kept_experiments import KeptExperiments
from gui.widgets.undo_bar import UndoBar

_AGAIN = re.compile(r" \(again(?: \d+)?\)$")


class ExperimentActions(QObject):
    """Makes the actions and does what they say to the experiment that is shown.

    The keys work while ``panel`` or a part of it has the keyboard. What another part of the window
    has to do is asked for by a signal; until something listens, the action is disabled.

    Attributes:
        go_on, again, duplicate, show_runs, side_by_side, plots, report, copy, rename, delete, undo:
            The actions.
        undo_bar: Says what was deleted.

    Signals:
        rename_requested: The name is to be edited in its row.
        copy_requested: What is shown is to be copied as text.
        show_requested: Another experiment is to be shown: its id.
        duplicate_requested: A copy is wanted whose settings can be changed first: the id.
        plots_requested: Its runs are to be plotted against the settings: the id.
        report_requested: A report of it is to be saved: the id.
        side_by_side_requested: The selected runs are to be shown side by side.
    """

    rename_requested = Signal()
    copy_requested = Signal()
    show_requested = Signal(str)
    duplicate_requested = Signal(str)
    plots_requested = Signal(str)
    report_requested = Signal(str)
    side_by_side_requested = Signal()

    def __init__(
        self, app_state: AppState, starter: RunStarter, kept: KeptExperiments, panel: QWidget
    ) -> None:
        super().__init__(panel)
        self._app_state, self._starter, self._kept, self._panel = app_state, starter, kept, panel
        self._current: Experiment | None = None
        self.undo_bar = UndoBar(app_state.edits, panel)
        make = self._make
        self.go_on = make(
            "Go on with experiment", "Go on", "G", self._go_on,
            "Put the runs that are missing of it into the queue",
        )  # fmt: skip
        self.again = make(
            "Run experiment again", "Run again", "R", self._again,
            "Run the same anew; what was measured before stays beside it",
        )  # fmt: skip
        self.duplicate = make(
            "Duplicate experiment…", "Duplicate…", "D", self._ask(self.duplicate_requested),
            "Begin a copy of it whose settings you can change first",
        )  # fmt: skip
        self.show_runs = make(
            "Select runs of experiment", "Select runs", "S", self._select_runs,
            "Select all of its runs in the table below",
        )  # fmt: skip
        self.side_by_side = make(
            "Experiment side by side", "Side by side", "C", self._side_by_side,
            "Show one run of each configuration side by side",
        )  # fmt: skip
        self.plots = make(
            "Experiment against settings", "Against settings", "A",
            self._ask(self.plots_requested), "Plot its runs against what was set",
        )  # fmt: skip
        self.report = make(
            "Save report of experiment…", "Save report…", "E", self._ask(self.report_requested),
            "Save it as a report for a browser, as CSV or as JSON",
        )  # fmt: skip
        self.copy = make(
            "Copy experiment", "Copy as text", "Ctrl+C", self.copy_requested.emit,
            "Copy verdict, table and notes as text",
        )  # fmt: skip
        self.rename = make(
            "Rename experiment", "Rename", "F2", self.rename_requested.emit, "Give it a name"
        )
        self.delete = make(
            "Delete experiment", "Delete", "Del", self._delete,
            "Delete it; its runs stay, and Ctrl+Z brings it back",
        )  # fmt: skip
        self.undo = app_state.edits.undo_action
        self.refresh(None)

    def refresh(self, current: Experiment | None) -> None:
        """Say what can be done now with the experiment that is shown."""
        self._current = current
        for action in (self.rename, self.delete, self.copy):
            action.setEnabled(current is not None)
        outcome = self._kept.outcome(current) if current is not None else None
        can_run = outcome is not None and not outcome.gone
        runs = self._kept.runs(current) if current is not None else ()
        self.go_on.setEnabled(
            can_run and current is not None and _missing(self._kept.progress(current)) > 0
        )
        self.again.setEnabled(can_run)
        self.side_by_side.setEnabled(
            len(_one_each(runs)) > 1 and self._heard("side_by_side_requested()")
        )
        trains = current is not None and current.kind is not ExperimentKind.DIAGNOSIS
        self.show_runs.setEnabled(trains and bool(runs))
        self.plots.setEnabled(trains and bool(runs) and self._heard("plots_requested(QString)"))
        self.report.setEnabled(bool(runs) and self._heard("report_requested(QString)"))
        self.duplicate.setEnabled(
            trains and can_run and self._heard("duplicate_requested(QString)")
        )

    # -- inside -----------------------------------------------------------------------------

    def _make(
        self, text: str, short: str, key: str, does: Callable[[], object], tip: str
    ) -> QAction:
        return panel_action(self._panel, text, short, key, lambda: self._act(does), tip)

    def _act(self, does: Callable[[], object]) -> None:
        self.undo_bar.hide()
        does()

    def _ask(self, signal: SignalInstance) -> Callable[[], None]:
        def ask() -> None:
            if self._current is not None:
                signal.emit(self._current.id)

        return ask

    def _heard(self, signature: str) -> bool:
        # ``QMetaMethod.fromSignal`` of PySide 6.11 never lets go of whose signal it was given.
        known = self.metaObject()
        return self.isSignalConnected(known.method(known.indexOfSignal(signature)))

    @contextmanager
    def _failures_told(self) -> Iterator[None]:
        try:
            yield
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)

    def _go_on(self) -> None:
        if self._current is not None:
            self._starter.go_on_with(self._current)

    def _again(self) -> None:
        if self._current is None:
            return
        experiments = self._app_state.session.experiments
        name = again_name(self._current.title, {experiment.name for experiment in experiments.all})
        copy = experiments.copy(self._current, name=name)
        if self._starter.begin(copy):
            self.show_requested.emit(copy.id)

    def _select_runs(self) -> None:
        if self._current is not None:
            self._app_state.select(tuple(run.id for run in self._kept.runs(self._current)))

    def _side_by_side(self) -> None:
        if self._current is not None:
            runs = _one_each(self._kept.runs(self._current))
            self._app_state.select(tuple(run.id for run in runs))
            self.side_by_side_requested.emit()

    def _delete(self) -> None:
        gone = self._current
        if gone is None:
            return
        session, taken = self._app_state.session, list[Waiting]()

        def delete() -> bool:
            with self._failures_told():
                session.experiments.change(gone.id, deleted=True)
                # Runs that wait for something that is not wanted any more make no sense.
                turns = ((entry.id, entry.plan.turn) for entry in session.queue.waiting)
                taken[:] = session.queue.remove(
                    [run_id for run_id, turn in turns if turn is not None and turn.group == gone.id]
                )
                return True
            return False

        def restore() -> bool:
            with self._failures_told():
                session.experiments.change(gone.id, deleted=False)
                session.queue.restore(tuple(taken), len(session.queue))
                self.show_requested.emit(gone.id)
                return True
            return False

        if self._app_state.edits.do(f"delete {gone.title}", delete, restore):
            waited = f" {len(taken)} that waited were taken out of the queue." if taken else ""
            self.undo_bar.say(f"Deleted {gone.title}; its runs stay.{waited}")
        self.refresh(self._current)


def again_name(title: str, taken: Collection[str]) -> str:
    """A name for the same anew: ``prefetch? (again)``, ``prefetch? (again 2)``, ..."""
    base = _AGAIN.sub("", title)
    name, count = f"{base} (again)", 1
    while name in taken:
        count += 1
        name = f"{base} (again {count})"
    return name


def _missing(progress: ExperimentProgress) -> int:
    """Runs that are neither done nor under way nor in the queue."""
    under_way = progress.stage is ExperimentState.UNDER_WAY
    return progress.planned - progress.done - progress.waiting - under_way


def _one_each(runs: Collection[Run]) -> list[Run]:
    """The first run of each configuration that has samples, the baseline's first."""
    by_configuration: dict[int, Run] = {}
    for run in runs:
        turn = run.plan.turn
        if turn is not None and run.state.over and run.samples.steps:
            by_configuration.setdefault(turn.which, run)
    return [by_configuration[which] for which in sorted(by_configuration)]
