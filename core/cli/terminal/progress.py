"""How far a run is, on stderr."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable

from core.cli.terminal.streams import to_stderr
from core.model.events import (
    AnswerFound,
    EpochEnded,
    Event,
    PhaseStarted,
    RunEnded,
    StopAdvanced,
    StopStage,
)
from core.model.plan import Part
from core.model.quantity import significant
from core.model.recording import Recording

MIN_INTERVAL_S = 0.1
"""A line on a terminal is rewritten at most once in this time."""


class ProgressLine:
    """One line that is rewritten on a terminal; elsewhere one line a phase and an epoch."""

    def __init__(
        self,
        recording: Recording,
        *,
        terminal: bool | None = None,
        write: Callable[[str], None] = to_stderr,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._recording = recording
        self._terminal = _is_terminal() if terminal is None else terminal
        self._write, self._clock = write, clock
        self._shown_at_s = -MIN_INTERVAL_S
        self._width = 0
        self._loss: float | None = None
        self._evidence_shown = 0

    def handle(self, event: Event) -> None:
        """Show what an event changed; call it after the recording has taken the event in."""
        loss = getattr(event, "loss", None)
        self._loss = self._loss if loss is None else loss
        if isinstance(event, RunEnded):
            self._finish()
        elif isinstance(event, AnswerFound) and len(event.answer.evidence) > self._evidence_shown:
            self._finish()
            for evidence in event.answer.evidence[self._evidence_shown :]:
                self._write(f"{evidence.at_s:6.1f} s  {evidence.text}\n")
            self._evidence_shown = len(event.answer.evidence)
        elif self._terminal:
            self._rewrite(at_once=isinstance(event, PhaseStarted))
        elif isinstance(event, PhaseStarted):
            part = self._recording.run().plan.part
            part_text = "" if part is Part.WHOLE else f"{part}: "
            self._write(f"{part_text}{event.phase.value}\n")
        elif isinstance(event, StopAdvanced) and event.stage is not StopStage.SOFT:
            self._write(f"{event.stage.value}\n")
        elif isinstance(event, EpochEnded):
            self._write(f"{self.text()}\n")

    def text(self) -> str:
        """``training, epoch 2/3, step 87/200, loss 1.92``."""
        recording = self._recording
        parts = [recording.phase.value if recording.phase else "starting"]
        whole = recording.run().plan.part is Part.WHOLE
        if not whole:
            parts.insert(0, str(recording.run().plan.part))
        if recording.progress:
            parts.append(f"{recording.progress.fraction:.0%} {recording.progress.text}".rstrip())
        prepared = recording.run().prepared
        if prepared and recording.steps and not whole:
            parts.append(f"step {recording.steps}")
        elif prepared and recording.steps:
            parts.append(f"epoch {recording.epoch + 1}/{prepared.epochs}")
            total = f"/{prepared.steps_per_epoch}" if prepared.steps_per_epoch else ""
            parts.append(f"step {recording.steps_in_epoch}{total}")
        beyond = recording.run().exceeded
        if beyond is not None:
            parts.append(f"emulated {beyond.ms:g} ms exceeded: a step takes {beyond.own_words}")
        if recording.stopping is not None:
            parts.append(recording.stopping.value)
        answer = recording.run().answer
        if answer is not None and answer.now:
            left_s = max(answer.budget_s - answer.wall_s, 0.0)
            parts.append(f"{answer.now}, at most {left_s:.0f} s left")
        if self._loss is not None:
            parts.append(f"loss {significant(self._loss)}")
        return ", ".join(parts)

    def _rewrite(self, *, at_once: bool) -> None:
        now_s = self._clock()
        if not at_once and now_s - self._shown_at_s < MIN_INTERVAL_S:
            return
        self._shown_at_s = now_s
        text = self.text()[: shutil.get_terminal_size().columns - 1]
        self._write("\r" + text.ljust(self._width))
        self._width = len(text)

    def _finish(self) -> None:
        if self._terminal and self._width:
            self._write("\r" + " " * self._width + "\r")
            self._width = 0


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()
