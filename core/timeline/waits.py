"""Which steps of a trace waited for input, and what for: the figures behind the words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.timeline.blocking import Blame, Why, blocking_chain
from core.timeline.calls import Calls
from core.timeline.capture import Capture
from core.timeline.stages import TracedStage, TracedStages
from core.timeline.steps import Request, Step, Steps

LEAST_WAIT_S = 0.0005
"""A shorter wait is the hand-over of a batch, 0.05 to 0.5 ms in every training ..."""
LEAST_SHARE = 0.02
"""... and one below this share of a step is none that matters."""
MANY_TIMES = 5.0
"""What took so many times the usual is a single late thing."""
_SHARE_OF_LONGEST = 0.1


@dataclass(frozen=True)
class Wait:
    """A step that waited for input.

    Attributes:
        step: Which.
        blames: What for, in order of time; they add up to the wait.
    """

    step: Step
    blames: tuple[Blame, ...]

    @property
    def main(self) -> Blame | None:
        """The longest stretch of the stage that it waited for most; None where that is unknown."""
        known = [
            blame for blame in self.blames if blame.why is not Why.HAND_OVER and blame.stage >= 0
        ]
        if not known:
            return None
        seconds = by_stage(known)
        stage = max(seconds, key=lambda place: seconds[place])
        return max(
            (blame for blame in known if blame.stage == stage), key=lambda blame: blame.seconds
        )


@dataclass(frozen=True)
class HeldUp:
    """An element that held up those behind it, which were done before.

    Attributes:
        stage: The stage.
        took_s: How long its function took for that element.
        usual_s: How long it takes in the middle.
        others: Elements behind it that were done and had to wait.
    """

    stage: TracedStage
    took_s: float
    usual_s: float
    others: int


@dataclass(frozen=True)
class Waits:
    """All waits of a trace.

    Attributes:
        steps: The steps.
        waits: Those that waited, in order.
        stages: The stages.
        calls: Calls of them.
        all_blames: What all steps waited for, short waits included.
    """

    steps: Steps
    waits: tuple[Wait, ...]
    stages: TracedStages
    calls: Calls
    all_blames: tuple[Blame, ...]

    @property
    def wait_s(self) -> float:
        """All waits of all steps, in seconds."""
        return sum(step.wait_s for step in self.steps.all)

    @property
    def wall_s(self) -> float:
        """From the begin of the first step to the end of the last one, in seconds."""
        steps = self.steps.all
        return steps[-1].end_s - steps[0].start_s if steps else 0.0

    @property
    def between_s(self) -> float:
        """How much of that lies between steps, in seconds: Keras, callbacks and Python."""
        return max(self.wall_s - sum(step.took_s for step in self.steps.all), 0.0)

    @property
    def longest(self) -> tuple[Step, Request] | None:
        """The longest wait for a batch, and the step that it was in; None for none."""
        every = [(step, request) for step in self.steps.all for request in step.requests]
        return max(every, key=lambda each: each[1].wait_s, default=None)

    @property
    def ranked(self) -> list[tuple[TracedStage, float]]:
        """The stages that were waited for, and how long in seconds; the longest first."""
        seconds = by_stage(blame for blame in self.all_blames if blame.why is not Why.HAND_OVER)
        together: dict[str, list[tuple[float, TracedStage]]] = defaultdict(list)
        for place, spent in seconds.items():
            if place >= 0:
                # What TensorFlow runs several nodes for is one stage to the person.
                stage = self.stages.all[place]
                together[stage.label].append((spent, stage))
        ranked = [
            (max(parts, key=lambda part: part[0])[1], sum(spent for spent, _ in parts))
            for parts in together.values()
        ]
        return sorted(ranked, key=lambda each: -each[1])


def by_stage(blames: Iterable[Blame]) -> dict[int, float]:
    """Seconds by the index of the stage."""
    seconds: dict[int, float] = defaultdict(float)
    for blame in blames:
        seconds[blame.stage] += blame.seconds
    return seconds


def waits_of(capture: Capture, steps: Steps, stages: TracedStages) -> Waits:
    """Look at all waits of a trace."""
    calls = Calls(capture, stages)
    took = [step.took_s for step in steps.all]
    least_s = max(LEAST_WAIT_S, LEAST_SHARE * float(np.median(took)) if took else 0.0)
    waits: list[Wait] = []
    everything: list[Blame] = []
    for step in steps.all:
        blames = tuple(
            blame for request in step.requests for blame in blocking_chain(request, calls, stages)
        )
        everything += blames
        if step.wait_s >= least_s:
            waits.append(Wait(step, blames))
    return Waits(steps, tuple(waits), stages, calls, tuple(everything))


def held_up(waits: Waits) -> HeldUp | None:
    """The element of a parallel map that others had to wait for longest; None for none."""
    worst: HeldUp | None = None
    # Shorter than what a step waits anyway, or beside the longest wait, it matters to nobody.
    waited = [step.wait_s for step in waits.steps.all] or [0.0]
    middle_s = max(float(np.median(waited)), LEAST_WAIT_S, _SHARE_OF_LONGEST * max(waited))
    for wait in waits.waits:
        for blame in wait.blames:
            if blame.why is not Why.FUNCTION or blame.call is None:
                continue
            begun_s, done_s = blame.call
            usual_s = usual_call_s(waits, blame)
            if usual_s is None or done_s - begun_s < max(MANY_TIMES * usual_s, 2.0 * middle_s):
                continue
            others = sum(
                begun_s < start_s and end_s < done_s
                for start_s, end_s in waits.calls.functions_by_stage[blame.stage]
            )
            if not others:
                continue
            held = HeldUp(waits.stages.all[blame.stage], done_s - begun_s, usual_s, others)
            worst = held if worst is None or held.took_s > worst.took_s else worst
    return worst


def usual_call_s(waits: Waits, blame: Blame) -> float | None:
    """How long a call like that of a blame takes in the middle, in seconds; None for too few."""
    of_functions = blame.why is Why.FUNCTION
    usual = waits.calls.usual_function_s if of_functions else waits.calls.usual_call_s
    return usual.get(blame.stage)
