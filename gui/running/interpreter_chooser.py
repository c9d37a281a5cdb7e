"""Which Python the person's code is opened in and runs train in."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from core.engines.engines import Engines
from core.engines.interpreter import Interpreter, look_at
from core.engines.interpreters_near import interpreters_near
from core.engines.opening import Say
from core.model.errors import InputError
from core.session.interpreters import ChosenInterpreters
from gui.running.engine_chooser import EngineChooser
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm

OWN = ""
"""The interpreter that runs this program."""


class LookThread(QThread):
    """Looks at an interpreter.

    Attributes:
        path: Its executable, or its environment's folder.
        interpreter: What came of it; None where it cannot be used.
        error: Why not.
    """

    def __init__(self, path: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("look at an interpreter")
        self.path = path
        self.interpreter: Interpreter | None = None
        self.error = ""

    def run(self) -> None:
        """Look; nothing may leave this method, Qt would only print it."""
        try:
            self.interpreter = look_at(self.path)
        except InputError as error:
            self.error = str(error)
        except Exception as error:
            self.error = f"{self.path} cannot be looked at ({type(error).__name__}: {error})"


class InterpreterChooser(QObject):
    """The choice, remembered for each folder of code on this machine.

    Attributes:
        looks_at: What is being looked at; empty where nothing is.

    Signals:
        changed: Another interpreter, or other ones to choose from.
        reopen_wanted: The file on the left was opened in another one.
        finished: The thread that looks is gone.
    """

    changed = Signal()
    reopen_wanted = Signal()
    finished = Signal()

    def __init__(
        self,
        engines: Engines,
        engine: EngineChooser,
        draft: PipelineForm,
        app_state: AppState,
        parent: QObject | None = None,
    ) -> None:
        """Begin with what was chosen for the built-in workloads.

        Args:
            engines: Use the interpreter.
            engine: Knows what another interpreter means for the engine.
            draft: Shows the file.
            app_state: Its session plans runs; told of what went wrong.
            parent: Owner.
        """
        super().__init__(parent)
        self._engines, self._engine = engines, engine
        self._draft, self._app_state = draft, app_state
        self._chosen = ChosenInterpreters(app_state.session.folders.agreed)
        self._thread: LookThread | None = None
        self._remembers = False
        self._looked_at: dict[str, Interpreter] = {}
        self.looks_at = ""
        draft.workload_changed.connect(self._follow)
        # Told by the thread that opens a file, heard on this one.
        self.changed.connect(self._take_over)

    @property
    def current(self) -> str:
        """The executable; ``OWN`` for the interpreter that runs this program."""
        interpreter = self._engines.interpreter
        return OWN if interpreter is None else interpreter.path

    @property
    def offered(self) -> tuple[str, ...]:
        """Executables to choose from beside ``OWN``: the present one, those known, those near."""
        folder = self._folder()
        near = interpreters_near(Path(folder) if folder else None)
        return tuple(dict.fromkeys((*filter(None, (self.current,)), *self._looked_at, *near)))

    def about(self, path: str) -> Interpreter | None:
        """What is known of an interpreter; None before it was looked at."""
        return self._looked_at.get(path)

    def isRunning(self) -> bool:
        """Whether one is being looked at, as Qt's threads say it."""
        return self._thread is not None

    def want(self, path: str) -> None:
        """Use an interpreter for the folder of the file on the left, once it was looked at.

        Args:
            path: Its executable, or its environment's folder; ``OWN`` for this program's.
        """
        if self._thread is None and path != self.current:
            self._begin(path, remembers=True)

    def begin(self) -> None:
        """The window is there: take over what was chosen before."""
        self._follow()

    def use_for(self, folder: Path, say: Say) -> None:
        """Use what was chosen for the code of a folder; called by the thread that opens a file.

        Raises:
            InputError: It cannot be used any more.
        """
        path = self._chosen.of(str(folder))
        if path is None or path == self.current:
            return
        interpreter = None
        if path != OWN:
            say(f"looking at {path}")
            interpreter = look_at(path)
            self._looked_at[interpreter.path] = interpreter
        self._engines.choose(interpreter)
        self.changed.emit()

    # -- inside ---------------------------------------------------------------------------

    def _folder(self) -> str:
        code = self._draft.workload.code
        return "" if code is None else str(Path(code.file).parent)

    def _follow(self) -> None:
        path = self._chosen.of(self._folder())
        if path is not None and path != self.current and self._thread is None:
            self._begin(path, remembers=False)
        self.changed.emit()

    def _begin(self, path: str, *, remembers: bool) -> None:
        self._remembers = remembers
        if path == OWN:
            self._use(None)
            return
        self.looks_at = path
        self._thread = LookThread(path, self)
        self._thread.finished.connect(self._take)
        self._thread.start()
        self.changed.emit()

    def _take(self) -> None:
        thread, self._thread = self._thread, None
        assert thread is not None
        self.looks_at = ""
        thread.deleteLater()
        if thread.interpreter is None:
            self._app_state.failed.emit(thread.error, "")
            self.changed.emit()
        else:
            self._looked_at[thread.interpreter.path] = thread.interpreter
            self._use(thread.interpreter)
        self.finished.emit()

    def _use(self, interpreter: Interpreter | None) -> None:
        self._engines.choose(interpreter)
        if self._remembers:
            self._chosen.remember(self._folder(), self.current)
        self.changed.emit()
        if self._remembers and self._draft.workload.code is not None:
            self.reopen_wanted.emit()

    def _take_over(self) -> None:
        self._app_state.session.interpreter = self.current
        self._engine.set_elsewhere(self.current)
