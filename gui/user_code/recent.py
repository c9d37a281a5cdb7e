"""Files that were opened lately, from one start to the next."""

from __future__ import annotations

import contextlib
from typing import Any

from core.model.to_open import ToOpen
from gui.state.ui_settings import UiSettings

_KEY, _KEPT = "opened", 8


class RecentFiles:
    """The last few, the latest first; remembered at once."""

    def __init__(self, kept: UiSettings) -> None:
        self._kept = kept
        files: Any = kept.mapping(_KEY).get("files", [])
        self._all: list[ToOpen] = []
        for file in files if isinstance(files, list) else []:
            with contextlib.suppress(ValueError, AttributeError):
                self._all.append(ToOpen.from_json(file))

    @property
    def all(self) -> tuple[ToOpen, ...]:
        """What was opened, whether it is still there or not."""
        return tuple(self._all)

    def add(self, opened: ToOpen) -> None:
        """Put one in front."""
        self._all = [opened, *(to_open for to_open in self._all if to_open != opened)][:_KEPT]
        self._kept.remember(_KEY, {"files": [to_open.as_json() for to_open in self._all]})
        self._kept.save()
