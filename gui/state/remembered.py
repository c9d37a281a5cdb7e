"""What a part of the window remembers from one start to the next."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject

Json = Mapping[str, Any]


class KeptValues:
    """Reads a remembered JSON object; what has another type than was asked for is not there."""

    def __init__(self, values: Json) -> None:
        """Read from ``values``, which may hold anything."""
        self._values = dict(values)

    def text(self, key: str, default: str = "") -> str:
        """A remembered word."""
        value = self._values.get(key, default)
        return value if isinstance(value, str) else default

    def flag(self, key: str, default: bool) -> bool:
        """A remembered yes or no."""
        value = self._values.get(key, default)
        return value if isinstance(value, bool) else default

    def mapping(self, key: str) -> dict[str, Any]:
        """A remembered JSON object; empty where there is none."""
        value = self._values.get(key)
        return value if isinstance(value, dict) else {}

    def numbers(self, key: str) -> tuple[int, ...]:
        """Remembered whole numbers; none where there are none, or something else is there."""
        value = self._values.get(key)
        if not isinstance(value, list) or not all(type(number) is int for number in value):
            return ()
        return tuple(value)

    def words(self, key: str) -> tuple[str, ...]:
        """Remembered words; those that are none are left out."""
        value = self._values.get(key)
        return (
            tuple(word for word in value if isinstance(word, str))
            if isinstance(value, list)
            else ()
        )

    def stretch(self, key: str) -> tuple[float, float] | None:
        """A remembered stretch from a lower to a higher finite number."""
        value = self._values.get(key)
        if not isinstance(value, list) or len(value) != 2:
            return None
        if not all(type(end) in (int, float) and abs(end) < _FAR for end in value):
            return None
        return (float(value[0]), float(value[1])) if value[0] < value[1] else None


class Remembered(QObject):
    """Says what a part wants to find again after a restart; the window keeps it.

    Attributes:
        save: Gives it as JSON.
        restore: Takes it back; the values may be of another version, or no sense at all.
    """

    def __init__(
        self,
        part: QObject,
        name: str,
        save: Callable[[], Json],
        restore: Callable[[KeptValues], None],
    ) -> None:
        """Let the window find this under ``name``, as long as ``part`` lives."""
        super().__init__(part)
        self.setObjectName(name)
        self.save, self.restore = save, restore


_FAR = math.ldexp(1.0, 100)
"""Qt's coordinates and NaN never come near: NaN compares as false."""
