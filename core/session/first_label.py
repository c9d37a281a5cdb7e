"""What a run is called, and which colour it gets, before a person says otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from core.model.experiment import ExperimentKind
from core.model.plan import Part, RunPlan
from core.model.run import Label, Run


def first_label(plan: RunPlan, runs: Iterable[Run]) -> Label:
    """The label of a run that begins.

    Args:
        plan: What it is.
        runs: Those that are in the list.
    """
    if plan.part is not Part.WHOLE:
        return Label(name=str(plan.part))
    turn = plan.turn
    # Of a sweep's many runs the table's settings say more than a number would.
    named = turn is not None and turn.kind == ExperimentKind.COMPARISON
    name = turn.name if turn is not None and named else ""
    return Label(name=name, colour=_free_colour(runs))


def _free_colour(runs: Iterable[Run]) -> int:
    """The lowest colour that no run in the list has; past the palette they come again."""
    used = {run.label.colour for run in runs}
    return next(colour for colour in range(len(used) + 1) if colour not in used)
