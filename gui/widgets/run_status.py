"""What is happening now: phase, progress, time left."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from core.model.events import Phase
from core.model.plan import Part
from core.model.recording import Recording
from core.model.run import Run
from gui.notifier import Notifier
from gui.run_controller import Activity, RunController
from gui.theme import tabular


class RunStatus(QWidget):
    """The left of the status bar: always says what is happening now."""

    def __init__(
        self, notifier: Notifier, controller: RunController, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._notifier, self._controller = notifier, controller
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
            self.text.setText(idle if self._controller.activity is Activity.IDLE else "ending")
            return
        fraction = progress(recording)
        self._show_fraction(fraction)
        stopping = self._controller.activity is Activity.STOPPING
        words = describe(recording)
        turn, queue = recording.run().plan.turn, self._notifier.session.queue
        if turn is not None:
            words = f"{turn.kind}, {turn.name} · {words}"
        if len(queue):
            words = f"{words} · {len(queue)} {'paused' if queue.paused else 'waiting'}"
        self.text.setText(f"stopping after this batch · {words}" if stopping else words)

    def _show_fraction(self, fraction: float | None) -> None:
        # A bar that may be updated paints at once, and all else that is due with it; this way it
        # waits for the paint that comes anyway.
        self.bar.setUpdatesEnabled(False)
        self.bar.setRange(0, 0 if fraction is None else 1000)
        self.bar.setValue(0 if fraction is None else int(1000 * fraction))
        self.bar.setUpdatesEnabled(True)


def progress(recording: Recording) -> float | None:
    """How much of its present work a run has done, from 0 to 1; None where nobody knows."""
    if recording.phase is not Phase.TRAINING:
        return recording.progress.fraction if recording.progress else None
    total = _total_steps(recording)
    return None if total is None else min(1.0, recording.steps / total)


def describe(recording: Recording) -> str:
    """What a run is doing: ``training · epoch 2/5 · step 87/300 · 14 s left``."""
    part = recording.run().plan.part
    if part is not Part.WHOLE and recording.phase is Phase.TRAINING:
        return f"measuring ceilings: {part} · step {recording.steps}"
    if recording.phase is None:
        return "starting"
    if recording.phase is not Phase.TRAINING:
        text = recording.progress.text if recording.progress else ""
        return f"{recording.phase} · {text}" if text else str(recording.phase)
    prepared = recording.run().prepared
    if prepared is None:
        return str(recording.phase)
    steps = prepared.steps_per_epoch or _seen_steps_per_epoch(recording)
    parts = [
        str(recording.phase),
        f"epoch {recording.epoch + 1}/{prepared.epochs}",
        f"step {recording.steps_in_epoch}" + (f"/{steps}" if steps else ""),
    ]
    left = seconds_left(recording)
    return " · ".join((*parts, f"{left:.0f} s left") if left is not None else parts)


def seconds_left(recording: Recording) -> float | None:
    """Estimate from the pace of the last steps; None while there is nothing to go by."""
    total, samples = _total_steps(recording), recording.run().samples
    if total is None or samples.steps < 5:
        return None
    recent = max(0, samples.steps - 200)
    pace = (samples.done_s[-1] - samples.asked_s[recent]) / (samples.steps - recent)
    return float(max(0.0, (total - samples.steps) * pace))


def _total_steps(recording: Recording) -> int | None:
    prepared = recording.run().prepared
    if prepared is None:
        return None
    steps = prepared.steps_per_epoch or _seen_steps_per_epoch(recording)
    return prepared.epochs * steps if steps else None


def _seen_steps_per_epoch(recording: Recording) -> int | None:
    """Where TensorFlow does not know the length of the data, the first epoch shows it."""
    starts = recording.run().samples.epoch_starts
    return int(starts[1] - starts[0]) if len(starts) > 1 else None


def _last_words(run: Run | None) -> str:
    return f"ready · {run.name}: {run.state}" if run is not None else "ready"
