"""What a trace says, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.model.diagnosis import Answer
from core.model.quantity import significant
from core.model.run import Run
from core.text.plural import plural
from core.timeline.agreement import agreement, ms
from core.timeline.blocking import Blame, Why
from core.timeline.capture import Capture
from core.timeline.gpu import DeviceUse, device_uses
from core.timeline.stages import TracedStage, traced_stages
from core.timeline.steps import Step, steps_of
from core.timeline.waits import (
    LEAST_WAIT_S,
    MANY_TIMES,
    Wait,
    Waits,
    held_up,
    usual_call_s,
    waits_of,
)

_MOSTLY = 0.5


@dataclass(frozen=True)
class Story:
    """A trace that was looked at.

    Attributes:
        waits: Which steps waited, and what for.
        devices: What its GPUs did.
        sentences: What it says, the most important first.
        doubts: Why that may be wrong; empty normally.
    """

    waits: Waits
    devices: tuple[DeviceUse, ...]
    sentences: tuple[str, ...]
    doubts: tuple[str, ...]


def tell(
    capture: Capture,
    run: Run | None = None,
    answer: Answer | None = None,
) -> Story:
    """Look at a trace.

    Args:
        capture: The trace.
        run: What was traced, with its settings and the clock of its loop; None for a program that
            is not known.
        answer: Of a diagnosis of the same settings, with its cut rates; None where there is none.
    """
    steps = steps_of(capture)
    waits = waits_of(capture, steps, traced_stages(capture, None if run is None else run.settings))
    devices = device_uses(capture, steps)
    sentences = [*_waits(waits), *_training(waits)]
    for use in devices:
        sentences += _device(use, waits)
    agreed, doubts = agreement(waits, run, answer)
    return Story(waits, devices, (*sentences, *agreed), tuple(doubts))


def _waits(waits: Waits) -> list[str]:
    steps = waits.steps.all
    if not steps:
        return [
            "There is no step of a training in this trace: no step is marked, and no iterator "
            "of tf.data is asked for a batch."
        ]
    sentences = []
    if not waits.steps.marked:
        sentences.append(
            "No step is marked in this trace: a step is taken to reach from a request of the "
            "iterator to the next."
        )
    if not any(step.requests for step in steps):
        return [
            *sentences,
            f"{plural(len(steps), 'step')} of {ms(_mean(step.took_s for step in steps))} on "
            "average. No iterator of tf.data is asked in them: how long they wait for input "
            "cannot be told.",
        ]
    mean_s = waits.wait_s / len(steps)
    share = 100.0 * waits.wait_s / max(waits.wall_s, 1e-12)
    source = f"from a trace of {plural(len(steps), 'step')}"
    if not waits.waits:
        sentences.append(
            f"The model waited in none of {plural(len(steps), 'step')}: input is not the limit "
            f"({ms(mean_s)} a step for the hand-over of batches, {share:.0f} % of the time; "
            f"{source})."
        )
        return sentences
    sentences.append(
        f"The model waited in {len(waits.waits)} of {plural(len(steps), 'step')}, {ms(mean_s)} a "
        f"step on average, {share:.0f} % of the time ({source})."
    )
    return [*sentences, *_reasons(waits)]


def _reasons(waits: Waits) -> list[str]:
    ranked = waits.ranked
    known_s = sum(spent for _, spent in ranked)
    if not ranked or known_s <= 0:
        return ["What it waited for began before the trace, or cannot be told from it."]
    stage, spent_s = ranked[0]
    share = 100.0 * spent_s / waits.wait_s
    mostly = "mostly" if share >= 100 * _MOSTLY else "most of all"
    handed_s = sum(each.seconds for each in waits.all_blames if each.why is Why.HAND_OVER)
    handed = 100.0 * handed_s / waits.wait_s
    more = f"; the hand-over of batches between threads was {handed:.0f} %" if handed >= 25 else ""
    sentences = [
        f"It waited {mostly} for {stage.label}: {share:.0f} % of the wait"
        f"{_second(ranked, waits.wait_s)}{more}."
    ]
    # What the longest wait was for says what averages hide.
    longest = max(waits.waits, key=lambda wait: wait.step.wait_s)
    blame = longest.main
    held = held_up(waits)
    if held is not None:
        sentences.append(
            f"An element held up the order of {held.stage.label}: its function took "
            f"{ms(held.took_s)}, usually {ms(held.usual_s)}, and {plural(held.others, 'element')}"
            f" behind it {'was' if held.others == 1 else 'were'} done before. Without the order "
            "(deterministic=False) those would have been delivered."
        )
    elif blame is not None and blame.why is Why.UNSEEN:
        sentences.append(
            f"What {waits.stages.all[blame.stage].label} did in the longest wait, "
            f"{ms(longest.step.wait_s)} in step {longest.step.number}, began before the trace: "
            "trace again to see it."
        )
    elif blame is not None and blame.why is not Why.FILL:
        sentences += _single(waits, longest, blame)
    fills = [each for wait in waits.waits for each in wait.blames if each.why is Why.FILL]
    if fills:
        fill = max(fills, key=lambda each: each.seconds)
        sentences.append(
            f"{waits.stages.all[fill.stage].label} filled its buffer: one call took "
            f"{plural(fill.elements, 'element')} from what stands before it, and the batch waited "
            f"{ms(fill.seconds)} for that. A smaller buffer_size fills sooner; a cache before it "
            "makes the elements come faster."
        )
    return sentences


def _second(ranked: Sequence[tuple[TracedStage, float]], wait_s: float) -> str:
    if len(ranked) < 2 or ranked[1][1] < 0.1 * wait_s:
        return ""
    stage, spent_s = ranked[1]
    return f", then for {stage.label}: {100.0 * spent_s / wait_s:.0f} %"


def _single(waits: Waits, wait: Wait, blame: Blame) -> list[str]:
    """A wait that is one of few, for a call that took much longer than others of its stage."""
    usual_s = usual_call_s(waits, blame)
    if usual_s is None or blame.call is None:
        return []
    took_s = blame.call[1] - blame.call[0]
    middle_s = float(np.median([step.wait_s for step in waits.steps.all]))
    if wait.step.wait_s < MANY_TIMES * max(middle_s, LEAST_WAIT_S):
        return []
    if took_s < MANY_TIMES * max(usual_s, LEAST_WAIT_S):
        return []
    stage = waits.stages.all[blame.stage]
    thing = "file" if stage.reads else "file or element"
    call = "of its function" if blame.why is Why.FUNCTION else "of it"
    return [
        f"The longest wait, {ms(wait.step.wait_s)} in step {wait.step.number}, was for a single "
        f"slow {thing} in {stage.label}: one call {call} took {ms(took_s)}, "
        f"usually {ms(usual_s)}."
    ]


def _training(waits: Waits) -> list[str]:
    """What the loop waits for where that is not input, and a step that is late."""
    steps = [step for step in waits.steps.all if step.requests]
    if not steps:
        return []
    train = np.array([step.train_s for step in steps])
    share = 100.0 * float(train.sum()) / max(sum(step.took_s for step in steps), 1e-12)
    usual_s = float(np.median(train))
    sentences = []
    if waits.steps.marked and not waits.waits and waits.between_s > float(train.sum()):
        sentences.append(
            "The host is the limit: the time between steps, in which Keras, callbacks and Python "
            f"work, is {ms(waits.between_s / max(len(steps) - 1, 1))} on average, "
            f"{100.0 * waits.between_s / waits.wall_s:.0f} % of the time; a step trains for "
            f"{ms(float(train.mean()))}."
        )
    elif waits.steps.marked and not waits.waits:
        sentences.append(
            "The train step is the limit (the accelerator is late): batches lie ready, and a step "
            f"trains for {ms(float(train.mean()))}, {share:.0f} % of its time."
        )
    # The first one may hold what the profiler takes to begin.
    late: Step = max(steps[1:], key=lambda step: step.train_s, default=steps[0])
    if late.train_s > MANY_TIMES * usual_s and len(steps) >= 3 and late.train_s > LEAST_WAIT_S:
        sentences.append(
            f"Step {late.number} trained for {ms(late.train_s)}, usually {ms(usual_s)}: its "
            "batch was there after "
            f"{ms(late.wait_s)}, so this came from the train step or the accelerator, not from "
            "input."
        )
    return sentences


def _device(use: DeviceUse, waits: Waits) -> list[str]:
    count = len(waits.steps.all)
    source = f"from a trace of {plural(count, 'step')}" if count else "from the trace"
    # Kernels of a host that runs ahead lie in later steps than those that queued them.
    ahead = count and use.queued_s > use.wall_s / count
    per_step = np.array(() if ahead else use.busy_per_step)
    sentences = [
        f"{use.device} was idle {significant(use.idle_percent)} % of the time ({source}): kernels "
        f"ran for {ms(use.busy_s / max(count, 1))} a step, {ms(use.wall_s / max(count, 1))} long. "
        f"Of the time, {use.idle_in_wait_percent:.1f} % was idle while input was "
        f"waited for, {max(use.idle_percent - use.idle_in_wait_percent, 0.0):.1f} % "
        "for the host and other reasons."
        if use.idle_percent > 0
        else f"{use.device} was never idle ({source})."
    ]
    if ahead:
        sentences.append(
            f"Kernels ran for {ms(use.queued_s)} more after the last step was over on the host: "
            "it queues them ahead."
        )
    if len(per_step) > 1 and float(np.ptp(per_step)) > 0.02:
        sentences.append(
            f"It was busy {100 * float(per_step.min()):.0f} to {100 * float(per_step.max()):.0f} % "
            "of a step."
        )
    if use.copy_s > 0:
        overlap = 100.0 * use.overlapped_s / use.copy_s
        sentences.append(
            f"Copies took {ms(use.copy_s / max(count, 1))} a step; {overlap:.0f} % of that lay "
            "over kernels" + (", the rest where none ran." if overlap < 90 else ".")
        )
    if use.starved is not None:
        gap = use.starved
        where = "" if gap.step is None else f" in step {gap.step}"
        waited = gap.input_wait_s >= 0.5 * (gap.end_s - gap.start_s)
        sentences.append(
            f"It first starved{where}, {ms(gap.start_s)} after the trace began, for "
            f"{ms(gap.end_s - gap.start_s)}, while "
            + ("the training waited for input." if waited else "the host had not queued a kernel.")
        )
    return sentences


def _mean(values: Iterable[float]) -> float:
    every = list(values)
    return sum(every) / len(every) if every else 0.0
