"""Ceilings are measured once and belong to all runs of the same settings."""

from __future__ import annotations

from dataclasses import replace

from core.analysis.stages.ceilings import ceiling_key, ceilings_by_key
from core.model.measured.ceilings import Ceilings
from core.model.plan import Part
from core.model.run import Run


def join_ceilings(runs: dict[str, Run]) -> dict[str, Ceilings]:
    """Give each run the ceilings of its settings; only runs for which they changed are new.

    Args:
        runs: All runs by id, those of a part alone among them.

    Returns:
        What was measured, by ``ceiling_key``.
    """
    by_key = ceilings_by_key(sorted(runs.values(), key=lambda run: run.created))
    for run in tuple(runs.values()):
        if run.plan.part is Part.WHOLE and (by_key or run.ceilings):
            ceilings = by_key.get(ceiling_key(run.plan))
            if ceilings is not None and not ceilings.hold_for(run.environment):
                ceilings = None
            if ceilings != run.ceilings:
                runs[run.id] = replace(run, ceilings=ceilings)
    return by_key
