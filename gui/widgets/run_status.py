"""What is happening now: phase, progress, time left."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from core.model.run import Run
from gui.models.progress import describe, progress, turn_in_words
from gui.models.queue_times import QueueTimes
from gui.notifier import Notifier
from gui.run_controller import Activity, RunController
from gui.theme import tabular


class RunStatus(QWidget):
    """The left of the status bar: always says what is happening now."""

    def __init__(
        self,
        notifier: Notifier,
        controller: RunController,
        times: QueueTimes,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._notifier, self._controller, self._times = notifier, controller, times
        self._background = ""
        self.text = QLabel()
        self.text.setFont(tabular(self.text.font()))
        self.text.setAccessibleName("what is happening")
        self.bar = QProgressBar()
        # Not higher than text: where the status bar's height changes, Qt shows this over messages.
        self.bar.setFixedSize(140, 14)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("progress of the run")
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 0, 0)
        row.addWidget(self.bar)
        row.addWidget(self.text)
        notifier.run_advanced.connect(self.refresh)
        notifier.queue_changed.connect(self.refresh)
        controller.activity_changed.connect(self.refresh)
        self.refresh()

    def set_background(self, text: str) -> None:
        """Say what goes on beside runs ("loading TensorFlow"); empty for nothing."""
        self._background = text
        self.refresh()

    def refresh(self) -> None:
        """Say it anew."""
        recording = self._notifier.session.recording
        self.bar.setVisible(recording is not None)
        if recording is None:
            idle = self._background or _last_words(self._notifier.focus)
            idle = idle if self._controller.activity is Activity.IDLE else "ending"
            self.text.setText(" · ".join((idle, *self._waiting())))
            return
        fraction = progress(recording)
        self._show_fraction(fraction)
        stopping = self._controller.activity is Activity.STOPPING
        words = describe(recording)
        turn = recording.run().plan.turn
        if turn is not None:
            words = f"{turn.kind}, {turn_in_words(turn)} · {words}"
        words = " · ".join((words, *self._waiting()))
        self.text.setText(f"stopping after this batch · {words}" if stopping else words)

    def _waiting(self) -> tuple[str, ...]:
        """How many runs wait, whether they are held back, and how long they will take."""
        queue = self._notifier.session.queue
        if not len(queue):
            return ()
        needed = self._times.needed()
        time = "" if needed.seconds is None else f", {needed.text()}"
        held = "queue paused, " if queue.paused else ""
        return (f"{held}{len(queue)} waiting{time}",)

    def _show_fraction(self, fraction: float | None) -> None:
        # A bar that may be updated paints at once, and all else that is due with it; this way it
        # waits for the paint that comes anyway.
        self.bar.setUpdatesEnabled(False)
        self.bar.setRange(0, 0 if fraction is None else 1000)
        self.bar.setValue(0 if fraction is None else int(1000 * fraction))
        self.bar.setUpdatesEnabled(True)


def _last_words(run: Run | None) -> str:
    return f"ready · {run.name}: {run.state}" if run is not None else "ready"
