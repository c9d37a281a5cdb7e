"""The window: puts the parts together and knows as little as it can."""

from __future__ import annotations

import itertools
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow

from core.engines.engines import Engines
from core.engines.opening import OpenCode
from core.engines.protocols import Fit
from core.session import Session
from gui.actions import action
from gui.findings.findings_line import FindingsLine
from gui.findings.findings_panel import FindingsPanel
from gui.help.help_actions import HelpActions
from gui.help.welcome import Welcome
from gui.live.live_panel import LivePanel
from gui.menus.menu_bar import MenuBar
from gui.menus.window_actions import action_groups
from gui.pipeline_form.pipeline_panel import PipelinePanel
from gui.queue.queue_panel import QueuePanel
from gui.recordings.following import Follower
from gui.recordings.recordings import Recordings
from gui.run_plots.run_plots import RunPlots
from gui.running.desktop import Desktop
from gui.running.queue_times import QueueTimes
from gui.running.run_controller import RunController
from gui.running.run_status import RunStatus
from gui.running.window_progress import WindowProgress
from gui.runs_table.runs_panel import RunsPanel
from gui.sharing.sharer import Sharer
from gui.starting.engine_parts import EngineParts
from gui.starting.launcher import Launcher
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm
from gui.state.ui_settings import UiSettings
from gui.tab_pages import TabPages
from gui.theme import Theme, styled_once
from gui.user_code.user_code_parts import UserCodeParts
from gui.widgets.banner import Banner
from gui.widgets.status_bar import StatusBar
from gui.window.appearance import Appearance
from gui.window.background import Background
from gui.window.bottom_panel import BottomPanel
from gui.window.closing import WindowClosing
from gui.window.environment_label import EnvironmentLabel
from gui.window.file_drops import FileDrops
from gui.window.main_area import MainArea
from gui.window.top_bar import TopBar
from gui.window.window_memory import WindowMemory

# Long enough for the first paint to reach the screen.
_AFTER_PAINT_MS = 100
_MESSAGE_MS, _REMINDER_MS = 6_000, 20_000


