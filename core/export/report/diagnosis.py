"""A diagnosis as a page: one file that opens in any browser, offline."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.findings.diagnosed import wrong_with
from core.analysis.throughput_memory import front_words
from core.charts.cut_rates import cut_rates_chart
from core.export.report.chart_svg import draw
from core.export.report.markup import Markup, element, typed
from core.export.report.page import charts, page, section
from core.export.report.tables import Row, number, table
from core.model.diagnosis import Answer, ChangedKnob
from core.model.quantity import bytes_text
from core.model.run import Run
from core.text.workload_name import workload_name


def diagnosis_html(run: Run, answer: Answer) -> str:
    """The page.

    Args:
        run: The diagnosis.
        answer: What came of it.
    """
    title = f"Diagnosis of {workload_name(run.plan.workload)}"
    emulated = f", {', '.join(answer.emulated)}" if answer.emulated else ""
    return page(
        f"{title} · Pipeline Explorer",
        element(
            "header",
            element("h1", typed(title)),
            element(
                "p", f"On {run.plan.place}{emulated}, {run.created[:16].replace('T', ' ')} UTC."
            ),
            element(
                "div",
                [element("p", line, class_="said") for line in answer.headline],
                class_="verdict",
            ),
        ),
        element(
            "main",
            section("changes", "What to change", _changes(answer.changes)),
            section(
                "wrong",
                "What is wrong in the code",
                _list([finding.words for finding in wrong_with(run)]),
            ),
            section("rates", "Where the time goes", charts(draw(cut_rates_chart(answer)))),
            section("others", "What else was looked at", _others(answer)),
            section("evidence", "How it was found", _evidence(answer)),
        ),
    )


def _changes(changes: Sequence[ChangedKnob]) -> Markup | None:
    if not changes:
        return None
    heads = ("change", "where", "from", "to", "gives (95 % interval)", "memory", "training")
    return table("recommended changes", heads, [_change(change) for change in changes])


def _change(change: ChangedKnob) -> Row:
    gives = "not measured by itself"
    if change.contribution is not None:
        gives = f"{change.contribution:.2f} times {change.interval}"
    memory = bytes_text(change.memory_bytes) if change.memory_bytes else "–"
    return (
        change.knob,
        change.place or "–",
        str(change.before),
        str(change.after),
        number(gives, measured=change.contribution is not None),
        number(memory),
        change.changes_training or "same",
    )


def _others(answer: Answer) -> Markup | None:
    texts = [
        *(f"Only you can: {suggestion.words}" for suggestion in answer.only_you_can),
        *(f"Not allowed: {suggestion.words}" for suggestion in answer.not_allowed),
        *(f"Tried and not kept: {trial.words}" for trial in answer.not_helpful),
        *(
            [f"Approximate throughput and extra memory: {words}."]
            if (words := front_words(answer))
            else []
        ),
        *answer.doubts,
    ]
    return _list(texts)


def _evidence(answer: Answer) -> Markup | None:
    return _list([f"{step.at_s:.1f} s: {step.text}" for step in answer.evidence])


def _list(texts: Sequence[str]) -> Markup | None:
    return element("ul", [element("li", text) for text in texts], class_="notes") if texts else None
