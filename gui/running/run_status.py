"""What is happening now: phase, progress, time left."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from core.model.recording import Recording
from gui.running.progress import describe, progress, turn_in_words
from gui.running.queue_times import QueueTimes
from gui.running.run_controller import Activity, RunController
from gui.running.run_words import silence_words, stop_words
from gui.state.app_state import AppState
from gui.text_size import px, sized
from gui.theme import tabular
from gui.widgets.elided_label import ElidedLabel

_TICK_MS = 1000
"""Seconds are counted, also while nothing is heard of a run."""


class RunStatus(QWidget):
    """The left of the status bar: always says what is happening now."""

    def __init__(
        self,
        app_state: AppState,
        controller: RunController,
        times: QueueTimes,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._app_state, self._controller, self._times = app_state, controller, times
        self._background = self._aside = ""
        self.text = ElidedLabel()
        self.text.setFont(tabular(self.text.font()))
        self.text.setAccessibleDescription("what is happening")
        self.bar = QProgressBar()
        # Not higher than text: where the status bar's height changes, Qt shows this over messages.
        sized(self.bar, lambda: self.bar.setFixedSize(px(140), px(14)))
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("progress of the run")
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 0, 0)
        row.addWidget(self.bar)
        row.addWidget(self.text, 1)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._count)
        app_state.run_advanced.connect(self.refresh)
        app_state.queue_changed.connect(self.refresh)
        controller.activity_changed.connect(self._follow)
        self.refresh()

    def set_background(self, text: str, aside: str = "") -> None:
        """Say what goes on between runs; empty for nothing.

        Args:
            text: What is more telling than the last run ("loading TensorFlow").
            aside: What stands behind it.
        """
        self._background, self._aside = text, aside
        self.refresh()

    def refresh(self) -> None:
        """Say it anew."""
        recording = self._app_state.session.recording
        self.bar.setVisible(recording is not None)
        if recording is None:
            idle = self._background or _last_words(self._app_state)
            idle = " · ".join(part for part in (idle, self._aside) if part)
            idle = idle if self._controller.activity is Activity.IDLE else "ending"
            self.text.setText(" · ".join((idle, *self._waiting())))
            return
        fraction = progress(recording)
        self._show_fraction(fraction)
        words = describe(recording)
        turn = recording.run().plan.turn
        if turn is not None:
            experiments = self._app_state.session.experiments
            experiment = experiments.of(recording.run())
            title = turn.kind if experiment is None else experiments.label(experiment)
            words = f"{title} · {turn_in_words(turn)} · {words}"
        first = self._stopping(recording) or self._silence(recording)
        self.text.setText(" · ".join(part for part in (first, words, *self._waiting()) if part))

    def _follow(self) -> None:
        if self._controller.activity is Activity.IDLE:
            self._tick.stop()
        elif not self._tick.isActive():
            self._tick.start()
        self.refresh()

    def _count(self) -> None:
        # While a run gets on, its own events say it anew.
        recording = self._app_state.session.recording
        if recording is not None and (self._stopping(recording) or self._silence(recording)):
            self.refresh()

    def _stopping(self, recording: Recording) -> str:
        """How far a Stop has come; empty where none was asked for."""
        clock = self._controller.clock
        if self._controller.activity is not Activity.STOPPING or clock.stopping_s is None:
            return ""
        return stop_words(
            recording.stopping,
            isolated=self._controller.isolated,
            stopping_s=clock.stopping_s,
            stage_s=clock.stage_s,
        )

    def _silence(self, recording: Recording) -> str:
        """That nothing was heard of the run for long; empty while it gets on."""
        silent_s, isolated = self._controller.clock.silent_s, self._controller.isolated
        return silence_words(recording, silent_s, isolated=isolated)

    def _waiting(self) -> tuple[str, ...]:
        """How many runs wait, whether they are held back, and how long they will take."""
        queue = self._app_state.session.queue
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


def _last_words(app_state: AppState) -> str:
    run = app_state.focus
    if run is None:
        return "ready"
    return f"ready · {app_state.session.experiments.name_of(run)}: {run.state}"
