"""A run that begins: its number, and what it is called before a person says otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from core.model.measured.ceilings import Ceilings
from core.model.plan import Part, RunPlan
from core.model.run import Label, Run
from core.model.turn import ExperimentKind


def new_run(
    plan: RunPlan, known: Iterable[Run], shown: Iterable[Run], ceilings: Ceilings | None
) -> Run:
    """A run that begins now.

    Args:
        plan: What it is.
        known: All runs, deleted ones included: no number comes twice.
        shown: Those that are in the list, with whose colours its own must not be mixed up.
        ceilings: What runs of the plan could reach at most.
    """
    whole = plan.part is Part.WHOLE
    return Run(
        plan=plan,
        number=1 + max((run.number for run in known), default=0) if whole else 0,
        created=datetime.now(UTC).isoformat(timespec="milliseconds"),
        ceilings=ceilings if whole else None,
        label=_first_label(plan, shown),
    )


def _first_label(plan: RunPlan, runs: Iterable[Run]) -> Label:
    if plan.part is not Part.WHOLE:
        return Label(name=str(plan.part))
    turn = plan.turn
    # Of a sweep's many runs the table's settings say more than a number would.
    named = turn is not None and turn.kind == ExperimentKind.COMPARISON
    name = turn.name if turn is not None and named else ""
    return Label(name=name, colour=_free_colour(runs))


def with_free_number(run: Run, others: Iterable[Run]) -> Run:
    """A run from elsewhere, with a number and a colour that no other run here has.

    Args:
        run: As it is there.
        others: All runs here, deleted ones included.
    """
    others = tuple(others)
    if run.plan.part is Part.WHOLE and any(other.number == run.number for other in others):
        run = replace(run, number=1 + max(other.number for other in others))
    listed = (other for other in others if not other.label.deleted)
    return run.labelled(colour=_free_colour(listed, run.label.colour))


def _free_colour(runs: Iterable[Run], wanted: int = -1) -> int:
    """A colour that no run in the list has: the one that is wanted, else the lowest.

    Past the palette they come again.
    """
    used = {run.label.colour for run in runs}
    if wanted >= 0 and wanted not in used:
        return wanted
    return next(colour for colour in range(len(used) + 1) if colour not in used)
