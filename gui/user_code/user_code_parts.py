"""What the window has for a person's own code: actions, the line above the chain, the guard."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from core.engines.opening import OpenCode
from core.model.environment import machine_of
from core.model.errors import InputError
from core.model.to_open import ToOpen
from core.text.plural import plural
from core.text.workload_name import workload_name
from core.user_code.opening import is_script
from gui.actions import action
from gui.running.run_controller import RunController
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm
from gui.state.ui_settings import UiSettings
from gui.user_code.code_opener import CodeOpener
from gui.user_code.far_thread import FarCode
from gui.user_code.last_opened import LastOpened
from gui.user_code.recent import RecentFiles
from gui.user_code.trust_guard import TrustGuard
from gui.user_code.user_code_head import UserCodeHead
from gui.user_code.watch import UserCodeWatch


class UserCodeParts(QObject):
    """Puts them together.

    Attributes:
        guard: Asks before code is run.
        opener: Opens files.
        last: The file that was open when the window was closed.
        watch: Notices that they have changed.
        head: Stands above the chain.
        open_file, again: The actions.
    """

    def __init__(
        self,
        window: QWidget,
        draft: PipelineForm,
        app_state: AppState,
        controller: RunController,
        kept: UiSettings,
        open_code: OpenCode,
        far: FarCode,
    ) -> None:
        """Make them for a window.

        Args:
            window: Has the actions.
            draft: Shows what was opened.
            app_state: Told of what happened.
            controller: Held back while code is opened.
            kept: Remembers the last few files.
            open_code: Has a person's code run.
            far: Knows the files of another machine.
        """
        super().__init__(window)
        self._draft, self._app_state = draft, app_state
        self.guard = TrustGuard(window, app_state, app_state.session.trust)
        recent = RecentFiles(kept)
        self.opener = CodeOpener(
            window, draft, app_state, controller, self.guard, recent, open_code, far
        )
        self.last = LastOpened(draft, self.opener, app_state.session.trust, self)
        self.watch = UserCodeWatch(draft, self)
        self.head = UserCodeHead(draft, self.watch, self.last)
        self.head.again_requested.connect(self._open_again)
        self.open_file = action(
            window, "Open your own code\N{HORIZONTAL ELLIPSIS}", "Ctrl+O", self.opener.ask_file,
            "Open your own pipeline: every tf.data call in it becomes a stage; it asks before it "
            "runs code",
        )  # fmt: skip
        self.again = action(
            window, "Open again", "Ctrl+Shift+O", self._open_again,
            "Run the code of the opened file as it is now",
        )  # fmt: skip
        self.opener.opened.connect(self._tell)
        draft.workload_changed.connect(self._show)
        self.last.changed.connect(self._show)
        self._show()

    @property
    def actions(self) -> tuple[QAction, ...]:
        """In the order of a list."""
        return self.open_file, self.again

    def open(self, text: str) -> None:
        """Open what the command line names, once it is agreed to; of a script, ask what and how."""
        wanted = ToOpen(text)
        try:
            script = text.endswith(".py") and is_script(text)
        except InputError:
            script = False  # opening it says what is wrong with it
        if script:
            self.opener.offer(wanted.file)
        else:
            self.opener.open(wanted)

    def use_settings_of(self, run_id: str) -> None:
        """Show the settings of a run; of code that is not known here only once it is agreed to."""
        session = self._app_state.session
        code = session.workloads.code_of(session.run(run_id).plan.workload)
        self.guard.ask_for_codes([] if code is None else [code], lambda: self._take(run_id))

    def open_script_of(self, run_id: str) -> None:
        """Open the script of a training that was watched, once it is agreed to."""
        plan = self._app_state.session.run(run_id).plan
        watched = plan.watched
        if watched is None:
            return
        machine = machine_of(plan.interpreter)
        self.opener.open(ToOpen(watched.file, watched.arguments, watched.fit, machine))

    def _take(self, run_id: str) -> None:
        run = self._app_state.session.run(run_id)
        try:
            self._draft.use(run.plan.workload, run.plan.settings)
        except InputError as error:
            self._app_state.failed.emit(str(error), error.details)
        else:
            name = self._app_state.session.experiments.name_of(run)
            self._app_state.message.emit(f"Settings of {name} taken over.")

    def _tell(self, workload_id: str) -> None:
        count = len(self._draft.workload.chain.stages)
        self._app_state.message.emit(
            f"{workload_name(workload_id)} is open: {plural(count, 'stage')}. "
            "Run (Ctrl+R) measures it, Diagnose (Ctrl+D) finds what limits it."
        )

    def _open_again(self) -> None:
        if self.last.offered is not None:
            self.last.open()
        else:
            self.opener.again()

    def _show(self) -> None:
        left = self.last.offered is not None
        self.again.setEnabled(left or self._draft.workload.code is not None)
