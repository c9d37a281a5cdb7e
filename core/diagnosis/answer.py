"""From what a diagnosis knows to its answer."""

from __future__ import annotations

from collections.abc import Iterator

from core.diagnosis.advice.suggestions import MORE_MACHINES
from core.diagnosis.around import largest_outside, suggestions_around
from core.diagnosis.limit_words import limit_words
from core.diagnosis.moves import steps_gain_little
from core.diagnosis.situation import Situation
from core.diagnosis.state import State
from core.diagnosis.suggestion import TOO_LITTLE
from core.model.diagnosis import Answer, Limit, NarrowPlace, Suggestion
from core.model.quantity import bytes_text, interval_text, significant
from core.text.plural import plural

_PROMISES_MORE, _FAR_MORE = 1.1, 1.3
"""Over what was gained: what is worth telling, and what is told in the headline beside it."""
_AROUND = (Limit.ACCELERATOR, Limit.HOST, Limit.TURNAROUND)
"""Limits that what a script does around its pipeline may be part of."""
_AS_MUCH = 0.8
"""Of two gains that are expected, that share of the larger is about as much."""


def answer_of(state: State) -> Answer:
    """The answer as far as it is known."""
    now = state.now
    known = now is not None and bool(now.segments)
    pipeline = now.pipeline_examples_per_s if now is not None else None
    lasting = (now.times.passes_examples_per_s if now is not None else None) or pipeline
    gain = state.gain
    outside = largest_outside(now, state.around)
    return Answer(
        finished=state.finished,
        headline=headline(state),
        limit=state.limit if outside is None else outside.limit,
        narrow_stage=state.narrow.stage if state.narrow is not None and outside is None else "",
        narrow_place=_fit(state) if outside is None else outside.place,
        examples_per_s=now.examples_per_s if known and now else None,
        input_wait_percent=now.percent("input_wait_s") if known and now else None,
        host_percent=now.percent("host_s") if known and now else None,
        turnaround_percent=now.turnaround_percent if known and now else None,
        model_examples_per_s=now.model_examples_per_s if now is not None else None,
        pipeline_examples_per_s=pipeline,
        batch_examples=now.batch_examples if known and now else None,
        break_even_step_s=now.batch_examples / lasting if now is not None and lasting else None,
        cut_rates=now.times.rates if now is not None else (),
        changes=tuple(state.changes),
        recommended=dict(state.current) if state.changes else {},
        gain=gain.ratio if gain is not None else None,
        gain_low=gain.low if gain is not None else None,
        gain_high=gain.high if gain is not None else None,
        gain_pairs=gain.pairs if gain is not None else 0,
        tried=tuple(state.trials),
        only_you_can=_left_to_you(state),
        not_allowed=state.offered.not_allowed,
        doubts=tuple(state.doubts),
        evidence=tuple(state.evidence),
        now=state.activity,
        wall_s=state.wall_s,
        budget_s=state.options.budget_s,
        emulated=state.emulated,
    )


def _fit(state: State) -> NarrowPlace | None:
    """The script's call of ``fit``, where Keras's own time limits."""
    trained = None if state.code is None else state.code.trained
    if state.limit is not Limit.HOST or trained is None or trained.site is None:
        return None
    return NarrowPlace("fit", trained.site.file, trained.site.line)


def _left_to_you(state: State) -> tuple[Suggestion, ...]:
    """What a person could do that promises more than what is recommended, or needs no cache."""
    gained = state.gain.ratio if state.gain is not None else None
    if any(change.memory_bytes for change in state.changes):
        gained = None
    enough = _PROMISES_MORE * gained if gained else 1.0 + state.options.gain_percent / 100.0
    offered = (*_around(state), *state.offered.only_you_can)
    return tuple(each for each in offered if each.gain is None or each.gain > enough)


def _around(state: State) -> Iterator[Suggestion]:
    return suggestions_around(state.now, state.around, state.code)


