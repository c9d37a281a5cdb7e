"""What the Answer page says beside the recommended changes."""

from __future__ import annotations

from dataclasses import dataclass

from core.analysis.throughput_memory import front_words
from core.model.diagnosis import Answer, Suggestion, Trial
from core.model.quantity import significant
from core.model.run import Run, RunState

_TIMES = "\N{MULTIPLICATION SIGN}"


def failure_text(run: Run) -> str:
    """Why the diagnosis ended early; empty where it did not."""
    return run.failure.text() if run.failure is not None else ""


def headline_text(run: Run, answer: Answer) -> str:
    """What the diagnosis found, or why there is nothing yet."""
    words = failure_text(run) or "\n".join(answer.headline)
    if words:
        return words
    over = "The diagnosis ended before the first measurement."
    return over if run.state.over else "Measuring the pipeline as it is."


def now_text(run: Run, answer: Answer) -> str:
    """What is done now; once it is over what it rests on. Then what is emulated."""
    emulated = f" All figures: {', '.join(answer.emulated)}." if answer.emulated else ""
    return f"{_now(run, answer)}{emulated}".strip()


def _now(run: Run, answer: Answer) -> str:
    if answer.now and not run.state.over:
        left_s = max(answer.budget_s - answer.wall_s, 0.0)
        last = answer.evidence[-1].text if answer.evidence else ""
        told = any(last in line for line in answer.headline)
        return f"{answer.now}, at most {left_s:.0f} s left.  {'' if told else last}".rstrip()
    even = answer.break_even_step_s
    words = f"Took {answer.wall_s:.0f} s." if answer.wall_s else ""
    if run.state.over and run.state is not RunState.DONE and run.plan.turn is not None:
        words += " Go on (G) in Experiments continues it without repeating earlier trials."
    if answer.gain_low is not None:
        words += " In brackets: 95 % intervals."
    if even is not None:
        words += (
            f" Break-even step: {significant(1000 * even)} ms. A device whose step is shorter "
            "waits for this pipeline."
        )
    return words


def memory_note(answer: Answer) -> str:
    """Throughput against memory of what was tried; empty where nothing takes memory."""
    words = front_words(answer)
    return f"Approximate throughput and extra memory: {words}." if words else ""


@dataclass(frozen=True)
class OtherChange:
    """A change that is not recommended.

    Attributes:
        kind: Why not, in a few words.
        what: The change.
        gives: What it gave, or what is expected of it at most.
        interval: The 95 % interval of what it gave.
        why: The reason, in a sentence.
    """

    kind: str
    what: str
    gives: str = ""
    interval: str = ""
    why: str = ""


def other_changes(answer: Answer) -> list[OtherChange]:
    """What only the person can do, what is not allowed, and what was tried and not kept."""
    return [
        *(_suggested("only you can", each) for each in answer.only_you_can),
        *(_suggested("not allowed", each) for each in answer.not_allowed),
        *(_tried(trial) for trial in answer.not_helpful),
    ]


def _suggested(kind: str, suggestion: Suggestion) -> OtherChange:
    place = f" ({suggestion.place})" if suggestion.place else ""
    gives = f"up to {suggestion.gain:.2g}{_TIMES}" if suggestion.gain else ""
    return OtherChange(kind, f"{suggestion.title}{place}", gives, "", suggestion.why)


def _tried(trial: Trial) -> OtherChange:
    if trial.ratio is None:
        return OtherChange("cannot run", trial.title, "", "", trial.note)
    ratio = f"{trial.ratio:.2f}{_TIMES}"
    kind = "helps less" if trial.note.startswith("less than") else "did not help"
    if trial.untold:
        kind = "inconclusive"
    return OtherChange(kind, trial.title, ratio, trial.interval, trial.note)
