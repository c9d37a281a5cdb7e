"""How far the run under way is, for those who look at another window."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from core.analysis.comparisons.knob_values import with_names
from core.analysis.sweeps.progress import ExperimentProgress, progress_of
from core.model.experiment import Experiment
from core.model.plan import Part, RunPlan
from core.model.run import RunState
from gui.running.progress import progress
from gui.running.run_controller import Activity, RunController
from gui.state.app_state import AppState

NAME = "Pipeline Explorer"
_PARTS = {Part.DIAGNOSIS: "diagnosis", Part.MODEL: "ceilings", Part.PIPELINE: "ceilings"}
LONG_S = 30.0
"""Nobody goes to another window for less."""


class Surroundings(Protocol):
    """What the desktop can be told; see ``gui.running.desktop``."""

    def show_progress(self, fraction: float | None) -> None:
        """Show it in the task bar."""

    def tell(self, title: str, text: str) -> None:
        """Say that something has ended."""


class WindowProgress(QObject):
    """Puts progress into the window's title and the task bar, and says when it was long."""

    def __init__(
        self,
        window: QWidget,
        app_state: AppState,
        controller: RunController,
        desktop: Surroundings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Follow the controller.

        Args:
            window: Has the title.
            app_state: Tells how the run goes on.
            controller: Tells of begin and end.
            desktop: Around the window.
            clock: Seconds since whenever.
        """
        super().__init__(window)
        self._window, self._app_state, self._controller = window, app_state, controller
        self._desktop, self._clock = desktop, clock
        self._key, self._what, self._began_s = "", "", 0.0
        self._done, self._planned = 0, 1
        controller.beginning.connect(self._begin)
        controller.activity_changed.connect(self._follow)
        app_state.run_advanced.connect(self._show)
        window.setWindowTitle(NAME)

    def _begin(self, plan: RunPlan) -> None:
        session = self._app_state.session
        experiment = self._experiment(plan.turn.group if plan.turn is not None else "")
        key = plan.id if experiment is None else experiment.id
        if key != self._key:
            self._end()
            self._key, self._began_s = key, self._clock()
        if experiment is None:
            self._done, self._planned = 0, 1
            name = session.experiments.name_of(session.run(key))
            self._what = _PARTS.get(plan.part, name)
        else:
            progress_so_far = self._progress(experiment)
            self._done, self._planned = progress_so_far.done, max(progress_so_far.planned, 1)
            self._what = session.experiments.label(experiment)
        self._show()

    def _show(self) -> None:
        recording = self._app_state.session.recording
        if recording is None or not self._key:
            return
        of_run = progress(recording)
        known = of_run is not None or self._planned > 1
        share = min((self._done + (of_run or 0.0)) / self._planned, 1.0) if known else None
        percent = f"{100 * share:.0f} % - " if share is not None else ""
        self._window.setWindowTitle(f"{percent}{self._what} - {NAME}")
        self._desktop.show_progress(share)

    def _follow(self) -> None:
        if self._controller.activity is Activity.IDLE:
            self._end()

    def _end(self) -> None:
        """Nothing of what was under way goes on."""
        key, self._key = self._key, ""
        if not key:
            return
        self._window.setWindowTitle(NAME)
        self._desktop.show_progress(None)
        if self._clock() - self._began_s >= LONG_S:
            self._desktop.tell(f"{self._what} - {NAME}", self._outcome(key))

    def _outcome(self, key: str) -> str:
        experiment, session = self._experiment(key), self._app_state.session
        if experiment is None:
            return session.run(key).state.value
        for run in session.experiments.runs(experiment).values():
            if run.state is RunState.DONE and run.answer is not None and run.answer.headline:
                knobs = {} if run.settings is None else run.settings.chain.knobs
                return with_names(run.answer.headline[-1], knobs)
        return self._progress(experiment).text()

    def _experiment(self, key: str) -> Experiment | None:
        known = self._app_state.session.experiments.all
        return next((experiment for experiment in known if experiment.id == key), None)

    def _progress(self, experiment: Experiment) -> ExperimentProgress:
        runs = self._app_state.session.experiments.runs(experiment)
        return progress_of(experiment, runs.values())
