"""Which interpreter a person chose for the code of a folder."""

from __future__ import annotations

from pathlib import Path

from core.export.small_json import read_object, write_object
from core.model.errors import ExplorerError

_FILE = "interpreters.json"


class ChosenInterpreters:
    """Kept in a folder of this machine's own: a session from elsewhere brings none along."""

    def __init__(self, folder: Path) -> None:
        """Take over what was chosen before; what cannot be read counts as nothing.

        Args:
            folder: See ``Folders.agreed``.
        """
        self._path = folder / _FILE
        try:
            kept = read_object(self._path) or {}
        except ValueError:
            kept = {}
        self._chosen = {key: value for key, value in kept.items() if isinstance(value, str)}

    def of(self, folder: str) -> str | None:
        """The executable that was chosen for the code of a folder.

        Args:
            folder: Its path; empty for built-in workloads.

        Returns:
            Empty for the interpreter of this program; None where nobody chose one.
        """
        return self._chosen.get(folder)

    def remember(self, folder: str, interpreter: str) -> None:
        """Keep a choice; where it cannot be written, it holds until the end of the program."""
        self._chosen[folder] = interpreter
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_object(self._path, self._chosen)
        except (ExplorerError, OSError):
            # To be remembered is a convenience, and never worth an error.
            return
