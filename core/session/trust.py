"""Whose code may be run: what a person has agreed to, by the content of the file."""

from __future__ import annotations

import json
from pathlib import Path

from core.export.files import write_text
from core.model.errors import ExplorerError
from core.model.plain_json import parsed_object

_FILE = "trusted.json"
_MOST_BYTES = 16 * 1024 * 1024


class Trust:
    """Contents of files that may be run; kept in a folder of this machine's own.

    Opening a recorded session runs nothing, whoever it is from: what it names must first be
    agreed to here, on this machine.
    """

    def __init__(self, folder: Path) -> None:
        """Take over what was agreed to before; what cannot be read is asked again."""
        self._path = folder / _FILE
        self._known: dict[str, str] = {}
        try:
            with self._path.open("rb") as file:
                found = parsed_object(file.read(_MOST_BYTES + 1)[:_MOST_BYTES])
            self._known = {str(stamp): str(file) for stamp, file in found.items()}
        except (OSError, ValueError):
            self._known = {}

    def trusts(self, stamp: str) -> bool:
        """Whether a content was agreed to.

        Args:
            stamp: Of the content, and of a script's arguments
                (``core.workloads.own_file.agreed_stamp``).
        """
        return stamp in self._known

    def agree(self, stamp: str, file: Path) -> None:
        """Agree to a content; where it cannot be kept, it holds until the end of the program."""
        self._known[stamp] = str(file)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_text(self._path, json.dumps(self._known, indent=1, ensure_ascii=False) + "\n")
        except (ExplorerError, OSError):
            # Not to be asked again is a convenience, and never worth an error.
            return
