"""The window: puts the parts together and knows as little as it can."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QMessageBox,
)

from core.export.python_code import python_code
from core.model.errors import ExplorerError, InputError
from core.session import Session
from gui.actions import action
from gui.fit_thread import Fit, real_fit
from gui.models.draft import Draft
from gui.notifier import Notifier
from gui.panels.against_panel import AgainstPanel
from gui.panels.code_panel import CodePanel
from gui.panels.compare_panel import ComparePanel
from gui.panels.experiments_panel import ExperimentsPanel
from gui.panels.live_panel import LivePanel
from gui.panels.pipeline_panel import PipelinePanel
from gui.panels.runs_panel import RunsPanel
from gui.panels.stages_panel import StagesPanel
from gui.run_controller import Activity, RunController
from gui.run_starter import REPEATS, RunStarter
from gui.tensorflow_loader import TensorFlowLoader
from gui.theme import DARK, LIGHT, Theme, apply_theme
from gui.ui_settings import UiSettings
from gui.widgets.banner import Banner
from gui.widgets.command_palette import CommandPalette
from gui.widgets.main_area import MainArea
from gui.widgets.question import ask
from gui.widgets.run_plots import RunPlots
from gui.widgets.run_status import RunStatus
from gui.widgets.top_bar import TopBar
from gui.window_memory import WindowMemory

# Long enough for the first paint to reach the screen.
_AFTER_PAINT_MS = 100


class MainWindow(QMainWindow):
    """The application's one window.

    Signals:
        closed: It is closed for good; nothing of it runs any more.
    """

    closed = Signal()

    def __init__(
        self,
        session: Session,
        theme: Theme,
        *,
        fit: Fit = real_fit,
        load_tensorflow: bool = True,
    ) -> None:
        """Build the window over a session.

        Args:
            session: Runs, old and new; closed together with the window.
            theme: Light or dark.
            fit: What carries out a plan.
            load_tensorflow: Load TensorFlow in the background once the window is painted.
        """
        super().__init__()
        self.setWindowTitle("Pipeline Explorer")
        self.session = session
        self.notifier = Notifier(session, theme, self)
        self.draft = Draft(self)
        self.controller = RunController(self.notifier, fit, self)
        self._starter = RunStarter(self.draft, self.notifier, self.controller, self)
        self._memory = WindowMemory(UiSettings(session.folders.runs))
        self._loader = TensorFlowLoader(self) if load_tensorflow else None
        self._closing = self._painted = False
        self._question: QMessageBox | None = None

        self.banner = Banner()
        self.pipeline = PipelinePanel(self.draft, self.notifier)
        self.live = LivePanel(self.notifier)
        self.against = AgainstPanel(self.notifier)
        self.compare = ComparePanel(self.notifier)
        self.experiments = ExperimentsPanel(self.notifier, self._starter)
        self.stages = StagesPanel(self.notifier)
        self.code = CodePanel()
        self.runs = RunsPanel(self.notifier)
        self.status = RunStatus(self.notifier, self.controller)
        self._environment = QLabel()
        self._lay_out()
        self._make_actions()
        self.bar = TopBar(
            self.draft,
            self.notifier,
            self.run_action,
            self.stop_action,
            (self.compare_action, "Compare\N{HORIZONTAL ELLIPSIS}"),
            (self.ceilings_action, "Ceilings"),
            ((self._theme_action, "Light / dark"), (self.palette_action, "All actions  Ctrl+K")),
        )
        self.addToolBar(self.bar)
        self._connect()
        self._memory.recall(self, self.draft, self.live.more)
        self._show_draft()
        self._show_activity()

    # -- building -------------------------------------------------------------------------

    def _lay_out(self) -> None:
        pages = (
            (self.live, "Live", "Idle time, throughput and loss while a run goes on"),
            (self.against, "Against settings", "A metric of the runs against their settings"),
            (self.compare, "Side by side", "Settings and metrics of the selected runs"),
            (self.experiments, "Experiments", "Kept comparisons and sweeps, and what came of them"),
            (self.stages, "Stages", "What TensorFlow makes of the pipeline, and what it costs"),
            (self.code, "Python", "The Python code that the pipeline amounts to"),
        )
        area = MainArea(self.pipeline, self.banner, pages, self.runs)
        self.tabs = area.tabs
        self.setCentralWidget(area)
        self.statusBar().addWidget(self.status, 1)
        self._environment.setProperty("role", "muted")
        self.statusBar().addPermanentWidget(self._environment)

    def _make_actions(self) -> None:
        self.run_action = action(
            self, "Run", ("Ctrl+R", "F5"), self.start_run, "Train with the settings on the left"
        )
        self.stop_action = action(
            self, "Stop", "", self.controller.stop, "Stop the run after the present batch; Esc asks"
        )
        self.ceilings_action = action(
            self, "Measure ceilings", "Ctrl+E", self.measure_ceilings,
            "Measure the model alone and the pipeline alone with the settings on the left, a few "
            "seconds each: what a run with them could reach at most",
        )  # fmt: skip
        self.compare_action = action(
            self, "Compare with baseline", "Ctrl+Shift+R", self.compare_with_baseline,
            f"Run the pinned baseline's settings and those on the left in turn, {REPEATS} times "
            "each: is one faster, with what confidence?",
        )  # fmt: skip
        ask_stop = action(self, "Ask to stop", "Esc", self._ask_to_stop, "Ask, then stop the run")
        self.palette_action = action(
            self, "All actions", ("Ctrl+K", "?"), self._open_palette, "Find any action and its key"
        )
        follow = action(
            self,
            "Follow live",
            "F",
            lambda: self._plots.toggle_follow(),
            "Keep the newest steps in view",
        )
        fit_view = action(
            self,
            "Fit plots",
            "0",
            lambda: self._plots.fit_view(),
            "Show the whole run in the plots",
        )
        theme = action(
            self, "Light or dark", "Ctrl+T", self._switch_theme, "Switch between light and dark"
        )
        leave = action(self, "Quit", "Ctrl+Q", self.close, "Close the window")
        tabs = [
            action(
                self,
                f"Show {self.tabs.tabText(index)}",
                str(index + 1),
                partial(self.tabs.setCurrentIndex, index),
                self.tabs.tabToolTip(index).rpartition(" (")[0],
            )
            for index in range(self.tabs.count())
        ]
        plots = [
            action(
                self, f"Plot {switch.text()}", "", switch.toggle, "Show or hide it below the others"
            )
            for switch in self.live.more.switches.values()
        ]
        self._theme_action = theme
        self._own = [
            self.run_action, self.stop_action, self.ceilings_action,
            self.compare_action, ask_stop, follow, fit_view,
            *plots, *tabs, theme, self.palette_action, leave,
        ]  # fmt: skip

    def _connect(self) -> None:
        self.draft.settings_changed.connect(self._show_draft)
        self.controller.activity_changed.connect(self._show_activity)
        self.notifier.failed.connect(self.banner.show_failure)
        self.notifier.message.connect(lambda text: self.statusBar().showMessage(text, 6000))
        self.notifier.run_advanced.connect(self._show_environment)
        self.against.asked_for.connect(lambda: self.tabs.setCurrentWidget(self.against))
        self.runs.compare_requested.connect(lambda: self.tabs.setCurrentWidget(self.compare))
        self.compare.view_action.triggered.connect(lambda: self.tabs.setCurrentWidget(self.compare))
        self.runs.settings_requested.connect(self.use_settings_of)
        asked = self.experiments.experiment_actions
        asked.side_by_side_requested.connect(lambda: self.tabs.setCurrentWidget(self.compare))
        asked.plots_requested.connect(self.against.show_experiment)
        if self._loader is not None:
            self._loader.started.connect(lambda: self.status.set_background("loading TensorFlow"))
            self._loader.finished.connect(lambda: self.status.set_background(""))
            self._loader.finished.connect(self._close_if_asked)

    # -- what the person does -------------------------------------------------------------

    def start_run(self) -> None:
        """Run the draft."""
        if self._ready_to_start():
            self.tabs.setCurrentWidget(self.live)
            self._starter.run()

    def measure_ceilings(self) -> None:
        """Measure both parts of the draft by themselves."""
        if self._ready_to_start():
            self._starter.measure_ceilings()

    def compare_with_baseline(self) -> None:
        """Run the baseline's settings and the draft's in turn, several times each."""
        if self._ready_to_start():
            why_not = self._starter.compare_with_baseline()
            if why_not:
                self.notifier.message.emit(why_not)
            else:
                self.tabs.setCurrentWidget(self.compare)

    def _ready_to_start(self) -> bool:
        # A value that is typed but not yet entered belongs to this run.
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()
        self.banner.hide()
        return True

    def use_settings_of(self, run_id: str) -> None:
        """Take workload and settings of a run into the form."""
        run = self.session.run(run_id)
        try:
            self.draft.use(run.plan.workload, run.plan.values)
        except InputError as error:
            self.notifier.failed.emit(str(error), error.details)
        else:
            self.notifier.message.emit(f"Settings of {run.name} taken over.")

    @property
    def _plots(self) -> RunPlots:
        """The plots that keys speak to."""
        return self.compare.plots if self.compare.plots.isVisible() else self.live

    def _switch_theme(self) -> None:
        theme = LIGHT if self.notifier.theme.name == "dark" else DARK
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, theme)
        self.notifier.set_theme(theme)

    def _open_palette(self) -> None:
        actions = [
            *self._own,
            *self.against.actions(),
            *self.compare.actions(),
            *self.experiments.actions(),
            *self.runs.actions(),
            *self.pipeline.knob_actions(),
        ]
        palette = CommandPalette(actions, self)
        palette.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        palette.open()

    def _ask_to_stop(self) -> None:
        if self.controller.activity is Activity.RUNNING:
            self._question = ask(self, "Stop the run?", "Stop", self.controller.stop)

    # -- showing --------------------------------------------------------------------------

    def _show_draft(self) -> None:
        settings, chosen = self.draft.settings, self.draft.workload
        try:
            self.code.set_code(python_code(chosen, settings, self.session.folders.cache))
        except ExplorerError as error:
            self.code.set_code(f"# {error}")

    def _show_activity(self) -> None:
        activity = self.controller.activity
        self.stop_action.setEnabled(activity is Activity.RUNNING)
        self._show_environment()
        self._close_if_asked()

    def _show_environment(self) -> None:
        run = self.notifier.focus
        if run is None or "tensorflow" not in run.environment:
            return
        seen = run.environment
        self._environment.setText(f"TensorFlow {seen['tensorflow']} · {run.plan.device}")
        self._environment.setToolTip("\n".join(f"{key}: {value}" for key, value in seen.items()))

    # -- coming and going -----------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Put the keyboard where the first thing to do is."""
        super().showEvent(event)
        self.bar.run_button.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Load TensorFlow once the window is there to be seen; it holds the GIL for long."""
        super().paintEvent(event)
        if self._loader is not None and not self._painted:
            QTimer.singleShot(_AFTER_PAINT_MS, self._loader.start)
        self._painted = True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask while a run is under way; then stop it, wait for it and close."""
        if self.controller.activity is not Activity.IDLE and not self._closing:
            event.ignore()
            self._question = ask(
                self,
                "A run is under way. Stop it and close?",
                "Stop and close",
                self._stop_and_close,
            )
            return
        if self._busy():
            event.ignore()
            self._closing = True
            self.hide()
            return
        self._memory.remember(self, self.draft, self.notifier.theme, self.live.more)
        self.notifier.close()
        self.session.close()
        super().closeEvent(event)
        self.closed.emit()

    def _stop_and_close(self) -> None:
        self._closing = True
        self.controller.stop()
        self._close_if_asked()

    def _busy(self) -> bool:
        loading = self._loader is not None and self._loader.isRunning()
        return loading or self.controller.activity is not Activity.IDLE

    def _close_if_asked(self) -> None:
        if self._closing and not self._busy():
            self.close()
