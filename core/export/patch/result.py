"""A patch: the new texts of files as a unified diff, and what is not part of it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_NO_NEWLINE = "\\ No newline at end of file\n"


@dataclass(frozen=True)
class FilePatch:
    """One file before and after.

    Attributes:
        file: The file.
        name: Its path as the diff has it: from the patch's folder, with ``/``.
        old: Its text, a byte order mark and line ends as they are.
        new: The text that it is to have.
        encoding: Of the file.
    """

    file: Path
    name: str
    old: str
    new: str
    encoding: str

    @property
    def old_bytes(self) -> bytes:
        """What the file held."""
        return self.old.encode(self.encoding)

    @property
    def new_bytes(self) -> bytes:
        """What it is to hold."""
        return self.new.encode(self.encoding)

    @property
    def diff(self) -> str:
        """The difference as ``patch`` and ``git apply`` take it."""
        return "".join(self._diff())

    def _diff(self) -> Iterator[str]:
        old, new = _LINE.findall(self.old), _LINE.findall(self.new)
        # A tab behind a name with a space in it tells patch where the name ends.
        name = f"{self.name}\t" if " " in self.name else self.name
        for line in difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm="\n"):
            yield line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}"


@dataclass(frozen=True)
class Patch:
    """What has to change in a person's files so that the code has the chosen settings.

    Attributes:
        folder: Where to apply it (``patch -p1 < FILE``): names in the diff start there.
        files: The files that change.
        not_done: What the chosen settings ask for and the patch leaves out, with the reason.
        notes: What it entails beyond the lines that it shows.
    """

    folder: Path
    files: tuple[FilePatch, ...] = ()
    not_done: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing changes, and nothing would have to."""
        return not (self.files or self.not_done)

    @property
    def diff(self) -> str:
        """The differences of all files, one after the other; empty where none changes."""
        return "".join(patch.diff for patch in self.files)

    @property
    def diff_bytes(self) -> bytes:
        """The same as a file holds it: each part in the encoding of its file."""
        return b"".join(patch.diff.encode(patch.encoding) for patch in self.files)