class MainWindow(QMainWindow):
    """The application's one window.

    Signals:
        closed: It is closed for good; nothing of it runs any more.
        experiment_begun: A comparison or sweep was asked for and its runs wait: its id.
    """

    closed = Signal()
    experiment_begun = Signal(str)

    def __init__(
        self,
        session: Session,
        theme: Theme,
        *,
        engines: Engines | None = None,
        fit: Fit | None = None,
        load_tensorflow: bool = True,
        own: str = "",
        follow: Path | None = None,
        open_code: OpenCode | None = None,
    ) -> None:
        """Build the window over a session.

        Args:
            session: Runs, old and new; closed together with the window.
            theme: Light or dark.
            engines: What carries out plans, in the window or isolated; closed together with it.
            fit: What carries them out instead, whatever engine they name.
            load_tensorflow: Get ready once the window is painted: load TensorFlow in the
                background, or have a process do so where the next run will be isolated.
            own: What of a person's own to open then, as on the command line.
            follow: A folder of recordings, or one of them, that is followed.
            open_code: What opens it; None for a process of its own.
        """
        super().__init__()
        self.session = session
        self.app_state = AppState(session, theme, self)
        self.draft = PipelineForm(session.workloads, self)
        times, kept = QueueTimes(self.app_state), UiSettings(session.folders.runs)
        self.appearance = Appearance(self, self.app_state, kept)
        self.engine = EngineParts(
            self,
            self.draft,
            self.app_state,
            kept,
            engines or Engines(),
            fit,
            get_ready=load_tensorflow,
        )
        self.controller = RunController(self.app_state, self.engine.fit, self)
        self.engine.follow(self.controller)
        self.own = UserCodeParts(
            self, self.draft, self.app_state, self.controller, kept,
            open_code or self.engine.open_code, self.engine,
        )  # fmt: skip
        self.launcher = Launcher(
            self, self.draft, self.app_state, self.controller, times, kept, self.own.guard,
            self.engine,
        )  # fmt: skip
        self._memory, self.sharer = WindowMemory(kept, self), Sharer(self, self.app_state)
        self._closing = WindowClosing(
            self,
            self.controller,
            session,
            (self.own.opener, self.sharer, self.engine.loader, self.engine.interpreters),
        )
        self._painted, self._reminded, self._to_open = False, False, own
        self.recordings = Recordings(self, self.app_state)
        self.follower = Follower(self, self.app_state)
        self.banner = Banner(self.draft.in_names)
        self.findings = FindingsPanel(self.draft, self.app_state)
        self.findings_line = FindingsLine()
        heads = (self.own.head, self.findings_line)
        self.pipeline = PipelinePanel(self.draft, self.app_state, heads, self.engine.row)
        # The form above measures itself as it is built; the others do so once they are seen.
        with styled_once():
            self.live = LivePanel(self.app_state, self.launcher.trace_next)
            self.pages = TabPages(
                self, self.draft, self.app_state, self.launcher, self._memory.restore_part
            )
            self.runs = RunsPanel(self.app_state)
            self.queue = QueuePanel(self.app_state, self.controller, times, self.launcher.pause)
            self.status = RunStatus(self.app_state, self.controller, times)
            WindowProgress(self, self.app_state, self.controller, Desktop(self))
            Background(self.status, self.own.opener, self.sharer, self.follower, self.engine)
            self._environment = EnvironmentLabel(self.app_state, self.controller)
            self._lay_out()
        self._make_actions()
        does = self.launcher
        more = (
            (self.appearance.switch, "Light / dark"),
            (self.palette_action, "All actions  Ctrl+K"),
        )
        self.bar = TopBar(
            self.draft, self.app_state, does.run, does.stop, does.buttons, more, self.own.open_file,
            self.own.opener,
        )  # fmt: skip
        self.addToolBar(self.bar)
        self.welcome = Welcome(self, kept)
        self._connect()
        self._memory.restore_state(self, self.draft, self.live.more)
        self._show_findings()
        self._memory.keep_saving(self, self.draft, self.live.more)
        if follow is not None:
            self.follower.follow(follow)

    # -- building -------------------------------------------------------------------------

    def _lay_out(self) -> None:
        runs = (self.runs, self.runs.corner, "Runs", "The runs that were made (T)")
        queue = (self.queue, self.queue.corner, "Queue", "The runs that wait (Q)")
        self.bottom = BottomPanel((runs, queue))
        pages = self.pages.in_order(self.live, self.findings)
        area = MainArea(self.pipeline, self.banner, pages, self.bottom)
        self.tabs = area.tabs
        drops = FileDrops(self, self.draft, self.app_state)
        drops.code.connect(self.own.opener.offer)
        drops.trace.connect(self.pages.open_trace)
        drops.recording.connect(self.follower.follow)
        self.sharer.listen(self.runs.run_actions.export_requested, drops.session)
        self.draft.workload_changed.connect(area.make_room)
        # After every part has its new size of text.
        self.app_state.theme_changed.connect(partial(QTimer.singleShot, 0, area, area.make_room))
        self.setCentralWidget(area)
        self.setStatusBar(StatusBar())
        self.statusBar().addWidget(self.status, 1)
        self.statusBar().addPermanentWidget(self._environment)

    def _make_actions(self) -> None:
        self.palette_action = action(
            self, "All actions", "Ctrl+K", self._open_palette, "Find any action and its key"
        )
        self.helps = HelpActions(self, self.app_state, lambda: self.actions_by_menu)
        self.addActions(self.app_state.edits.actions)
        self.actions_by_menu = action_groups(self, lambda: self._plots)
        self.setMenuBar(MenuBar(self.actions_by_menu, self))

    def _connect(self) -> None:
        self.findings.changed.connect(self._show_findings)
        self.engine.interpreters.reopen_wanted.connect(self.own.opener.again)
        self.findings_line.clicked.connect(lambda: self.tabs.setCurrentWidget(self.findings))
        self.own.opener.about_to_open.connect(self.banner.dismiss)
        self.own.opener.opened.connect(lambda _: self.bar.run_button.setFocus())
        self.launcher.ask_stop.triggered.connect(self.own.opener.cancel)
        self.launcher.ask_stop.triggered.connect(self.sharer.cancel)
        self.engine.getting_ready.connect(self.live.stack.build)
        self.app_state.failed.connect(self.banner.show_failure)
        self.app_state.run_failed.connect(self.banner.count_run)
        self.app_state.message.connect(lambda text: self.statusBar().showMessage(text, _MESSAGE_MS))
        self.runs.compare_requested.connect(self.pages.side_by_side.wanted)
        self.runs.settings_requested.connect(self.own.use_settings_of)
        self.runs.run_actions.script_requested.connect(self.own.open_script_of)
        self.runs.again_requested.connect(self.launcher.run_again)
        self.launcher.about_to_start.connect(self.banner.dismiss)
        self.launcher.refused.connect(self.bar.focus_knob)
        self.launcher.refused.connect(self.pipeline.focus_knob)
        self.launcher.training_begun.connect(lambda: self.tabs.setCurrentWidget(self.live))
        self.launcher.experiment_begun.connect(self.experiment_begun)
        self.runs.counted.connect(partial(self.bottom.set_count, 0))
        self.queue.counted.connect(partial(self.bottom.set_count, 1))
        self.runs.show_counts()
        self.queue.show_counts()

    # -- what the person does -------------------------------------------------------------

    @property
    def _plots(self) -> RunPlots:
        """The plots that keys speak to."""
        page = self.pages.side_by_side.built_page
        return page.plots if page is not None and page.plots.isVisible() else self.live

    def _open_palette(self) -> None:
        from gui.widgets.command_palette import CommandPalette

        listed = itertools.chain(*(group.actions() for group in self.actions_by_menu))
        CommandPalette([*listed, *self.pipeline.knob_actions()], self).open()

    def _show_findings(self) -> None:
        shown = self.findings.shown
        self.findings_line.show_findings(shown)
        self.tabs.setTabText(self.tabs.indexOf(self.findings), shown.title)

    # -- coming and going -----------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Put the keyboard where the first thing to do is."""
        super().showEvent(event)
        self.bar.run_button.setFocus()
        if not self._reminded:
            self._reminded = True
            self.statusBar().showMessage(self.recordings.reminder(), _REMINDER_MS)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Load TensorFlow once the window is there to be seen; it holds the GIL for long."""
        super().paintEvent(event)
        if not self._painted:
            # What the banner has to say is read first.
            again = not self._to_open and self.banner.isHidden() and self.own.last.opens_by_itself
            ready = partial(self.engine.get_ready, opens=bool(self._to_open) or again)
            QTimer.singleShot(_AFTER_PAINT_MS, self, ready)
            if again:
                QTimer.singleShot(_AFTER_PAINT_MS, self, self.own.last.open)
            QTimer.singleShot(_AFTER_PAINT_MS, self, partial(self._memory.keep_on_screen, self))
        if self._to_open:
            QTimer.singleShot(_AFTER_PAINT_MS, self, partial(self.own.open, self._to_open))
            self._to_open = ""
        self._painted = True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close once nothing is under way any more; see ``WindowClosing``."""
        if not self._closing.allowed():
            event.ignore()
            return
        self._memory.save_last(self, self.draft, self.live.more)
        self.engine.close()
        self.app_state.close()
        for part in (
            self.pages.stop,
            self.findings.stop,
            self.recordings.close,
            self.follower.close,
        ):
            part()
        self.session.close()
        super().closeEvent(event)
        self.closed.emit()
