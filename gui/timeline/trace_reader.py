"""Reads traces on a QThread, the one that was asked for last."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from core.analysis.traced import traced_words
from core.model.diagnosis import Answer
from core.model.errors import ExplorerError
from core.model.run import Run
from core.timeline.capture import Capture
from core.timeline.lay_out import timeline_of
from core.timeline.open_trace import open_trace
from core.timeline.rows import Timeline
from core.timeline.story import Story, tell


@dataclass(frozen=True)
class TraceSource:
    """Which trace is meant.

    Attributes:
        file: Where it is.
        run: The run that it is of; None for another program.
        answer: Of a diagnosis of the same settings; None where there is none.
    """

    file: Path
    run: Run | None = None
    answer: Answer | None = None


@dataclass(frozen=True)
class ReadTrace:
    """A trace that was read.

    Attributes:
        source: Which.
        capture: What is in it.
        story: What it says.
        timeline: Its picture.
    """

    source: TraceSource
    capture: Capture
    story: Story
    timeline: Timeline

    @property
    def notes(self) -> list[str]:
        """What it says, what makes that doubtful, and what taking it cost; in sentences."""
        doubts = (f"Doubt: {doubt}" for doubt in self.story.doubts)
        cost = traced_words(self.source.run) if self.source.run is not None else ""
        return [*self.story.sentences, *doubts, *filter(None, (cost,))]


class TraceReader(QObject):
    """Reads one trace at a time; of several that are wanted meanwhile, the last.

    Signals:
        opened: A trace was read (``ReadTrace``).
        failed: It could not be: what to say, and the technical details.
    """

    opened = Signal(object)
    failed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: _TraceThread | None = None
        self._wanted: TraceSource | None = None

    def read(self, source: TraceSource) -> None:
        """Read a trace, in place of what is being read."""
        self._wanted = source
        if self._thread is None:
            self._read_next()

    def stop(self) -> None:
        """Leave no thread behind: the window is closed."""
        self._wanted = None
        if self._thread is not None:
            self._thread.wait()

    def _read_next(self) -> None:
        source, self._wanted = self._wanted, None
        if source is None:
            return
        if source.run is not None:
            # Recorded samples are read from the log here: on a thread they must not be.
            assert source.run.samples.steps >= 0
        self._thread = _TraceThread(source, self)
        self._thread.finished.connect(self._take)
        self._thread.start()

    def _take(self) -> None:
        thread, self._thread = self._thread, None
        assert thread is not None
        error = thread.error
        if self._wanted is None:
            if thread.result is not None:
                self.opened.emit(thread.result)
            elif isinstance(error, ExplorerError):
                self.failed.emit(str(error), error.details)
            elif error is not None:
                details = "".join(traceback.format_exception(error))
                said = f"{thread.source.file} cannot be read ({type(error).__name__})"
                self.failed.emit(said, details)
        thread.deleteLater()
        self._read_next()


class _TraceThread(QThread):
    """Reads one trace, and lays its picture out.

    Attributes:
        source: The trace.
        result: What was read; None before that, and where it failed.
        error: What was raised instead.
    """

    def __init__(self, source: TraceSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trace")
        self.source = source
        self.result: ReadTrace | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        """Do it; nothing may leave this method, Qt would only print it."""
        try:
            capture = open_trace(self.source.file)
            story = tell(capture, self.source.run, self.source.answer)
            self.result = ReadTrace(self.source, capture, story, timeline_of(capture, story))
        except BaseException as error:
            self.error = error
