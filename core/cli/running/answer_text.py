"""The answer of a diagnosis in plain text."""

from __future__ import annotations

from core.cli.terminal.table import indented, table
from core.model.diagnosis import Answer, ChangedKnob, CutRate, Suggestion, Trial
from core.model.quantity import bytes_text, significant
from core.model.run import Run
from core.text.workload_name import workload_name

_MOST_TOLD = 6


def answer_text(run: Run, answer: Answer) -> str:
    """The headline, the changes, what did not help, and the rates that it rests on.

    Args:
        run: The diagnosis.
        answer: What came of it.
    """
    emulated = f" ({', '.join(answer.emulated)})" if answer.emulated else ""
    lines = [
        f"diagnosis of {workload_name(run.plan.workload)} on {run.plan.device}{emulated}",
        *(indented(line) for line in answer.headline),
    ]
    if answer.changes:
        rows: list[tuple[str, ...]] = [
            ("  change", "where", "from", "to", "gives", "memory", "training")
        ]
        rows += [_change_row(change) for change in answer.changes]
        lines += ["", table(rows)]
    if answer.cut_rates:
        lines += ["", _rates(answer)]
    lines += _part("did not help:", [_trial_words(trial) for trial in answer.not_helpful])
    lines += _part(
        "only you can:", [_suggestion_words(suggestion) for suggestion in answer.only_you_can]
    )
    lines += _part(
        "not allowed:", [_suggestion_words(suggestion) for suggestion in answer.not_allowed]
    )
    if answer.break_even_step_s is not None:
        lines += ["", indented(_break_even(answer))]
    lines += [indented(doubt) for doubt in answer.doubts]
    return "\n".join(lines)


def _part(title: str, texts: list[str]) -> list[str]:
    if not texts:
        return []
    more = len(texts) - _MOST_TOLD
    rest = [indented(f"and {more} more (--json lists them)")] if more > 0 else []
    return ["", f"  {title}", *(indented(text) for text in texts[:_MOST_TOLD]), *rest]


def _change_row(change: ChangedKnob) -> tuple[str, ...]:
    where = f"{change.file.rpartition('/')[2]}:{change.line}" if change.line else "–"
    interval = (
        f" [{significant(change.low)}, {significant(change.high)}]"
        if change.low is not None and change.high is not None
        else ""
    )
    gives = "–" if change.contribution is None else f"{change.contribution:.2f}x{interval}"
    memory = bytes_text(change.memory_bytes) if change.memory_bytes else "–"
    return (
        f"  {change.knob}",
        where,
        str(change.before),
        str(change.after),
        gives,
        memory,
        change.changes_training or "same",
    )


def _rates(answer: Answer) -> str:
    rows: list[tuple[str, ...]] = [
        ("  behind", "where", "elements/s", "examples/s", "cores", "this stage alone")
    ]
    rows += [_rate_row(rate, answer) for rate in answer.cut_rates]
    return table(rows)


def _rate_row(rate: CutRate, answer: Answer) -> tuple[str, ...]:
    def number(value: float | None) -> str:
        return "–" if value is None else significant(value)

    mark = "> " if rate.stage == answer.narrow_stage else "  "
    own = "" if rate.stage_s is None else f"{significant(1e6 * rate.stage_s)} us an example"
    name = f"{rate.inside} / {rate.stage}" if rate.inside else rate.stage
    return (
        f"{mark}{name}",
        rate.place or "–",
        number(rate.elements_per_s),
        number(rate.examples_per_s),
        "–" if rate.cores is None else f"{rate.cores:.1f}",
        rate.note or own,
    )


def _trial_words(trial: Trial) -> str:
    if trial.ratio is None:
        return f"{trial.title}: {trial.note}"
    interval = (
        f" [{significant(trial.low)}, {significant(trial.high)}]"
        if trial.low is not None and trial.high is not None
        else ""
    )
    return f"{trial.title}: {trial.ratio:.2f}x{interval}"


def _suggestion_words(suggestion: Suggestion) -> str:
    place = f" ({suggestion.file.rpartition('/')[2]}:{suggestion.line})" if suggestion.line else ""
    gain = f", up to {suggestion.gain:.2g}x" if suggestion.gain else ""
    return f"{suggestion.title}{place}{gain}: {suggestion.why}"


def _break_even(answer: Answer) -> str:
    step_ms = 1000.0 * (answer.break_even_step_s or 0.0)
    return (
        f"Break-even step: {significant(step_ms)} ms. A device whose step is shorter waits for "
        "this pipeline."
    )
