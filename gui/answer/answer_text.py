"""What the Answer page says beside the recommended changes."""

from __future__ import annotations

from core.model.diagnosis import Answer, Suggestion, Trial
from core.model.quantity import significant
from core.model.run import Run

_MOST_TOLD = 8


def failure_text(run: Run) -> str:
    """Why the diagnosis ended early; empty where it did not."""
    return run.failure.text() if run.failure is not None else ""


def now_text(run: Run, answer: Answer) -> str:
    """What is done now; once it is over what it rests on."""
    if answer.now and not run.state.over:
        left_s = max(answer.budget_s - answer.wall_s, 0.0)
        last = answer.evidence[-1].text if answer.evidence else ""
        return f"{answer.now}, at most {left_s:.0f} s left.  {last}"
    even = answer.break_even_step_s
    words = f"Took {answer.wall_s:.0f} s." if answer.wall_s else ""
    if even is not None:
        words += f" Break-even step: {significant(1000 * even)} ms: a shorter step waits."
    return words


def other_notes(answer: Answer) -> list[str]:
    """What only the person can do, what is not allowed, what did not help, and doubts."""
    tried = [f"Did not help: {_trial(trial)}" for trial in answer.not_helpful]
    yours = [f"Only you can: {_suggestion(suggestion)}" for suggestion in answer.only_you_can]
    refused = [f"Not allowed: {_suggestion(suggestion)}" for suggestion in answer.not_allowed]
    return [*[*yours, *refused, *tried][:_MOST_TOLD], *answer.doubts]


def _trial(trial: Trial) -> str:
    if trial.ratio is None:
        return f"{trial.title} ({trial.note})"
    interval = ""
    if trial.low is not None and trial.high is not None:
        interval = f" [{significant(trial.low)}, {significant(trial.high)}]"
    return f"{trial.title}: {trial.ratio:.2f}\N{MULTIPLICATION SIGN}{interval}"


def _suggestion(suggestion: Suggestion) -> str:
    place = f" ({suggestion.file.rpartition('/')[2]}:{suggestion.line})" if suggestion.line else ""
    gain = f", up to {suggestion.gain:.2g}\N{MULTIPLICATION SIGN}" if suggestion.gain else ""
    return f"{suggestion.title}{place}{gain}: {suggestion.why}"
