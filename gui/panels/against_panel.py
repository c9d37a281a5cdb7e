"""A metric of the recorded runs against their settings."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from core.analysis.against.gathering import Candidate
from core.analysis.against.tables import as_text
from core.analysis.knob_values import varied
from core.model.experiment import Experiment
from core.model.kinds import emulated_ms
from core.model.run import Run
from core.pipeline.fit import Fit
from core.workloads.catalogue import workload
from gui.actions import action
from gui.models.against_model import AgainstModel, Answer, Question, View
from gui.notifier import Notifier
from gui.widgets.against_controls import ALL_RUNS, EACH_RUN, AgainstControls
from gui.widgets.against_picture import AgainstPicture
from gui.widgets.empty_note import EmptyNote
from gui.widgets.one_knob_view import MOST_SERIES
from gui.widgets.picture import add_picture_actions

NOTHING_YET = (
    "No run to compare yet. Press Run (Ctrl+R), change one setting and run again: "
    "each run becomes a point over its value of that setting."
)
NO_RUN_OF_IT = "No run of {} has been made yet. Each appears here as it ends."
EVERY_DEVICE = "every device"

_DEVICE = Fit().id("device")


class AgainstPanel(QWidget):
    """What is asked for, and the plot that answers it.

    Attributes:
        controls: What is asked for.
        picture: The plot with its notes.
        empty: What is said while there is no run.

    Signals:
        refreshed: What is shown is up to date.
        asked_for: The panel is to be brought to the front.
    """

    refreshed = Signal()
    asked_for = Signal()

    def __init__(self, notifier: Notifier, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notifier = notifier
        self._model = AgainstModel(notifier.session)
        self._answer: Answer | None = None
        self.controls = AgainstControls()
        self.picture = AgainstPicture(notifier.theme, self._model.doubts_of)
        self.empty = EmptyNote(NOTHING_YET)
        self._page = QWidget()
        page = QVBoxLayout(self._page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self.controls)
        self._pages = QStackedWidget()
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
            self, "Clear brushes", "", self.picture.all.clear_brushes,
            "Take the brushes off all axes (Esc in the plot)",
        )  # fmt: skip
        self.clear_action.setEnabled(False)
        self.copy_action = action(
            self, "Copy numbers", "Ctrl+Shift+C", self.copy_numbers,
            "Copy the numbers of the plot against settings as tab-separated text, with units",
        )  # fmt: skip
        clear = QToolButton()
        clear.setDefaultAction(self.clear_action)
        self.controls.extra.addWidget(clear)
        self._clear_button = clear

    def _connect(self) -> None:
        notifier, controls, picture = self._notifier, self.controls, self.picture
        controls.changed.connect(self.refresh)
        controls.view_asked.connect(self.asked_for)
        controls.scope_box.activated.connect(lambda _: self._other_runs())
        picture.picked.connect(notifier.select)
        picture.influence.knob_picked.connect(self._look_at_knob)
        picture.all.brushed.connect(
            lambda: self.clear_action.setEnabled(bool(picture.all.brushes.on))
        )
        for view in picture.views.values():
            view.customContextMenuRequested.connect(
                lambda position, view=view: self._open_menu(view.mapToGlobal(position))
            )
        for signal in (notifier.runs_changed, notifier.experiments_changed):
            signal.connect(self.refresh)
        notifier.selection_changed.connect(self._take_on_selection)
        notifier.theme_changed.connect(self._take_on_theme)

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
        self._offer_scopes()
        if self.controls.choose(self.controls.scope_box, experiment_id):
            self._other_runs()
        self.asked_for.emit()

    def refresh(self) -> None:
        """Show the runs as they stand. What is hidden is refreshed when it is shown."""
        if not self.isVisible():
            return
        experiment = self._offer_scopes()
        runs = (
            self._model.runs_of(experiment) if experiment is not None else self._notifier.shown_runs
        )
        candidates = self._model.candidates(runs)
        if candidates:
            candidates = self._offer(candidates, experiment)
            self._show(candidates, experiment)
        self.empty.setText(NO_RUN_OF_IT.format(experiment.title) if experiment else NOTHING_YET)
        self.controls.setVisible(bool(candidates) or experiment is not None)
        self._pages.setCurrentWidget(self.picture if candidates else self.empty)
        self.copy_action.setEnabled(bool(candidates))
        self.refreshed.emit()

    def copy_numbers(self) -> None:
        """Put the numbers of the plot on the clipboard as text."""
        if self._answer is None:
            return
        text = as_text(self._answer.table, self.picture.source.text())
        QGuiApplication.clipboard().setText(text)
        self._notifier.message.emit(f"Copied {len(self._answer.table) - 1} rows of numbers")

    def menu(self) -> QMenu:
        """What the right mouse button and the menu key offer on the plot."""
        menu = QMenu(self)
        add_picture_actions(menu, self.picture, self._notifier, "against-settings")
        menu.addSeparator()
        menu.addAction(self.copy_action)
        if self.controls.view is View.ALL:
            menu.addAction(self.clear_action)
        return menu

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while it was not seen."""
        super().showEvent(event)
        self.refresh()

    # -- what is offered ------------------------------------------------------------------

    def _offer_scopes(self) -> Experiment | None:
        experiments = self._notifier.session.experiments
        known = experiments.all[::-1]
        choices = [(ALL_RUNS, ""), *((_title(one), one.id) for one in known)]
        chosen = self.controls.offer(self.controls.scope_box, choices, "")
        self.controls.scope_box.setVisible(len(choices) > 1)
        return experiments.get(chosen) if chosen else None

    def _offer(self, candidates: list[Candidate], experiment: Experiment | None) -> list[Candidate]:
        """List what there is to choose from.

        Returns:
            The runs of the workload and device that are chosen.
        """
        controls = self.controls
        names = list(dict.fromkeys(one.run.plan.workload for one in candidates))
        name = controls.offer(
            controls.workload_box,
            [(workload(name).title, name) for name in names],
            self._wanted_run(candidates).plan.workload,
        )
        candidates = [one for one in candidates if one.run.plan.workload == name]
        self._offer_knobs(candidates, experiment)
        looked_at = (controls.knob_box.currentData(), controls.second_box.currentData())
        by_device = controls.view in (View.ONE, View.TWO) and _DEVICE in looked_at
        devices = list(dict.fromkeys(one.run.plan.device for one in candidates))
        choices = [(EVERY_DEVICE, "")] if by_device else [(_words(d), d) for d in devices]
        device = controls.offer(
            controls.device_box, choices, self._wanted_run(candidates).plan.device
        )
        controls.device_box.setEnabled(not by_device)
        # An experiment's title says its workload, and mostly it has one device.
        controls.workload_box.setVisible(experiment is None or len(names) > 1)
        controls.device_box.setVisible(experiment is None or len(devices) > 1)
        return [one for one in candidates if not device or one.run.plan.device == device]

    def _wanted_run(self, candidates: list[Candidate]) -> Run:
        """The run whose workload and device are shown unless others were chosen."""
        focus = self._notifier.focus
        runs = {one.run.id: one.run for one in candidates}
        return runs[focus.id] if focus is not None and focus.id in runs else candidates[-1].run

    def _offer_knobs(self, candidates: list[Candidate], experiment: Experiment | None) -> None:
        controls = self.controls
        knobs = workload(controls.workload_box.currentData()).chain.knobs
        counts = varied(one.values for one in candidates)
        two = controls.view is View.TWO
        rest = [] if two and counts else [key for key in knobs if key not in counts]
        choices = [(f"{key} ({count} values)", key) for key, count in counts.items()]
        by_count = sorted(counts, key=lambda key: -counts[key])
        knob = controls.offer(
            controls.knob_box,
            [*choices, *((key, key) for key in rest)],
            by_count[0] if by_count else rest[0],
        )
        seconds = [
            choice
            for choice in choices
            if choice[1] != knob and (two or counts[choice[1]] <= MOST_SERIES)
        ]
        # Runs of an experiment differ on purpose: a second knob of it is worth a colour.
        tell_apart = two or experiment is not None
        wanted = [key for key in by_count if (f"{key} ({counts[key]} values)", key) in seconds]
        controls.offer(
            controls.second_box,
            seconds if two else [(EACH_RUN, ""), *seconds],
            wanted[0] if wanted and tell_apart else "",
        )
        controls.second_box.setEnabled(bool(seconds))

    # -- showing --------------------------------------------------------------------------

    def _show(self, candidates: list[Candidate], experiment: Experiment | None) -> None:
        controls = self.controls
        view = controls.view
        knobbed = view in (View.ONE, View.TWO)
        question = Question(
            view,
            str(controls.workload_box.currentData()),
            str(controls.device_box.currentData()),
            str(controls.metric_box.currentData()),
            str(controls.knob_box.currentData() or "") if knobbed else "",
            str(controls.second_box.currentData() or "") if knobbed else "",
            experiment.id if experiment else "",
        )
        answer = self._model.answer(question, candidates)
        if answer is not self._answer:
            self._answer = answer
            about = experiment.title if experiment else ""
            if question.workload not in about:
                about = " · ".join(part for part in (about, question.workload) if part)
            if question.device and emulated_ms(question.device) is None:
                about += f" on {question.device}"
            self.picture.show_answer(view, answer, about)
        self._clear_button.setVisible(view is View.ALL)
        self._mark()

    def _mark(self) -> None:
        self.picture.mark_selected(frozenset(run.id for run in self._notifier.selection))

    def _take_on_selection(self) -> None:
        """Set off other runs; look at other ones only where the workload or device follows."""
        if not self.isVisible():
            return
        focus = self._notifier.focus
        elsewhere = focus is not None and (
            focus.plan.workload != self.controls.workload_box.currentData()
            or self.controls.device_box.currentData() not in ("", focus.plan.device)
        )
        if elsewhere:
            self.refresh()
        else:
            self._mark()

    def _take_on_theme(self) -> None:
        self.picture.apply(self._notifier.theme)
        self._answer = None
        self.refresh()

    def _other_runs(self) -> None:
        boxes = self.controls
        boxes.forget(boxes.workload_box, boxes.device_box, boxes.knob_box, boxes.second_box)
        self.refresh()

    def _look_at_knob(self, key: str) -> None:
        self.controls.forget(self.controls.second_box)
        self.choose(view=View.ONE, knob=key)

    def _open_menu(self, position: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(position)


def _words(device: str) -> str:
    ms = emulated_ms(device)
    return device if ms is None else f"emulated {ms:g} ms"


def _title(experiment: Experiment) -> str:
    when = datetime.fromisoformat(experiment.created).astimezone()
    return experiment.name or f"{experiment.title}, {when:%d %b %H:%M}"
