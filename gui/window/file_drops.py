"""Files that are dragged from a file manager and dropped on the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from core.session.sharing.format import ENDING
from core.store.followed_log import is_recording
from core.timeline.trace_names import is_trace
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm

EXPECTED = (
    f"Drop a Python file (.py) to open it, a session ({ENDING}) to take in its runs, a folder of "
    "recordings or a log (.run) to follow it, or a trace (.xplane.pb, .trace.json.gz, the folder "
    "of a profile)."
)
_OR_FOLDER = "Or drop the folder of your images."
_DRAGS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


class FileDrops(QObject):
    """Takes what is dropped anywhere on the window, and says what it expected of anything else.

    A folder becomes the folder that the settings name, where they name one.

    Signals:
        code: A Python file (``Path``).
        session: A session's file (``Path``).
        trace: A trace, or the folder of a profile (``Path``).
        recording: The log of a run, or a folder of recordings (``Path``).
    """

    code = Signal(object)
    session = Signal(object)
    trace = Signal(object)
    recording = Signal(object)

    def __init__(self, window: QWidget, draft: PipelineForm, app_state: AppState) -> None:
        super().__init__(window)
        self._draft, self._app_state = draft, app_state
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Qt."""
        if event.type() not in _DRAGS or not isinstance(event, QDropEvent):
            return False
        paths = local_paths(event.mimeData())
        if not paths:
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self._take(paths)
        return True

    def _take(self, paths: list[Path]) -> None:
        """Take the first that is of use."""
        key = self._draft.folder_key
        for path in paths:
            if path.suffix.lower() == ".py":
                self.code.emit(path)
            elif path.suffix.lower() == ENDING:
                self.session.emit(path)
            elif is_recording(path):
                self.recording.emit(path)
            elif is_trace(path):
                self.trace.emit(path)
            elif key is not None and path.is_dir():
                self._draft.set_value(key, str(path))
            else:
                continue
            return
        expected = EXPECTED if key is None else f"{EXPECTED} {_OR_FOLDER}"
        self._app_state.message.emit(f"{paths[0].name} cannot be opened here. {expected}")


def local_paths(data: QMimeData) -> list[Path]:
    """The files and folders of this machine in what is dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