def headline(state: State) -> tuple[str, ...]:
    """At most three lines: where the time goes and why, what to change, what that gives."""
    now = state.now
    if now is None:
        return ()
    wait = f"Waiting for input {now.percent('input_wait_s'):.0f} % of the time."
    if state.limit is None:
        return (wait,)
    unmeasured = _unmeasured(state)
    outside = largest_outside(now, state.around)
    if outside is not None:
        unmeasured = ""
        first = f"{outside.words} In the training itself: {wait[0].lower()}{wait[1:]}"
    elif state.limit is Limit.ACCELERATOR:
        nothing = (
            f"Nothing to gain in the pipeline. {unmeasured}" if unmeasured else "Nothing to gain."
        )
        return (f"{limit_words(now, state.limit, None)} {wait}", _room(now), nothing)
    else:
        first = f"{wait} {limit_words(now, state.limit, state.narrow)}"
    if state.changes:
        return (first, _change_words(state), *_more(state))
    if not state.finished or not state.options.search:
        return (first,)
    tried = plural(len(state.trials), "change")
    if state.stopped:
        so_far = (
            f"after {tried}: none helped so far" if state.trials else "before a change was tried"
        )
        return (first, f"Stopped {so_far}.")
    untold = sum(trial.untold for trial in state.trials)
    noise = f"; {untold} inconclusive because of noise" if untold else ""
    helps = "measurably helps" if untold else "helps"
    gain = f"{state.options.gain_percent:g} %"
    ended = f" before the budget of {state.options.budget_s:g} s ended" if state.out_of_time else ""
    nothing = f"No setting {helps} by {gain} or more ({tried} tried{ended}{noise})."
    if not state.trials:
        other = " that leaves the training as it is" if state.offered.not_allowed else ""
        nothing = f"No setting{other} promises {gain} or more: nothing was tried."
    if state.out_of_time and not state.trials:
        nothing = f"The budget of {state.options.budget_s:g} s ended before a change was tried."
    if state.limit is Limit.ACCELERATOR:
        nothing = "Nothing to gain in the training's own pipeline."
    elif state.limit is Limit.HOST and not state.trials and steps_gain_little(now):
        nothing = "Nothing to gain in the pipeline."
    if unmeasured and not state.trials and state.limit in _AROUND:
        return (first, nothing, unmeasured)
    little = next((each for each in state.trials if each.note == TOO_LITTLE), None)
    if little is not None:
        nothing = f"{little.title}: {little.ratio or 0.0:.2f} times as fast, {TOO_LITTLE}."
    promising = _promising(state, 1.0 + state.options.gain_percent / 100.0)
    if promising:
        return (first, nothing, promising)
    around = unmeasured and state.limit in _AROUND
    return (first, nothing, unmeasured) if around else (first, nothing)


def _promising(state: State, enough: float, *, last_resort: bool = True) -> str:
    """What is not allowed, or only a person can do, and promises most, in a sentence.

    Args:
        state: What is known.
        enough: Throughput over the present one from which on it is told.
        last_resort: Other machines are told too, where nothing else is.
    """
    # A setting comes before what has to be written, where both promise the same.
    others = [
        *(("Not allowed", each) for each in state.offered.not_allowed),
        *(("In the code", each) for each in _left_to_you(state)),
    ]
    others = [other for other in others if (other[1].gain or 0.0) > enough]
    # Other machines are the last resort. Suggestions are in order: the most precise come first.
    here = [other for other in others if other[1].title != MORE_MACHINES]
    others = here or (others if last_resort else [])
    if not others:
        return ""
    most = max(each.gain or 0.0 for _, each in others)
    where, best = next(other for other in others if (other[1].gain or 0.0) >= _AS_MUCH * most)
    place = f" ({best.place})" if best.place and best.place not in best.title else ""
    return f"{where}: {best.title}{place}, up to {best.gain or 0.0:.2g} times as fast."


def _unmeasured(state: State) -> str:
    """What takes time outside of what was measured, in a sentence; empty for nothing."""
    told = next((each for each in _around(state) if each.gain is None), None)
    place = f" ({told.place})" if told is not None and told.place else ""
    return "" if told is None else f"In the code, gain not measured: {told.title}{place}."


def _room(now: Situation) -> str:
    pipeline = now.times.passes_examples_per_s or now.pipeline_examples_per_s
    if not pipeline:
        return "How fast the pipeline alone is was not measured."
    times = pipeline / now.examples_per_s
    step_ms = 1000.0 * now.batch_examples / pipeline
    return (
        f"The pipeline could feed a device up to {significant(times)} times as fast (break-even "
        f"step {significant(step_ms)} ms)."
    )


def _change_words(state: State) -> str:
    parts = [
        f"{change.knob}={state.settings.chain.knob(change.knob).format(change.after)}"
        + (f" ({change.place})" if change.place else "")
        for change in state.changes
    ]
    words = ", ".join(parts[:3]) + (f" and {len(parts) - 3} more" if len(parts) > 3 else "")
    gain = state.gain
    if gain is None or gain.ratio is None or gain.low is None or gain.high is None:
        return (
            f"{words}: helps; how much is being measured."
            if not state.finished
            else (f"{words}: helped in short trials; all changes together were not compared.")
        )
    interval = interval_text(gain.low, gain.high)
    return f"{words}: {gain.ratio:.2f} times as fast {interval}, {gain.pairs} pairs."


def _more(state: State) -> tuple[str, ...]:
    """What the changes take, and what promises far more than they gain."""
    memory = sum(change.memory_bytes for change in state.changes)
    takes = f"It takes {bytes_text(memory)} more memory." if memory else ""
    gained = state.gain.ratio if state.gain is not None else None
    promising = ""
    if gained and state.finished:
        promising = _promising(state, _FAR_MORE * gained, last_resort=False)
    line = f"{takes} {promising}".strip()
    return (line,) if line else ()
