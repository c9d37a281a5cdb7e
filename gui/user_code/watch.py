"""Notices that the files of what was opened have changed since."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from core.model.errors import InputError
from core.user_code.user_function import content_hash
from gui.state.pipeline_form import PipelineForm
from gui.user_code.source import own_source

_SETTLE_MS = 200
"""Editors write a file in several steps."""


class UserCodeWatch(QObject):
    """Watches the files of the present workload; does nothing by itself.

    Attributes:
        changed: Names of those whose content is another; empty where none is.

    Signals:
        changes: ``changed`` is another.
    """

    changes = Signal()

    def __init__(self, draft: PipelineForm, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self._stamps: Mapping[Path, str] = {}
        self.changed: tuple[str, ...] = ()
        self._files = QFileSystemWatcher(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLE_MS)
        self._timer.timeout.connect(self.look)
        self._files.fileChanged.connect(lambda _: self._timer.start())
        # A file that is replaced by another is no longer watched: its folder is.
        self._files.directoryChanged.connect(lambda _: self._timer.start())
        draft.workload_changed.connect(self._follow)
        self._follow()

    def look(self) -> None:
        """Compare the files with what they were."""
        changed = tuple(file.name for file, stamp in self._stamps.items() if _differs(file, stamp))
        watched = self._files.files()
        back = [str(file) for file in self._stamps if str(file) not in watched and file.is_file()]
        if back:
            self._files.addPaths(back)
        if changed != self.changed:
            self.changed = changed
            self.changes.emit()

    def _follow(self) -> None:
        before = [*self._files.files(), *self._files.directories()]
        if before:
            self._files.removePaths(before)
        source = own_source(self._draft.workload)
        self._stamps = source.stamps if source is not None else {}
        folders = {str(file.parent) for file in self._stamps if file.parent.is_dir()}
        files = [str(file) for file in self._stamps if file.is_file()]
        if files or folders:
            self._files.addPaths([*files, *sorted(folders)])
        self.look()


def _differs(file: Path, stamp: str) -> bool:
    try:
        return content_hash(file) != stamp
    except InputError:
        return True
