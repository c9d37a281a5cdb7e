"""What the window remembers from one start to the next."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.export.small_json import keep_aside, read_object, write_object
from core.model.errors import ExplorerError
from gui.state.remembered import KeptValues

FILE = "window.json"
FORMAT = 1
_VERSION, _VALUES = "format", "values"


class UiSettings(KeptValues):
    """A small file beside the recorded runs: plain JSON, since it may come from someone else.

    Attributes:
        notice: What the person should know: it was damaged or of a newer version, and where it is
            kept now. Empty normally.
    """

    def __init__(self, folder: Path) -> None:
        """Read the file; one that cannot be used is kept aside and counts as empty."""
        self._path = folder / FILE
        super().__init__({})
        self.notice = ""
        self._may_write = True
        try:
            self._values = _values(read_object(self._path))
        except ValueError as error:
            self._set_aside(str(error), "damaged")
        except _NewerError as error:
            self._set_aside(str(error), "newer")

    def remember(self, key: str, value: str | Mapping[str, Any] | tuple[int, ...]) -> None:
        """Keep a word, a JSON object or whole numbers."""
        self._values[key] = list(value) if isinstance(value, tuple) else value

    def save(self) -> None:
        """Write the file. To be remembered is a convenience, and never worth an error."""
        if self._may_write:
            with contextlib.suppress(ExplorerError, TypeError, ValueError):
                write_object(self._path, {_VERSION: FORMAT, _VALUES: self._values})

    def _set_aside(self, why: str, word: str) -> None:
        kept = keep_aside(self._path, word)
        what = f"What the window remembers, {self._path}, cannot be used ({why})"
        if kept is None:
            self._may_write = False
            self.notice = (
                f"{what} and cannot be renamed. The window opens as on its first day and "
                "remembers nothing; move the file elsewhere."
            )
        else:
            self.notice = (
                f"{what}. It was kept as {kept.name}; the window opens as on its first day. "
                "Recorded runs are not touched by this."
            )


class _NewerError(Exception):
    """A file that a newer version wrote."""


def _values(kept: dict[str, Any] | None) -> dict[str, Any]:
    if kept is None:
        return {}
    version, values = kept.get(_VERSION), kept.get(_VALUES)
    if isinstance(version, int) and version > FORMAT:
        raise _NewerError(f"a newer Pipeline Explorer wrote it: format {version}, not {FORMAT}")
    if version != FORMAT or not isinstance(values, dict):
        raise ValueError("it does not hold what the window writes")
    return values
