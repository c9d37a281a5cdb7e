"""Kept comparisons, sweeps and diagnoses, and what came of the one that is chosen."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from core.analysis.comparisons.comparison import Comparison
from core.analysis.sweeps.progress import ExperimentProgress, ExperimentState
from core.analysis.sweeps.sweep import SweepResult
from core.model.experiment import Experiment
from core.model.run import Run
from core.session.experiments import ExperimentResult
from gui.experiments.comparison_result import ComparisonResult
from gui.experiments.diagnosis_result import DiagnosisResult
from gui.experiments.experiment_actions import ExperimentActions
from gui.experiments.experiment_head import ExperimentHead
from gui.experiments.experiment_list import ExperimentList
from gui.experiments.experiments_model import GONE
from gui.experiments.sweep_result import SweepResultView
from gui.running.run_starter import RunStarter
from gui.running.run_status import progress as progress_of_run
from gui.state.app_state import AppState
from gui.state.kept_experiments import ExperimentOutcome, KeptExperiments
from gui.widgets.current_stack import CurrentStack
from gui.widgets.empty_note import EmptyNote

NOTHING_YET = (
    "No comparison, no sweep and no diagnosis yet.\n\n"
    "A comparison runs two or more configurations several times in turn and says which is faster, "
    "and how sure that is: Ctrl+Shift+R.\n"
    "A sweep runs many values of some knobs and says which knob matters most: Ctrl+Shift+S.\n\n"
    "A diagnosis says what limits the training and which change helps: Ctrl+D.\n\n"
    "All are kept here: go on with them, run them again, or begin from a copy."
)
_RESULTS = (ComparisonResult, SweepResultView, DiagnosisResult)
NONE_MATCHES = "No experiment contains all of these words."


class ExperimentsPanel(QWidget):
    """A list at the left, the result at the right.

    Attributes:
        list: The kept experiments.
        head: Name, progress and buttons of the chosen one.
        comparison, sweep, diagnosis: Its result.
        experiment_actions: What can be done with it; ``actions()`` lists the actions, and its
            signals ask for what other parts of the window do.

    Signals:
        filled: What came of every experiment is known.
        answer_requested: A diagnosis is to be shown on the page Answer: its run's id.
    """

    filled = Signal()
    answer_requested = Signal(str)

    def __init__(
        self, app_state: AppState, starter: RunStarter, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("help", "comparing.md#experiments")
        self._app_state = app_state
        self._kept = KeptExperiments(app_state.session)
        self._shown: tuple[Experiment, ExperimentOutcome] | None = None
        self._progress: ExperimentProgress | None = None
        self.experiment_actions = ExperimentActions(app_state, starter, self._kept, self)
        acts = self.experiment_actions
        self.list = ExperimentList(app_state, self._kept)
        self.list.offer(
            (
                *(acts.go_on, acts.again, acts.duplicate, acts.show_runs, acts.side_by_side),
                *(acts.plots, acts.report, acts.copy, acts.rename, acts.delete, acts.undo),
            )
        )
        self.head = ExperimentHead(
            (acts.go_on, acts.again, acts.duplicate, acts.show_runs),
            (acts.side_by_side, acts.plots, acts.report, acts.copy, acts.rename, acts.delete),
        )
        self.comparison = ComparisonResult(app_state)
        self.sweep = SweepResultView(app_state)
        self.diagnosis = DiagnosisResult()
        self.trouble, self.empty = EmptyNote(), EmptyNote(NOTHING_YET)
        self.empty.offer_example(app_state)
        # What came of those that are not shown is worked out one by one, between other events.
        self._fill = QTimer(self)
        self._fill.setSingleShot(True)
        self._fill.setInterval(0)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._results = QStackedWidget()
        for page in (self.comparison, self.sweep, self.diagnosis, self.trouble):
            self._results.addWidget(page)
        self._right = QWidget()
        right = QVBoxLayout(self._right)
        right.setContentsMargins(8, 0, 0, 0)
        right.addWidget(self.head)
        right.addWidget(self._results, 1)
        columns = QSplitter()
        columns.setObjectName("experiments columns")
        columns.addWidget(self.list)
        columns.addWidget(self._right)
        columns.setSizes([280, 720])
        columns.setStretchFactor(1, 1)
        columns.setChildrenCollapsible(False)
        self._pages = CurrentStack()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(columns)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 6, 8, 6)
        outer.addWidget(self._pages, 1)
        outer.addWidget(self.experiment_actions.undo_bar)

    def _connect(self) -> None:
        app_state, acts = self._app_state, self.experiment_actions
        for signal in (
            app_state.experiments_changed,
            app_state.runs_changed,
            app_state.queue_changed,
        ):
            signal.connect(self.refresh)
        app_state.run_advanced.connect(self._advance)
        app_state.selection_changed.connect(self._mark_selected)
        app_state.theme_changed.connect(self._apply_theme)
        self.list.chosen.connect(lambda _: self._show())
        self.list.view.activated.connect(lambda _: acts.show_runs.trigger())
        self.comparison.picked.connect(app_state.select)
        self.sweep.picked.connect(app_state.select)
        self.diagnosis.answer_requested.connect(self.answer_requested)
        self._fill.timeout.connect(self._work_out_one)
        acts.rename_requested.connect(self.list.edit_name)
        acts.copy_requested.connect(self.copy)
        acts.show_requested.connect(self.show_experiment)

    # -- what it can be asked for -----------------------------------------------------------

    def show_experiment(self, experiment_id: str) -> None:
        """Choose an experiment and show what came of it."""
        self._kept.refresh()
        self.list.refresh()
        self.list.choose(experiment_id)
        self.refresh()

    def refresh(self) -> None:
        """Look at everything anew. What is hidden is refreshed when it is shown."""
        if not self.isVisible():
            return
        self._kept.refresh()
        self.list.refresh()
        self._pages.setCurrentIndex(1 if self._kept.all else 0)
        self._show()
        self._fill.start()

    def copy(self) -> None:
        """Copy what is shown as text."""
        if self._shown is None:
            return
        experiment, _ = self._shown
        page = self._results.currentWidget()
        body = page.text() if isinstance(page, _RESULTS) else ""
        text = "\n".join(
            (experiment.title, self.head.state.text(), "", body or self.trouble.text())
        )
        QGuiApplication.clipboard().setText(text)
        self._app_state.message.emit(f"Copied {experiment.title}.")

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while it was not seen."""
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is worked out while nobody looks."""
        super().hideEvent(event)
        self._fill.stop()

    # -- what changes -----------------------------------------------------------------------

    def _advance(self) -> None:
        """A run under way moves the bar, and nothing else."""
        recording = self._app_state.session.recording
        if recording is None or self._shown is None or not self.isVisible():
            return
        turn = recording.run().plan.turn
        if turn is not None and turn.group == self._shown[0].id and self._progress is not None:
            self.head.show_share(self._progress, progress_of_run(recording) or 0.0)

    def _mark_selected(self) -> None:
        if self.isVisible():
            selected = frozenset(run.id for run in self._app_state.selection)
            self.comparison.mark_selected(selected)
            self.sweep.mark_selected(selected)

    def _apply_theme(self) -> None:
        for part in (self.list, self.comparison, self.sweep):
            part.apply()

    def _work_out_one(self) -> None:
        """Work out one result that is not known yet, those first that the list shows."""
        for row in self.list.model.rows:
            experiment = self._kept.get(row.id)
            if experiment is not None and self._kept.known(experiment) is None:
                self._kept.outcome(experiment)
                self.list.refresh()
                self._fill.start()
                return
        self.filled.emit()

    # -- showing ----------------------------------------------------------------------------

    def _show(self) -> None:
        experiment = self._kept.get(self.list.chosen_id)
        if experiment is None:
            self._shown = None
            self.experiment_actions.refresh(None)
            self.head.hide()
            self.trouble.setText(NONE_MATCHES if self._kept.all else "")
            self._results.setCurrentWidget(self.trouble)
            return
        outcome, self._progress = self._kept.outcome(experiment), self._kept.progress(experiment)
        self.list.model.refresh()
        self.head.show()
        self.head.show_experiment(
            experiment, self._progress, self._beside(self._progress, outcome.gone)
        )
        if self._shown is None or self._shown[0] != experiment or self._shown[1] is not outcome:
            self._shown = experiment, outcome
            self._show_result(experiment, outcome.result, outcome.why_not)
        self.experiment_actions.refresh(experiment)

    def _show_result(
        self, experiment: Experiment, result: ExperimentResult | None, why_not: str
    ) -> None:
        if isinstance(result, Comparison):
            self.comparison.show_result(experiment, result)
            self._results.setCurrentWidget(self.comparison)
        elif isinstance(result, SweepResult):
            self.sweep.show_result(experiment, result)
            self._results.setCurrentWidget(self.sweep)
        elif isinstance(result, Run):
            self.diagnosis.show_run(result)
            self._results.setCurrentWidget(self.diagnosis)
        else:
            there = self._progress is not None and self._progress.done
            stay = "\n\nIts runs stay in the table below: Select runs (S)." if there else ""
            self.trouble.setText(f"What came of it cannot be shown. {why_not}{stay}")
            self._results.setCurrentWidget(self.trouble)

    def _beside(self, progress: ExperimentProgress, gone: str) -> list[str]:
        """What is to be known beside how far it has come, and what to do about it."""
        said = []
        if progress.stage is ExperimentState.WAITING and self._app_state.session.queue.paused:
            said.append("the queue is paused")
        if gone:
            said.append(f"{GONE}: {gone}")
        elif progress.stage is ExperimentState.INCOMPLETE:
            said.append("press Go on (G) for the runs that are missing")
        return said
