"""The QThread that a trace is read on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QThread

from core.model.run import Run
from core.timeline.capture import Capture
from core.timeline.lay_out import timeline_of
from core.timeline.open_trace import open_trace
from core.timeline.rows import Timeline
from core.timeline.story import Story, tell

Read = tuple[Capture, Story, Timeline]


class TraceThread(QThread):
    """Reads one trace, and lays its picture out.

    Attributes:
        file: The trace.
        of_run: The run that it is of.
        result: What was read; None before that, and where it failed.
        error: What was raised instead.
    """

    def __init__(
        self,
        file: Path,
        run: Run | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Read nothing yet.

        Args:
            file: The trace.
            run: The run that it is of, its samples read; None for a trace of another program.
            parent: Owner.
        """
        super().__init__(parent)
        self.setObjectName("trace")
        self.file, self.of_run = file, run
        self.result: Read | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        """Do it; nothing may leave this method, Qt would only print it."""
        try:
            capture = open_trace(self.file)
            story = tell(
                capture, None if self.of_run is None else self.of_run.settings, self.of_run
            )
            self.result = capture, story, timeline_of(capture, story)
        except BaseException as error:
            self.error = error
