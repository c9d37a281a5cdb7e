"""Opens the dialogs Compare… and Sweep…, over the form or over an experiment that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.model.errors import InputError
from core.model.experiment import Experiment
from core.model.settings import Settings
from core.model.turn import ExperimentKind
from core.workloads.workload import Workload
from gui.comparison.candidates import DRAFT, Candidate, ComparisonChoice, candidates, kept, likely
from gui.running.queue_times import QueueTimes
from gui.starting.engine_parts import EngineParts
from gui.state.app_state import AppState
from gui.state.feasibility import Feasibility
from gui.state.pipeline_form import PipelineForm
from gui.state.ui_settings import UiSettings

if TYPE_CHECKING:
    from gui.comparison.compare_dialog import CompareDialog
    from gui.comparison.sweep_dialog import SweepDialog


class ExperimentDialogs(QObject):
    """Asks what is to be compared or varied.

    Signals:
        asked: This ``Experiment`` is to begin.
    """

    asked = Signal(object)

    def __init__(
        self,
        window: QWidget,
        draft: PipelineForm,
        app_state: AppState,
        times: QueueTimes,
        ui_settings: UiSettings,
        engine: EngineParts,
    ) -> None:
        """Open none yet.

        Args:
            window: Dialogs open above it.
            draft: The settings on the left.
            app_state: Knows the runs; told of what cannot be asked again.
            times: Estimates of how long runs take.
            ui_settings: Remembers the last sweep of each workload.
            engine: Gets ready while a dialog is open.
        """
        super().__init__(window)
        self._window, self._draft, self._app_state = window, draft, app_state
        self._times, self._ui_settings, self._engine = times, ui_settings, engine

    def compare(self) -> None:
        """Ask which configurations are to be compared, the form's among them."""
        offered = self._candidates(self._draft.workload, self._draft.settings)
        session, selection = self._app_state.session, self._app_state.selection
        self._open_compare(offered, likely(session, selection, offered))

    def sweep(self) -> None:
        """Ask which knobs of the form are to be varied; begins with the last sweep's."""
        workload = self._draft.workload
        self._open_sweep(workload, self._draft.settings).restore_state(
            self._ui_settings.mapping(_sweep_key(workload))
        )

    def duplicate(self, experiment: Experiment) -> None:
        """Ask again what an experiment asked, so that it can be changed first.

        The settings on the left stay as they are; where they are of another workload, they are not
        offered.
        """
        session, draft = self._app_state.session, self._draft
        try:
            workload = session.workloads.get(experiment.workload)
            first = session.workloads.read(workload.id, experiment.configurations[0])
            if experiment.kind is ExperimentKind.SWEEP:
                self._open_sweep(workload, first, "the original's settings").begin_with(experiment)
                return
            before, choice = kept(experiment, session.workloads, Feasibility(session))
        except InputError as error:
            self._app_state.failed.emit(str(error), error.details)
            return
        at_left = workload.id == draft.workload.id
        offered = self._candidates(workload, draft.settings if at_left else first)
        others = (candidate for candidate in offered if at_left or candidate.key != DRAFT)
        self._open_compare((*before, *others), choice).begin_with(experiment)

    def _candidates(self, workload: Workload, settings: Settings) -> tuple[Candidate, ...]:
        session = self._app_state.session
        feasible = Feasibility(session)
        return candidates(session, self._app_state.selection, workload, settings, feasible)

    def _open_compare(
        self, offered: Sequence[Candidate], choice: ComparisonChoice
    ) -> CompareDialog:
        from gui.comparison.compare_dialog import CompareDialog

        self._engine.expect()
        folder = str(self._app_state.session.folders.cache)
        dialog = CompareDialog(offered, choice, self._times.durations, folder, self._window)
        dialog.asked.connect(self.asked)
        dialog.open()
        return dialog

    def _open_sweep(self, workload: Workload, base: Settings, called: str = "") -> SweepDialog:
        from gui.comparison.sweep_dialog import AT_LEFT, SweepDialog

        self._engine.expect()
        session = self._app_state.session
        dialog = SweepDialog(
            workload,
            base,
            self._times.durations,
            str(session.folders.cache),
            partial(Feasibility(session).why_not, workload),
            self._window,
            base_name=called or AT_LEFT,
        )
        key = _sweep_key(workload)
        dialog.accepted.connect(lambda: self._ui_settings.remember(key, dialog.saved_state()))
        dialog.asked.connect(self.asked)
        dialog.open()
        return dialog


def _sweep_key(workload: Workload) -> str:
    """Under which name the last sweep of a workload is remembered."""
    return f"sweep_{workload.id}"
