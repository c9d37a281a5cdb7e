"""Progress on stderr: rewritten on a terminal, a line a phase and an epoch elsewhere."""

from __future__ import annotations

from core.cli.terminal.progress import ProgressLine
from core.model.chain import recorded
from core.model.events import PhaseStarted, Progressed, StepsTaken
from core.model.plan import RunPlan
from core.model.recording import Recording
from core.model.run import Run
from tests.builders import even_samples, events_of


class Shown:
    """Plays events at one a clock tick and keeps what was written."""

    def __init__(self, *, terminal: bool, tick_s: float) -> None:
        self.now_s = 0.0
        self.written: list[str] = []
        self.recording = Recording(Run(RunPlan("in_memory", recorded({"fit.device": "cpu"}), "")))
        self.line = ProgressLine(
            self.recording, terminal=terminal, write=self.written.append, clock=lambda: self.now_s
        )
        self.tick_s = tick_s

    def play(self, *events: object) -> list[str]:
        for event in events:
            self.now_s += self.tick_s
            self.recording.handle(event)  # type: ignore[arg-type]
            self.line.handle(event)  # type: ignore[arg-type]
        return self.written


def test_without_a_terminal_there_is_one_line_a_phase_and_an_epoch() -> None:
    written = Shown(terminal=False, tick_s=1.0).play(*events_of(even_samples(40, 2)))
    assert written == [
        "loading TensorFlow\n",
        "building pipeline and model\n",
        "training\n",
        "training, epoch 1/2, step 20/20, loss 2.00\n",
        "training, epoch 2/2, step 20/20, loss 1.50\n",
    ]


def test_on_a_terminal_the_line_is_rewritten_and_gone_at_the_end() -> None:
    written = Shown(terminal=True, tick_s=1.0).play(*events_of(even_samples(40, 2)))
    assert all(text.startswith("\r") and "\n" not in text for text in written)
    assert "step 20/20" in written[-2]
    assert written[-1].strip() == ""


def test_on_a_terminal_packets_in_quick_succession_are_shown_ten_times_a_second() -> None:
    shown = Shown(terminal=True, tick_s=0.01)
    start = events_of(even_samples(40, 1))[:-2]
    steps = next(event for event in start if isinstance(event, StepsTaken))
    shown.play(*start)
    before = len(shown.written)
    shown.play(*[steps] * 100)
    assert 9 <= len(shown.written) - before <= 11


def test_a_new_phase_is_shown_at_once() -> None:
    shown = Shown(terminal=True, tick_s=0.0)
    phases = [event for event in events_of(even_samples()) if isinstance(event, PhaseStarted)]
    assert len(shown.play(*phases)) == len(phases)


def test_progress_within_a_phase_is_shown_in_percent() -> None:
    shown = Shown(terminal=True, tick_s=1.0)
    shown.play(Progressed(0.25, "file 25 of 100"))
    assert "25% file 25 of 100" in shown.written[-1]
