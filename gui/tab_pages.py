"""The pages behind the tabs but those that the first paint needs, each built when it is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from core.model.errors import InputError
from core.model.tracing import TraceOptions
from core.session.same_settings import traced_run
from gui.actions import ActionGroup
from gui.starting.launcher import Launcher
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm
from gui.window.pages import LazyPage

# Their modules are imported when the page is built: they and what they import take longer to load
# than the window takes to be painted.
if TYPE_CHECKING:
    from gui.answer.answer_panel import AnswerPanel
    from gui.by_setting.by_setting_panel import BySettingPanel
    from gui.experiments.experiments_panel import ExperimentsPanel
    from gui.python_code.python_page import PythonPage
    from gui.side_by_side.side_by_side_panel import SideBySidePanel
    from gui.stages.stages_panel import StagesPanel
    from gui.timeline.timeline_panel import TimelinePanel


class TabPages(QObject):
    """Builds the pages and connects each to the others when it is built.

    Attributes:
        answer, by_setting, side_by_side, experiments, stages, timeline, python: The pages.
    """

    def __init__(
        self,
        window: QWidget,
        draft: PipelineForm,
        app_state: AppState,
        launcher: Launcher,
        restore: Callable[[QWidget], None],
    ) -> None:
        """Build nothing yet.

        Args:
            window: Owner; dialogs open over it.
            draft: The settings on the left.
            app_state: Tells what changed.
            launcher: Starts and copies experiments.
            restore: Brings what is remembered of a page back, once it is built.
        """
        super().__init__(window)
        self._window, self._draft, self._app_state = window, draft, app_state
        self._launcher = launcher
        self.answer: LazyPage[AnswerPanel] = LazyPage(self._build_answer)
        self.by_setting: LazyPage[BySettingPanel] = LazyPage(self._build_by_setting)
        self.side_by_side: LazyPage[SideBySidePanel] = LazyPage(self._build_side_by_side)
        self.experiments: LazyPage[ExperimentsPanel] = LazyPage(self._build_experiments)
        self.stages: LazyPage[StagesPanel] = LazyPage(self._build_stages)
        self.timeline: LazyPage[TimelinePanel] = LazyPage(self._build_timeline)
        self.python: LazyPage[PythonPage] = LazyPage(self._build_python)
        for page in (
            self.answer,
            self.by_setting,
            self.side_by_side,
            self.experiments,
            self.stages,
            self.timeline,
            self.python,
        ):
            page.built.connect(restore)
        launcher.experiment_begun.connect(self._follow_experiment)
        launcher.diagnosis_begun.connect(self.answer.wanted)
        launcher.trace_begun.connect(self.timeline.wanted)

    def in_order(self, live: QWidget, findings: QWidget) -> tuple[tuple[QWidget, str, str], ...]:
        """All tabs from left to right: what is in each, its title, and a sentence on it."""
        return (
            (live, "Live", "Idle time, throughput and loss while a run goes on"),
            (self.answer, "Answer", "What limits training, which change to make, what it gives"),
            (self.by_setting, "Against settings", "A metric of the runs against their settings"),
            (self.side_by_side, "Side by side", "Settings and metrics of the selected runs"),
            (
                self.experiments,
                "Experiments",
                "Kept comparisons, sweeps and diagnoses, and what came of them",
            ),
            (self.stages, "Stages", "What TensorFlow makes of the pipeline, and what it costs"),
            (self.timeline, "Timeline", "What single steps waited for, from a trace"),
            (self.python, "Python", "The Python code, or the patch, that the settings amount to"),
            (findings, "Findings", "What is known to be wrong or costly about the pipeline"),
        )

    @property
    def action_groups(self) -> tuple[ActionGroup, ...]:
        """The actions of pages, each page's in a menu of its own."""
        return (
            ActionGroup("File/Patch", lambda: self.python.page.patch.palette_actions),
            ActionGroup(
                "Edit/Experiment",
                lambda: self.experiments.page.actions(),
                "On the page Experiments",
            ),
            ActionGroup(
                "View/Against settings",
                lambda: self.by_setting.page.actions(),
                "On the page Against settings",
            ),
            ActionGroup(
                "View/Side by side",
                lambda: self.side_by_side.page.actions(),
                "On the page Side by side",
            ),
        )

    def stop(self) -> None:
        """Leave no thread behind: the window is closed."""
        if self.python.built_page is not None:
            self.python.built_page.stop()
        if self.timeline.built_page is not None:
            self.timeline.built_page.stop()

    def open_trace(self, path: Path) -> None:
        """Show the trace of any program."""
        self.timeline.wanted.emit()
        self.timeline.page.open(path)

    def _build_answer(self) -> AnswerPanel:
        from gui.answer.answer_panel import AnswerPanel

        page = AnswerPanel(self._app_state, self._launcher.diagnose)
        self._launcher.diagnosis_options = lambda: page.options.options
        page.use_requested.connect(self._use_recommended)
        page.patch_requested.connect(self._show_patch)
        page.report_requested.connect(self._save_answer)
        page.trace_requested.connect(self._show_worst_wait)
        return page

    def _build_by_setting(self) -> BySettingPanel:
        from gui.by_setting.by_setting_panel import BySettingPanel

        page = BySettingPanel(self._app_state)
        page.asked_for.connect(self.by_setting.wanted)
        return page

    def _build_side_by_side(self) -> SideBySidePanel:
        from gui.side_by_side.side_by_side_panel import SideBySidePanel

        page = SideBySidePanel(self._app_state)
        page.view_action.triggered.connect(self.side_by_side.wanted)
        return page

    def _build_experiments(self) -> ExperimentsPanel:
        from gui.experiments.experiments_panel import ExperimentsPanel

        page = ExperimentsPanel(self._app_state, self._launcher.starter)
        page.answer_requested.connect(self._show_answer)
        asked = page.experiment_actions
        asked.side_by_side_requested.connect(self.side_by_side.wanted)
        asked.plots_requested.connect(lambda key: self.by_setting.page.show_experiment(key))
        asked.report_requested.connect(self._save_report)
        asked.duplicate_requested.connect(
            lambda key: self._launcher.duplicate(self._app_state.session.experiments.get(key))
        )
        return page

    def _build_stages(self) -> StagesPanel:
        from gui.stages.stages_panel import StagesPanel

        page = StagesPanel(self._app_state)
        page.trace_requested.connect(self._show_worst_wait)
        return page

    def _build_timeline(self) -> TimelinePanel:
        from gui.timeline.timeline_panel import TimelinePanel

        return TimelinePanel(self._app_state, self._launcher.trace)

    def _build_python(self) -> PythonPage:
        from gui.python_code.python_page import PythonPage

        return PythonPage(self._draft, self._app_state)

    def _show_worst_wait(self, run_id: str) -> None:
        """Show a trace of a run's settings where they waited longest; take one if there is none."""
        session = self._app_state.session
        run = session.run(run_id)
        traced = traced_run(session, run)
        if traced is None:
            self._launcher.starter.run_again([run], TraceOptions())
        else:
            self.timeline.wanted.emit()
            self.timeline.page.show_worst_wait(traced)

    def _use_recommended(self, run_id: str) -> bool:
        """Set the form to what a diagnosis recommends; whether that was possible."""
        run = self._app_state.session.run(run_id)
        settings = run.settings
        if settings is None or run.answer is None:
            return False
        try:
            recommended = settings.with_values(run.answer.recommended)
            self._draft.use(run.plan.workload, recommended)
        except InputError as error:
            self._app_state.failed.emit(str(error), error.details)
            return False
        self._app_state.message.emit("The recommended settings are on the left.")
        return True

    def _show_patch(self, run_id: str) -> None:
        if self._use_recommended(run_id):
            self.python.wanted.emit()

    def _show_answer(self, run_id: str) -> None:
        self.answer.wanted.emit()
        self.answer.page.show_diagnosis(run_id)

    def _save_answer(self, run_id: str) -> None:
        from gui.answer.answer_saver import AnswerSaver

        AnswerSaver(self._app_state, self._window).ask(run_id)

    def _follow_experiment(self, experiment_id: str) -> None:
        """Show the experiment that has begun."""
        self.experiments.wanted.emit()
        self.experiments.page.show_experiment(experiment_id)

    def _save_report(self, experiment_id: str) -> None:
        from gui.experiments.experiment_saver import ExperimentSaver

        ExperimentSaver(self._app_state, self._window).ask(experiment_id)
