"""Tells of runs whose program ended while they were under way."""

from __future__ import annotations

from collections.abc import Sequence

from core.model.run import Run
from core.store.read_log import steps_kept

_NAMED = 3


def interrupted_words(runs: Sequence[Run]) -> str:
    """``run 12 was interrupted, 340 steps kept.``; empty for none."""
    if not runs:
        return ""
    if len(runs) == 1:
        return f"{runs[0].name} was interrupted, {steps_kept(runs[0])}."
    each = ", ".join(f"{run.name} ({steps_kept(run)})" for run in runs[:_NAMED])
    more = f" and {len(runs) - _NAMED} more" if len(runs) > _NAMED else ""
    return f"{each}{more} were interrupted."
