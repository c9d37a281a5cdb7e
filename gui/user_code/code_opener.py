"""Opens a person's own code: from the question whether it may run to the form that shows it."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.engines.far_answers import FarAnswer
from core.engines.opening import OpenCode
from core.model.errors import ExplorerError, InputError
from core.model.to_open import ToOpen
from core.user_code.discovery import Offers, offers
from gui.running.run_controller import Activity, RunController
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm
from gui.user_code.far_thread import FarCode, FarThread
from gui.user_code.open_thread import OpenThread
from gui.user_code.recent import RecentFiles
from gui.user_code.source import own_source
from gui.user_code.trust_guard import TrustGuard
from gui.widgets.file_dialogs import ask_file

if TYPE_CHECKING:
    from gui.user_code.far_dialog import FarFileDialog
    from gui.user_code.open_dialog import OpenDialog


class CodeOpener(QObject):
    """Opens one thing at a time; no run is begun meanwhile, which would be measured beside it.

    Attributes:
        recent: What was opened lately.

    Signals:
        about_to_open: Code is about to be run.
        opened: It was opened, and the form shows it: the workload's id.
        state_changed: See ``state``.
        finished: The thread is gone.
    """

    about_to_open = Signal()
    opened = Signal(str)
    state_changed = Signal()
    finished = Signal()

    def __init__(
        self,
        window: QWidget,
        draft: PipelineForm,
        app_state: AppState,
        controller: RunController,
        guard: TrustGuard,
        recent: RecentFiles,
        open_code: OpenCode,
        far: FarCode,
    ) -> None:
        """Open for a window.

        Args:
            window: Dialogs open above it.
            draft: Shows what was opened.
            app_state: Told of what went wrong.
            controller: Held back meanwhile.
            guard: Asks whether code may run.
            recent: What was opened lately.
            open_code: Has the code run.
            far: Knows the files of another machine.
        """
        super().__init__(window)
        self._window, self._draft, self._app_state = window, draft, app_state
        self._controller, self._guard, self.recent = controller, guard, recent
        self._open_code, self._far = open_code, far
        self._far_threads: list[FarThread] = []
        self._asked: ToOpen | None = None
        self._thread: OpenThread | None = None
        self._next: ToOpen | None = None
        self.state = ""
        controller.activity_changed.connect(self._go_on)

    @property
    def busy(self) -> bool:
        """Whether the person's code is being run."""
        return self._thread is not None

    def isRunning(self) -> bool:
        """Whether a thread is under way, as Qt's threads say it."""
        return self.busy or bool(self._far_threads)

    # -- asking ---------------------------------------------------------------------------

    def ask_file(self) -> None:
        """Ask for a file, then what of it; on the machine of the interpreter."""
        if self._far.machine:
            self.ask_far_file()
            return
        recent = next((str(to_open.file.parent) for to_open in self.recent.all), "")
        ask_file(self._window, "Open a Python file", "Python files (*.py)", self.offer, recent)

    def ask_far_file(self) -> FarFileDialog:
        """Ask for a file on the machine of the interpreter, then what of it."""
        from gui.user_code.far_dialog import FarFileDialog

        machine = self._far.machine
        code = self._draft.workload.code
        folder = "" if code is None or code.machine != machine else str(Path(code.file).parent)
        thread = self._begin_far(None)
        dialog = FarFileDialog(machine, folder, thread, self._window)
        dialog.chosen.connect(lambda answer: self._show_offers(answer.offers, machine))
        dialog.open()
        thread.start()
        return dialog

    def offer(self, file: Path) -> OpenDialog | None:
        """Show what a file has to offer; nothing of it is run."""
        try:
            offered = offers(file)
        except InputError as error:
            self._app_state.failed.emit(str(error), "")
            return None
        return self._show_offers(offered)

    def _show_offers(self, offered: Offers, machine: str = "") -> OpenDialog:
        from gui.user_code.open_dialog import OpenDialog

        dialog = OpenDialog(offered, self._window, machine)
        dialog.chosen.connect(self.open)
        dialog.open()
        return dialog

    def open(self, wanted: ToOpen) -> None:
        """Open something, once it is agreed to."""
        if wanted.machine:
            self._open_far(wanted)
            return
        wanted = wanted.absolute
        arguments = wanted.arguments or ()
        self._guard.ask_for_file(wanted.file, lambda: self._start(wanted), arguments)

    def _open_far(self, wanted: ToOpen) -> None:
        """Look at the file there, ask whether it may run, then open it."""
        self._asked = wanted
        thread = self._begin_far(wanted)
        thread.answered.connect(self._take_far)
        thread.failed.connect(self._fail_far)
        thread.ask(str(wanted.file))
        thread.close()
        thread.start()

    def _take_far(self, answer: FarAnswer) -> None:
        wanted, self._asked = self._asked, None
        if wanted is not None and str(wanted.file) == answer.path:
            self._guard.ask_for_far(wanted, answer.stamp, lambda: self._start(wanted))

    def _fail_far(self, text: str) -> None:
        self._app_state.failed.emit(text, "")

    def _begin_far(self, wanted: ToOpen | None) -> FarThread:
        thread = FarThread(lambda: self._far.files(wanted, lambda at: None), self)
        self._far_threads.append(thread)
        thread.finished.connect(self._end_far)
        return thread

    def _end_far(self) -> None:
        for thread in [one for one in self._far_threads if one.isFinished()]:
            self._far_threads.remove(thread)
            thread.deleteLater()
        self.finished.emit()

    def again(self) -> None:
        """Open the file of the present workload again: its text is another one."""
        source = own_source(self._draft.workload)
        if source is not None:
            self.open(source.wanted)

    def cancel(self) -> None:
        """Give it up: the process of the code is ended."""
        self._next = None
        self._asked = None
        for thread in self._far_threads:
            thread.close()
        if self._thread is not None:
            self._thread.cancel()
            self._say("stopping")
        elif self.state:
            self._controller.set_held(False)
            self._say("")

    # -- carrying out ---------------------------------------------------------------------

    def _start(self, wanted: ToOpen) -> None:
        self._next = wanted
        self._say("waiting for the run under way")
        # What runs now runs on; nothing begins behind it before this is opened.
        self._controller.set_held(True)
        self._go_on()

    def _go_on(self) -> None:
        if self._next is None or self.busy or self._controller.activity is not Activity.IDLE:
            return
        wanted, self._next = self._next, None
        self.about_to_open.emit()
        self._thread = thread = OpenThread(wanted, self._open_code, self)
        thread.said.connect(self._say)
        thread.finished.connect(self._take)
        self._say("beginning")
        thread.start()

    def _take(self) -> None:
        thread, self._thread = self._thread, None
        assert thread is not None
        self.state = ""
        try:
            if thread.cancelled:
                self._app_state.message.emit(f"Opening {thread.wanted.short} was stopped.")
            elif thread.error is not None:
                self._tell(thread.error, thread.wanted)
            elif thread.workload is not None:
                self._app_state.session.opened(thread.workload)
                source = own_source(thread.workload)
                self.recent.add(thread.wanted if source is None else source.wanted)
                self._draft.show_opened(thread.workload)
                self.opened.emit(thread.workload.id)
        finally:
            thread.deleteLater()
            if self._next is None:
                self._controller.set_held(False)
            self.state_changed.emit()
            self.finished.emit()
            self._go_on()

    def _tell(self, error: BaseException, wanted: ToOpen) -> None:
        if isinstance(error, ExplorerError):
            self._app_state.failed.emit(str(error), error.details)
            return
        details = "".join(traceback.format_exception(error))
        said = f"{wanted.short} could not be opened ({type(error).__name__}: {error})"
        self._app_state.failed.emit(said, details)

    def _say(self, what: str) -> None:
        wanted = self._thread.wanted if self._thread is not None else self._next
        dots = "\N{HORIZONTAL ELLIPSIS}"
        end = "" if self._thread is not None and self._thread.cancelled else " (Esc stops it)"
        self.state = f"opening {wanted.short}: {what}{dots}{end}" if what and wanted else ""
        self.state_changed.emit()
