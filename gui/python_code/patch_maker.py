"""Makes the patch of the chosen settings beside the event loop: a long file takes a second."""

from __future__ import annotations

import traceback

from PySide6.QtCore import QObject, QThread, Signal

from core.export.patch.result import Patch
from core.export.user_code_patch import user_code_patch
from core.model.settings import Settings
from core.user_code.function_workload import UserFunctionWorkload
from core.user_code.script_workload import UserScriptWorkload

_STACK_BYTES = 16 * 1024 * 1024
"""A concrete syntax tree is walked as deep as code is nested."""


Patched = UserFunctionWorkload | UserScriptWorkload
"""Code that a patch can be made for: its stages are calls in it."""


class _PatchThread(QThread):
    def __init__(self, patched: Patched, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("patch")
        self.setStackSize(_STACK_BYTES)
        self._patched, self._settings = patched, settings
        self.patch: Patch | None = None
        self.error = ""

    def run(self) -> None:
        try:
            self.patch = user_code_patch(self._patched, self._settings)
        except Exception:
            self.error = traceback.format_exc()


class PatchMaker(QObject):
    """One at a time; what is asked for meanwhile comes next, and only the last of it.

    Signals:
        made: A patch (``Patch``).
        failed: A traceback.
    """

    made = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: _PatchThread | None = None
        self._next: tuple[Patched, Settings] | None = None

    @property
    def busy(self) -> bool:
        """Whether a patch is under way."""
        return self._thread is not None

    def ask(self, patched: Patched, settings: Settings) -> None:
        """Make the patch of these settings."""
        self._next = (patched, settings)
        self._go_on()

    def close(self) -> None:
        """Wait for the one under way; no further one is made."""
        self._next = None
        if self._thread is not None:
            self._thread.wait()

    def _go_on(self) -> None:
        if self._next is None or self._thread is not None:
            return
        asked, self._next = self._next, None
        self._thread = _PatchThread(*asked, self)
        self._thread.finished.connect(self._take)
        self._thread.start()

    def _take(self) -> None:
        thread, self._thread = self._thread, None
        if thread is None:
            return
        thread.deleteLater()
        if self._next is None:
            if thread.patch is not None:
                self.made.emit(thread.patch)
            else:
                self.failed.emit(thread.error)
        self._go_on()
