"""What the window remembers from one start to the next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings


class UiSettings:
    """A small file beside the recorded runs; a damaged or foreign one counts as empty."""

    def __init__(self, folder: Path) -> None:
        self._file = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)

    def text(self, key: str, default: str = "") -> str:
        """A remembered word."""
        value = self._file.value(key, default)
        return value if isinstance(value, str) else default

    def mapping(self, key: str) -> dict[str, Any]:
        """A remembered JSON object; empty where there is none that can be read."""
        try:
            value = json.loads(self.text(key, "{}"))
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def layout(self, key: str) -> QByteArray:
        """A remembered geometry or state of a splitter; empty where there is none."""
        value = self._file.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def remember(self, key: str, value: str | QByteArray | dict[str, Any]) -> None:
        """Keep a word, a geometry or a JSON object."""
        self._file.setValue(key, json.dumps(value) if isinstance(value, dict) else value)

    def save(self) -> None:
        """Write the file."""
        self._file.sync()
