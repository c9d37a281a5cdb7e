"""A metric of the recorded runs against their settings."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from core.analysis.by_setting.grouping import RunSettings
from core.charts.words import as_text
from core.model.experiment import Experiment
from core.model.tensorflow_kinds import emulated_ms
from core.text.workload_name import workload_name
from gui.actions import action
from gui.by_setting.by_setting_choices import BySettingChoices
from gui.by_setting.by_setting_controls import BySettingControls
from gui.by_setting.by_setting_model import BySettingModel, ShownCharts, View
from gui.by_setting.by_setting_picture import BySettingPicture
from gui.plotting.picture import add_picture_actions
from gui.state.app_state import AppState
from gui.widgets.current_stack import CurrentStack
from gui.widgets.empty_note import EmptyNote

NOTHING_YET = (
    "No run to compare yet. Press Run (Ctrl+R), change one setting and run again: "
    "each run becomes a point over its value of that setting."
)
NO_RUN_OF_IT = "No run of {} has been made yet. Each appears here as it ends."


class BySettingPanel(QWidget):
    """What is asked for, and the plot that answers it.

    Attributes:
        controls: What is asked for.
        picture: The plot with its notes.
        answer: The numbers that are shown; None before there are any.
        empty: What is said while there is no run.

    Signals:
        refreshed: What is shown is up to date.
        asked_for: The panel is to be brought to the front.
    """

    refreshed = Signal()
    asked_for = Signal()

    def __init__(self, app_state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("help", "comparing.md#against-settings")
        self._app_state = app_state
        self._model = BySettingModel(app_state.session)
        self.answer: ShownCharts | None = None
        self.controls = BySettingControls()
        self._offers = BySettingChoices(self.controls, app_state.session.workloads)
        self.picture = BySettingPicture(app_state.theme, self._model.doubts_of)
        self.empty = EmptyNote(NOTHING_YET)
        self.empty.offer_example(app_state)
        self._page = QWidget()
        page = QVBoxLayout(self._page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self.controls)
        self._pages = CurrentStack()
        page.addWidget(self._pages, 1)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.picture)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._page)
        self._make_actions()
        self._connect()

    def _make_actions(self) -> None:
        self.addActions(list(self.controls.view_actions.values()))
        self.clear_action = action(
            self, "Clear brushes", "", self.picture.parallel.clear_brushes,
            "Take the brushes off all axes (Esc in the plot)",
        )  # fmt: skip
        self.clear_action.setEnabled(False)
        self.copy_action = action(
            self, "Copy numbers", "Ctrl+Shift+C", self.copy_numbers,
            "Copy the numbers of the plot against settings as tab-separated text, with units",
        )  # fmt: skip
        clear = QToolButton()
        clear.setDefaultAction(self.clear_action)
        self.controls.extra.add_right(clear)
        self._clear_button = clear

    def _connect(self) -> None:
        app_state, controls, picture = self._app_state, self.controls, self.picture
        controls.changed.connect(self.refresh)
        controls.view_asked.connect(self.asked_for)
        picture.picked.connect(app_state.select)
        picture.chart.key_picked.connect(self._look_at_knob)
        picture.parallel.brushed.connect(
            lambda: self.clear_action.setEnabled(bool(picture.parallel.brushes.on))
        )
        for view in (picture.chart, picture.parallel):
            view.customContextMenuRequested.connect(
                lambda position, view=view: self._open_menu(view.mapToGlobal(position))
            )
        for signal in (
            app_state.runs_changed,
            app_state.experiments_changed,
            app_state.solo_changed,
        ):
            signal.connect(self.refresh)
        app_state.selection_changed.connect(self._follow_selection)
        app_state.theme_changed.connect(self._apply_theme)

    # -- what it can be asked for ---------------------------------------------------------

    def choose(
        self,
        *,
        view: View | None = None,
        knob: str | None = None,
        second: str | None = None,
        metric_key: str | None = None,
    ) -> None:
        """Look in another way or at something else, as if it had been picked by hand."""
        if view is not None:
            self.controls.show_view(view)
        boxes = self.controls
        for box, key in (
            (boxes.knob_box, knob),
            (boxes.second_box, second),
            (boxes.metric_box, metric_key),
        ):
            if key is not None:
                boxes.choose(box, key)

    def show_experiment(self, experiment_id: str) -> None:
        """Show the runs of a comparison or sweep, and bring this to the front.

        Args:
            experiment_id: Its id; empty for all runs.
        """
        self._offers.experiment(self._app_state.session.experiments.all)
        self.controls.choose(self.controls.scope_box, experiment_id)
        self.asked_for.emit()

    def refresh(self) -> None:
        """Show the runs as they stand. What is hidden is refreshed when it is shown."""
        if not self.isVisible():
            return
        session = self._app_state.session
        experiment = self._offers.experiment(session.experiments.all)
        runs = self._model.runs_of(experiment) if experiment else self._app_state.shown_runs
        candidates = self._model.candidates(runs)
        if candidates:
            focus = self._app_state.focus
            candidates = self._offers.narrow(candidates, experiment, focus)
            self._show(candidates, experiment)
        self.empty.setText(NO_RUN_OF_IT.format(experiment.title) if experiment else NOTHING_YET)
        self.controls.setVisible(bool(candidates) or experiment is not None)
        self._pages.setCurrentWidget(self.picture if candidates else self.empty)
        self.copy_action.setEnabled(bool(candidates))
        self.refreshed.emit()

    def copy_numbers(self) -> None:
        """Put the numbers of the plot on the clipboard as text."""
        if self.answer is None:
            return
        text = as_text(self.answer.chart.table, self.picture.source.text())
        QGuiApplication.clipboard().setText(text)
        self._app_state.message.emit(f"Copied {len(self.answer.chart.table) - 1} rows of numbers")

    def menu(self) -> QMenu:
        """What the right mouse button and the menu key offer on the plot."""
        menu = QMenu(self)
        add_picture_actions(menu, self.picture, self._app_state, "against-settings")
        menu.addSeparator()
        menu.addAction(self.copy_action)
        if self.controls.view is View.ALL:
            menu.addAction(self.clear_action)
        return menu

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while it was not seen."""
        super().showEvent(event)
        self.refresh()

    # -- showing --------------------------------------------------------------------------

    def _show(self, candidates: list[RunSettings], experiment: Experiment | None) -> None:
        question = self._offers.question()
        answer = self._model.answer(question, candidates)
        if answer is not self.answer:
            self.answer = answer
            parts = [experiment.title] if experiment else []
            named = workload_name(question.workload)
            if named not in "".join(parts):
                parts.append(named)
            if question.device and emulated_ms(question.device) is None:
                parts.append(question.device)
            self.picture.show_answer(question.view, answer, " · ".join(parts))
        self._clear_button.setVisible(question.view is View.ALL)
        self._mark()

    def _mark(self) -> None:
        self.picture.mark_selected(frozenset(run.id for run in self._app_state.selection))

    def _follow_selection(self) -> None:
        """Set off other runs; look at other ones only where the workload or device follows."""
        if not self.isVisible():
            return
        selection = self._app_state.selection
        focus = self._app_state.focus if selection else None
        elsewhere = focus is not None and (
            focus.plan.workload != self.controls.workload_box.currentData()
            or self.controls.device_box.currentData() not in ("", focus.plan.device)
        )
        if elsewhere:
            self.refresh()
        else:
            self._mark()

    def _apply_theme(self) -> None:
        self.picture.apply(self._app_state.theme)
        self.answer = None
        self.refresh()

    def _look_at_knob(self, key: str) -> None:
        self.controls.forget(self.controls.second_box)
        self.choose(view=View.ONE, knob=key)

    def _open_menu(self, position: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(position)
