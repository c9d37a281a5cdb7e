"""The files of a run of which one may be damaged, and the command that says which it is."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from core.faults.words import full, path

_MOST_NAMES = 3


@dataclass(frozen=True)
class Suspects:
    """Files that a failed run reads; none of them was opened.

    Attributes:
        files: All that may be at fault; folders of the run if no file of it is known.
        file: The one at fault, if that is known without reading them.
        are_generated: This program made them, and checks them before each run.
    """

    files: tuple[Path, ...]
    file: Path | None
    are_generated: bool = False

    def name(self, kind: str) -> str:
        """The file at fault for a message, else its kind: ``A TFRecord file``."""
        return path(self.file) if self.file else kind

    @property
    def more(self) -> str:
        """The whole path of the file at fault if a message holds only its ends; else empty."""
        return full(self.file) if self.file else ""

    def command(self) -> str:
        """The command that checks them: files if they are few, else their folders."""
        names = list(self.files)
        if len(names) > _MOST_NAMES:
            names = list(dict.fromkeys(file.parent for file in names))
        while len(names) > _MOST_NAMES:
            names = list(dict.fromkeys(folder.parent for folder in names))
        words = " ".join(_quoted(str(name)) for name in names) or "FILE..."
        return f"python main.py doctor --check-files {words}"

    def remedy(self) -> str:
        """How to find the damaged file and what to do about it."""
        if self.are_generated:
            return (
                "Run again: generated data are checked before each run, and what is damaged is "
                "made anew."
            )
        asked = "Where in it" if self.file else "Which file it is"
        return (
            f"{asked}: `{self.command()}`. Put a sound copy in its place, or leave it out of the "
            "data, and run again."
        )


def _quoted(name: str) -> str:
    return shlex.quote(name) if "'" in name else f"'{name}'"
