"""The answer of a diagnosis in plain text."""

from __future__ import annotations

from core.analysis.findings.diagnosed import wrong_with
from core.analysis.throughput_memory import front_words
from core.cli.terminal.table import hanging, indented, table
from core.model.diagnosis import Answer, ChangedKnob, CutRate
from core.model.quantity import bytes_text, significant
from core.model.run import Run
from core.text.workload_name import workload_name

_MOST_TOLD = 6


def answer_text(run: Run, answer: Answer) -> str:
    """The headline, the changes, what was tried and not kept, and the rates that it rests on.

    Args:
        run: The diagnosis.
        answer: What came of it.
    """
    lines = _head("diagnosis", run, answer)
    if answer.changes:
        rows: list[tuple[str, ...]] = [
            ("  change", _where(answer), "from", "to", "gives", "memory", "training")
        ]
        rows += [_change_row(change, answer) for change in answer.changes]
        lines += ["", table(_without_empty_columns(rows))]
    if answer.cut_rates:
        lines += ["", _rates(answer)]
    lines += _part("tried and not kept:", [trial.words for trial in answer.not_helpful])
    words = front_words(answer)
    lines += _part(
        "throughput against memory (about, over the pipeline as it is):", [words] if words else []
    )
    lines += _part("only you can:", [suggestion.words for suggestion in answer.only_you_can])
    lines += _part("not allowed:", [suggestion.words for suggestion in answer.not_allowed])
    lines += _part(
        "mistakes in the code, apart from speed:",
        [finding.words for finding in wrong_with(run)],
    )
    if answer.break_even_step_s is not None:
        lines += ["", indented(_break_even(answer))]
    lines += [indented(doubt) for doubt in answer.doubts]
    return "\n".join(lines)


def stages_text(run: Run, answer: Answer) -> str:
    """What limits, and how fast the pipeline delivers behind each of its stages.

    Args:
        run: A diagnosis.
        answer: What came of it.
    """
    lines = [*_head("stages", run, answer), "", _rates(answer)]
    if answer.break_even_step_s is not None:
        lines += ["", indented(_break_even(answer))]
    return "\n".join([*lines, *(indented(doubt) for doubt in answer.doubts)])


def _head(what: str, run: Run, answer: Answer) -> list[str]:
    emulated = f" ({', '.join(answer.emulated)})" if answer.emulated else ""
    return [
        hanging(f"{what} of {workload_name(run.plan.workload)} on {run.plan.place}{emulated}"),
        *(indented(line) for line in answer.headline),
    ]


def _part(title: str, texts: list[str]) -> list[str]:
    if not texts:
        return []
    more = len(texts) - _MOST_TOLD
    rest = [indented(f"and {more} more (--json lists them)")] if more > 0 else []
    return ["", f"  {title}", *(indented(text) for text in texts[:_MOST_TOLD]), *rest]


def _one_file(answer: Answer) -> bool:
    return len({rate.file for rate in answer.cut_rates if rate.line}) == 1


def _where(answer: Answer) -> str:
    return "line" if _one_file(answer) else "where"


def _place(part: ChangedKnob | CutRate, answer: Answer) -> str:
    """File and line; the line alone where all stand in one file."""
    return (str(part.line) if _one_file(answer) and part.line else part.place) or "–"


def _without_empty_columns(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The columns in which anything stands."""
    head, *rest = rows
    empty = ("–", "same", "")
    columns = [at for at in range(len(head)) if any(row[at] not in empty for row in rest)]
    return [tuple(row[at] for at in columns) for row in rows]


def _value(value: object) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


def _change_row(change: ChangedKnob, answer: Answer) -> tuple[str, ...]:
    gives = "–" if change.contribution is None else f"{change.contribution:.2f}x {change.interval}"
    return (
        f"  {change.knob}",
        _place(change, answer),
        _value(change.before),
        _value(change.after),
        gives.rstrip(),
        bytes_text(change.memory_bytes) if change.memory_bytes else "–",
        change.changes_training or "same",
    )


def _rates(answer: Answer) -> str:
    rows: list[tuple[str, ...]] = [
        ("  behind", _where(answer), "elements/s", "examples/s", "cores", "stage alone")
    ]
    rows += [_rate_row(rate, answer) for rate in answer.cut_rates]
    return table(rows, right=(2, 3, 4))


def _rate_row(rate: CutRate, answer: Answer) -> tuple[str, ...]:
    def number(value: float | None) -> str:
        return "–" if value is None else significant(value)

    mark = "> " if rate.stage == answer.narrow_stage else "  "
    own = "" if rate.stage_s is None else f"{significant(1e6 * rate.stage_s)} us/example"
    name = f"{rate.inside} / {rate.stage}" if rate.inside else rate.stage
    return (
        f"{mark}{name}",
        _place(rate, answer),
        number(rate.elements_per_s),
        number(rate.examples_per_s),
        "–" if rate.cores is None else f"{rate.cores:.1f}",
        rate.note or own,
    )


def _break_even(answer: Answer) -> str:
    step_ms = 1000.0 * (answer.break_even_step_s or 0.0)
    return (
        f"Break-even step: {significant(step_ms)} ms. A device whose step is shorter waits for "
        "this pipeline."
    )
