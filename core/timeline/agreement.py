"""Whether other measurements of a run say what its trace says: the loop's clock, cut rates."""

from __future__ import annotations

from core.metrics.accounting import Account, account
from core.model.diagnosis import Answer, CutRate
from core.model.quantity import significant
from core.model.run import Run
from core.timeline.waits import Waits

_APART_SHARE, _APART_S = 0.1, 0.0005
_FASTER = 1.25
"""Traced steps may be so many times as fast as the pipeline alone: cut rates take seconds each."""


def agreement(waits: Waits, run: Run | None, answer: Answer | None) -> tuple[list[str], list[str]]:
    """What agrees with a trace, and what is a doubt about it; in sentences.

    Args:
        waits: What the trace says.
        run: The run that was traced, with the clock of its loop; None for another program.
        answer: Of a diagnosis of the same settings, with its cut rates; None where there is none.
    """
    traced = _traced_by_the_loop(waits, run)
    findings = [*_clock(waits, traced), *_cut_rates(waits, traced, answer)]
    agreeing = [sentence for sentence, agrees in findings if agrees]
    return agreeing, [sentence for sentence, agrees in findings if not agrees]


def ms(seconds: float) -> str:
    """A time in milliseconds: ``12.3 ms``."""
    return f"{significant(1000.0 * seconds)} ms"


def _traced_by_the_loop(waits: Waits, run: Run | None) -> Account | None:
    """Where the time of the traced steps went by the loop's clock."""
    tracing = None if run is None else run.tracing
    if run is None or tracing is None or tracing.failure or not waits.steps.marked:
        return None
    return account(run.samples, tracing.first, min(tracing.stop, run.samples.steps))


def _clock(waits: Waits, traced: Account | None) -> list[tuple[str, bool]]:
    steps = waits.steps.all
    if traced is None or not traced.steps or not steps:
        return []
    by_loop_s, by_trace_s = traced.input_wait_s / traced.steps, waits.wait_s / len(steps)
    words = (
        f"the trace has {ms(by_trace_s)} of input wait a step, the loop's own clock {ms(by_loop_s)}"
    )
    if abs(by_loop_s - by_trace_s) <= max(_APART_S, _APART_SHARE * by_loop_s):
        return [(f"Both clocks agree: {words}.", True)]
    return [
        (
            f"The two disagree: {words}. Events may be missing from the trace, or the steps are "
            "not those of this run.",
            False,
        )
    ]


def _cut_rates(
    waits: Waits, traced: Account | None, answer: Answer | None
) -> list[tuple[str, bool]]:
    rates = () if answer is None else answer.cut_rates
    known = [rate for rate in rates if rate.examples_per_s and not rate.inside]
    if answer is None or not known:
        return []
    return [*_narrow(waits, answer.narrow_stage, known), *_bound(known[-1], traced)]


def _narrow(waits: Waits, narrow: str, rates: list[CutRate]) -> list[tuple[str, bool]]:
    """Whether the rates fall where the trace waited."""
    place = next((at for at, rate in enumerate(rates) if rate.stage == narrow), 0)
    if not place or not waits.waits or not waits.ranked:
        return []
    before, behind = (rates[at].examples_per_s or 0.0 for at in (place - 1, place))
    words = f"{significant(before)} examples/s in front of it, {significant(behind)} behind it"
    if narrow in waits.ranked[0][0].written:
        return [(f"The cut rates of these settings name that stage too: {words}.", True)]
    return [
        (
            f"The cut rates of these settings name another stage, {rates[place].words}: {words}. "
            "The traced steps may be an exception, or something else kept the machine busy.",
            False,
        )
    ]


def _bound(last: CutRate, traced: Account | None) -> list[tuple[str, bool]]:
    """Whether the traced steps took no more than the pipeline can deliver."""
    if traced is None or traced.wall_s <= 0 or not last.examples_per_s:
        return []
    took = traced.examples / traced.wall_s
    words = (
        f"the traced steps took {significant(took)} examples/s, the pipeline alone delivers "
        f"{significant(last.examples_per_s)} (cut rates)"
    )
    if took <= _FASTER * last.examples_per_s:
        return [(f"{words[0].upper()}{words[1:]}.", True)]
    return [(f"The trace and the cut rates disagree: {words}.", False)]
