"""What two traces differ in, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from core.timeline.agreement import ms
from core.timeline.steps import Step
from core.timeline.story import Story

_SAME = 0.03


def difference(first: Story, second: Story, names: tuple[str, str]) -> str:
    """How long steps took and waited in both, and what for; times are means of a step.

    A step counts with the time to the next one, which steps without marks have in them.

    Args:
        first: A trace.
        second: Another one.
        names: What to call them.
    """
    both = (first, second)
    steps = [story.waits.steps.all for story in both]
    missing = [name for name, own in zip(names, steps, strict=True) if not own]
    if missing:
        return f"They cannot be compared: there is no step in {' and '.join(missing)}."
    took_s = [_period_s(own) for own in steps]
    waited_s = [story.waits.wait_s / len(own) for story, own in zip(both, steps, strict=True)]
    ratio = took_s[0] / max(took_s[1], 1e-12)
    if abs(ratio - 1) < _SAME:
        verdict = "steps take as long in both"
    else:
        slow, fast = names if ratio > 1 else names[::-1]
        verdict = f"a step of {fast} is {max(ratio, 1 / ratio):.2f} times as fast as one of {slow}"
    parts = [
        f"{name} takes {ms(took)} a step and waits {ms(waited)} of it{_mostly(story)}"
        for name, took, waited, story in zip(names, took_s, waited_s, both, strict=True)
    ]
    return f"{verdict[0].upper()}{verdict[1:]}: {'; '.join(parts)}."


def _period_s(steps: Sequence[Step]) -> float:
    """From the begin of a step to that of the next, in seconds on average."""
    if len(steps) < 2:
        return steps[0].took_s
    return (steps[-1].start_s - steps[0].start_s) / (len(steps) - 1)


def _mostly(story: Story) -> str:
    ranked = story.waits.ranked
    return f", mostly for {ranked[0][0].label}" if ranked and story.waits.waits else ""
