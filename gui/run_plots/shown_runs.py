"""Which runs are drawn, and of which of them headlines speak."""

from __future__ import annotations

from collections.abc import Sequence

from core.model.run import Run

MAX_RUNS = 24
"""So many runs are drawn at most: more cannot be told apart and would cost time."""


def runs_to_draw(
    shown: Sequence[Run], focus: Run | None, selection: Sequence[Run]
) -> tuple[tuple[Run, ...], Run | None]:
    """Choose among many runs: the focus, the pinned, the selected, then the newest.

    Args:
        shown: All runs that are not hidden, oldest first.
        focus: The run that headlines speak of; where it is hidden, the newest takes its place.
        selection: The selected runs.

    Returns:
        At most ``MAX_RUNS`` runs of the focus's workload, oldest first, and the one in focus.
    """
    known = {run.id: run for run in shown}
    if focus is None or focus.id not in known:
        focus = shown[-1] if shown else None
    if focus is not None:
        # Other workloads have other scales: their curves would say nothing beside these.
        shown = [run for run in shown if run.plan.workload == focus.plan.workload]
    if len(shown) <= MAX_RUNS or focus is None:
        return tuple(shown), focus
    pinned = [run.id for run in shown if run.label.pinned]
    selected = [run.id for run in reversed(selection) if run.id in known]
    newest = [run.id for run in reversed(shown)]
    wanted = set(list(dict.fromkeys([focus.id, *pinned, *selected, *newest]))[:MAX_RUNS])
    return tuple(run for run in shown if run.id in wanted), focus
