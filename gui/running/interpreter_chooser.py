"""Which Python the person's code is opened in and runs train in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from core.engines.engines import Engines
from core.engines.interpreter import Interpreter, look_at
from core.engines.interpreters_near import interpreters_near
from core.engines.opening import Say
from core.engines.ssh import checked_machine
from core.model.environment import far_name, machine_of
from core.model.errors import InputError
from core.model.to_open import ToOpen
from core.session.interpreters import ChosenInterpreters, KnownMachines
from gui.running.engine_chooser import EngineChooser
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm

OWN = ""
"""The interpreter that runs this program."""


class LookThread(QThread):
    """Looks at an interpreter.

    Attributes:
        path: Its executable, or its environment's folder.
        machine: Where that is, as ssh takes it; empty for this machine.
        interpreter: What came of it; None where it cannot be used.
        error: Why not.
    """

    def __init__(self, path: str, machine: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("look at an interpreter")
        self.path, self.machine = path, machine
        self.interpreter: Interpreter | None = None
        self.error = ""

    def run(self) -> None:
        """Look; nothing may leave this method, Qt would only print it."""
        try:
            self.interpreter = looked_at(self.path, self.machine)
        except InputError as error:
            self.error = str(error)
        except Exception as error:
            self.error = f"{self.path} cannot be looked at ({type(error).__name__}: {error})"


def _now() -> str:
    return datetime.now().strftime("%Y-%m-%d %H:%M")


def looked_at(path: str, machine: str = "") -> Interpreter:
    """Look at an interpreter, here or where its name says that it is.

    Raises:
        InputError: It cannot be used.
    """
    if not machine and (machine := machine_of(path)):
        path = path[len(machine) + 1 :]
    return look_at(path, machine=checked_machine(machine)) if machine else look_at(path)


class InterpreterChooser(QObject):
    """The choice, remembered for each folder of code on this machine.

    Attributes:
        looks_at: What is being looked at; empty where nothing is.
        machines: Interpreters on other machines.

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
        self.machines = KnownMachines(app_state.session.folders.agreed)
        self._thread: LookThread | None = None
        self._looks: list[LookThread] = []
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
        return OWN if interpreter is None else interpreter.name

    @property
    def machine(self) -> str:
        """The machine that it is on, as ssh takes it; empty for this one."""
        return machine_of(self.current)

    @property
    def offered(self) -> tuple[str, ...]:
        """Executables to choose from beside ``OWN``: the present one, those known, those near."""
        folder = self._folder()
        near = interpreters_near(Path(folder) if folder and not machine_of(folder) else None)
        first = filter(None, (self.current,))
        return tuple(dict.fromkeys((*first, *self._looked_at, *near, *self.machines.all)))

    def about(self, path: str) -> Interpreter | None:
        """What is known of an interpreter; None before it was looked at."""
        return self._looked_at.get(path)

    def isRunning(self) -> bool:
        """Whether one is being looked at, as Qt's threads say it."""
        return self._thread is not None or bool(self._looks)

    def look(self, path: str, machine: str) -> LookThread:
        """What looks at an interpreter for a dialog, which starts it and may be gone before it."""
        thread = LookThread(path, machine, self)
        self._looks.append(thread)
        thread.finished.connect(self._end_looks)
        return thread

    def want(self, path: str) -> None:
        """Use an interpreter for the folder of the file on the left, once it was looked at.

        Args:
            path: Its executable, or its environment's folder; ``OWN`` for this program's.
        """
        if self._thread is None and path != self.current:
            self._begin(path, remembers=True)

    def use(self, interpreter: Interpreter) -> None:
        """Use one that was looked at just now."""
        self._remembers = True
        self.seen(interpreter)
        self._use(interpreter)

    def seen(self, interpreter: Interpreter) -> None:
        """Take in that one was looked at."""
        self._looked_at[interpreter.name] = interpreter
        if interpreter.machine:
            versions = f"Python {interpreter.python}, TensorFlow {interpreter.tensorflow}"
            said = f"{interpreter.gpu_words}; {_now()}: ready, {versions}"
            self.machines.remember(interpreter.name, said)

    def not_seen(self, name: str, why: str) -> None:
        """Take in that one that was used before cannot be used now."""
        if name in self.machines.all:
            self.machines.remember(name, f"{_now()}: {why}")

    def begin(self) -> None:
        """The window is there: take over what was chosen before."""
        self._follow()

    def use_for(self, wanted: ToOpen, say: Say) -> None:
        """Use what was chosen for the code of a folder; called by the thread that opens a file.

        Raises:
            InputError: It cannot be used any more, or none is known of the machine.
        """
        path = self._chosen.of(wanted.folder)
        if path is None and wanted.machine == self.machine:
            return
        if path is None:
            path = self.machines.of(wanted.machine) if wanted.machine else OWN
        if wanted.machine and machine_of(path) != wanted.machine:
            raise InputError(
                f"{wanted.short} is on {wanted.machine}, of which no Python is known here",
                remedy="Choose one first: Interpreter > Over SSH\N{HORIZONTAL ELLIPSIS}",
            )
        if path == self.current:
            return
        interpreter = None
        if path != OWN:
            say(f"looking at {path}")
            interpreter = looked_at(path)
            self.seen(interpreter)
        self._engines.choose(interpreter)
        self.changed.emit()

    # -- inside ---------------------------------------------------------------------------

    def _folder(self) -> str:
        code = self._draft.workload.code
        return "" if code is None else far_name(code.machine, str(Path(code.file).parent))

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
        self._thread = LookThread(path, parent=self)
        self._thread.finished.connect(self._take)
        self._thread.start()
        self.changed.emit()

    def _end_looks(self) -> None:
        for thread in [look for look in self._looks if look.isFinished()]:
            self._looks.remove(thread)
            thread.deleteLater()
        self.finished.emit()

    def _take(self) -> None:
        thread, self._thread = self._thread, None
        assert thread is not None
        self.looks_at = ""
        thread.deleteLater()
        if thread.interpreter is None:
            self._app_state.failed.emit(thread.error, "")
            self.changed.emit()
        else:
            self.seen(thread.interpreter)
            self._use(thread.interpreter)
        self.finished.emit()

    def _use(self, interpreter: Interpreter | None) -> None:
        self._engines.choose(interpreter)
        code = self._draft.workload.code
        there = code is None or code.machine == self.machine
        if self._remembers and there:
            self._chosen.remember(self._folder(), self.current)
        self.changed.emit()
        if self._remembers and code is not None and there:
            self.reopen_wanted.emit()
        elif code is not None and not there:
            self._app_state.message.emit(
                f"{Path(code.file).name} is on {code.machine or 'this machine'}. Open your code on "
                f"{self.machine or 'this machine'} with Ctrl+O."
            )

    def _take_over(self) -> None:
        self._app_state.session.interpreter = self.current
        self._engine.set_elsewhere(self.current)
