"""Which interpreter a person chose for the code of a folder, and which machines they use."""

from __future__ import annotations

import contextlib
from pathlib import Path

from core.export.small_json import read_object, write_object
from core.model.environment import machine_of
from core.model.errors import ExplorerError

_FILE, _MACHINES = "interpreters.json", "machines.json"
_MOST_MACHINES = 50


class ChosenInterpreters:
    """Kept in a folder of this machine's own: a session from elsewhere brings none along."""

    def __init__(self, folder: Path) -> None:
        """Take over what was chosen before; what cannot be read counts as nothing.

        Args:
            folder: See ``Folders.agreed``.
        """
        self._path = folder / _FILE
        self._chosen = _texts(self._path)

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
        _keep(self._path, self._chosen)


class KnownMachines:
    """Interpreters on other machines that a person has looked at, and what was seen of them."""

    def __init__(self, folder: Path) -> None:
        """Take over what is known; what cannot be read counts as nothing.

        Args:
            folder: See ``Folders.agreed``.
        """
        self._path = folder / _MACHINES
        self._words = _texts(self._path)

    @property
    def all(self) -> dict[str, str]:
        """What was seen last, in words, by interpreter (``HOST:/path/of/python``)."""
        return {name: words for name, words in self._words.items() if machine_of(name)}

    def of(self, machine: str) -> str:
        """The interpreter that was looked at last on a machine; empty where none is known."""
        return next((name for name in self.all if machine_of(name) == machine), "")

    def remember(self, interpreter: str, words: str) -> None:
        """Put one in front."""
        others = {name: words for name, words in self._words.items() if name != interpreter}
        self._words = dict([(interpreter, words), *others.items()][:_MOST_MACHINES])
        _keep(self._path, self._words)

    def forget(self, interpreter: str) -> None:
        """Take one out."""
        if self._words.pop(interpreter, None) is not None:
            _keep(self._path, self._words)


def _texts(path: Path) -> dict[str, str]:
    try:
        document = read_object(path) or {}
    except ValueError:
        return {}
    return {key: value for key, value in document.items() if isinstance(value, str)}


def _keep(path: Path, texts: dict[str, str]) -> None:
    # To be remembered is a convenience, and never worth an error.
    with contextlib.suppress(ExplorerError, OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_object(path, texts)
