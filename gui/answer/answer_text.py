"""What the Answer page says beside the recommended changes."""

from __future__ import annotations

from core.analysis.throughput_memory import front_words
from core.model.diagnosis import Answer
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
    """What only the person can do, what is not allowed, what was not kept, and doubts."""
    tried = [f"Tried and not kept: {trial.words}" for trial in answer.not_helpful]
    yours = [f"Only you can: {suggestion.words}" for suggestion in answer.only_you_can]
    refused = [f"Not allowed: {suggestion.words}" for suggestion in answer.not_allowed]
    words = front_words(answer)
    memory = [f"Throughput against memory, about: {words}."] if words else []
    return [*[*yours, *refused, *tried][:_MOST_TOLD], *memory, *answer.doubts]
