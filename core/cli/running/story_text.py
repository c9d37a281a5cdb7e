"""A trace in words for a person to read."""

from __future__ import annotations

from core.cli.terminal.table import indented, table
from core.text.plural import plural
from core.timeline.capture import Capture
from core.timeline.story import Story

_MOST_STAGES = 12


def story_text(capture: Capture, story: Story) -> str:
    """What a trace says, and what each stage was waited for."""
    begin_s, end_s = capture.span_s
    head = (
        f"{plural(len(story.waits.steps.all), 'step')}, {plural(capture.events, 'event')} on "
        f"{plural(len(capture.tracks), 'thread or stream', 'threads and streams')}, "
        f"{1000 * (end_s - begin_s):.0f} ms"
    )
    lines = [head, *(indented(sentence) for sentence in story.sentences)]
    lines += [indented(f"Doubt: {doubt}") for doubt in story.doubts]
    ranked = [(stage, spent) for stage, spent in story.waits.ranked if spent > 0][:_MOST_STAGES]
    if ranked and story.waits.waits:
        rows: list[tuple[str, ...]] = [("  waited for", "runs as", "ms a step", "of the wait")]
        count = max(len(story.waits.steps.all), 1)
        rows += [
            (
                f"  {stage.label}",
                stage.name,
                f"{1000 * spent / count:.3f}",
                f"{100 * spent / max(story.waits.wait_s, 1e-12):.0f} %",
            )
            for stage, spent in ranked
        ]
        lines.append(table(rows, right=(2, 3)))
    return "\n".join(lines)
