"""Which runs are drawn, and of which of them headlines speak."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from core.model.run import Run

MAX_RUNS = 24
"""So many runs are drawn at most: more cannot be told apart and would cost time."""
RECENT_RUNS = 8
"""So many of the newest runs are drawn without being selected: as many as there are colours."""


def runs_to_draw(
    shown: Sequence[Run], focus: Run | None, selection: Sequence[Run]
) -> tuple[tuple[Run, ...], Run | None]:
    """Choose among many runs: the focus, the pinned, the selected and the newest few.

    Args:
        shown: All runs that are not hidden, oldest first.
        focus: The run that headlines speak of; where it is hidden, the newest takes its place.
        selection: The selected runs.

    Returns:
        At most ``MAX_RUNS`` runs of the focus's workload, oldest first, and the one in focus. A run
        that ended without a step is there only where it is in focus.
    """
    known = {run.id: run for run in shown}
    if focus is None or focus.id not in known:
        focus = shown[-1] if shown else None
    if focus is None:
        return (), None
    # Other workloads have other scales: their curves would say nothing beside these.
    shown = [run for run in shown if run.plan.workload == focus.plan.workload]
    pinned = [run.id for run in shown if run.label.on_top]
    selected = [run.id for run in reversed(selection) if run.id in known]
    newest = islice((run.id for run in reversed(shown) if has_data(run)), RECENT_RUNS)
    wanted = set(list(dict.fromkeys([focus.id, *pinned, *selected, *newest]))[:MAX_RUNS])
    drawn = (run for run in shown if run.id in wanted and (has_data(run) or run.id == focus.id))
    return tuple(drawn), focus


def has_data(run: Run) -> bool:
    """Whether there is something to draw, or something may still come."""
    return run.samples.steps > 0 or not run.state.over
