"""The QThread that asks another machine for its folders and files."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from typing import Protocol

from PySide6.QtCore import QObject, QThread, Signal

from core.engines.far_files import FarFiles
from core.engines.opening import Say
from core.model.errors import ExplorerError
from core.model.to_open import ToOpen


class FarCode(Protocol):
    """Where the code is that is opened next."""

    @property
    def machine(self) -> str:
        """The machine of the interpreter, as ssh takes it; empty for this one."""

    def files(self, wanted: ToOpen | None, say: Say) -> FarFiles:
        """Its files; called on a thread that may wait.

        Args:
            wanted: What is to be opened: on its machine; None for that of the interpreter.
            say: Told what is done.

        Raises:
            ExplorerError: There is no way to them.
        """


class FarThread(QThread):
    """One connection, for one question after the other.

    Signals:
        answered: What came of a question (``FarAnswer``).
        failed: Why there is no answer.
    """

    answered = Signal(object)
    failed = Signal(str)

    def __init__(self, files: Callable[[], FarFiles], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("files of another machine")
        self._files = files
        self._questions: SimpleQueue[tuple[str, bool] | None] = SimpleQueue()

    def ask(self, path: str, *, folder: bool = False) -> None:
        """Ask for a folder or a file."""
        self._questions.put((path, folder))

    def close(self) -> None:
        """End it once the question under way is answered."""
        self._questions.put(None)

    def run(self) -> None:
        """Answer; nothing may leave this method, Qt would only print it."""
        try:
            with self._files() as files:
                while (question := self._questions.get()) is not None:
                    path, folder = question
                    try:
                        self.answered.emit(files.folder(path) if folder else files.file(path))
                    except ExplorerError as error:
                        self.failed.emit(str(error))
        except ExplorerError as error:
            self.failed.emit(str(error))
        except Exception as error:
            self.failed.emit(f"{type(error).__name__}: {error}")
