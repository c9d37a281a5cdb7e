"""Epochs that ended before their number of steps, because the data ran out."""

from __future__ import annotations

import numpy as np

from core.analysis.doubts.doubt import Doubt
from core.model.plan import Part
from core.model.run import Run, RunState

_SHOWN = 8


def data_ran_out(run: Run) -> Doubt | None:
    """A number of steps per epoch that the data do not have, as Keras warns of it.

    Only epochs that are over count: the last one of a run that was cut short does not.
    """
    steps = run.prepared.steps_per_epoch if run.prepared else None
    if steps is None or run.plan.part is not Part.WHOLE:
        return None
    if not isinstance(run.plan.settings.get("fit.steps_per_epoch"), int):
        return None
    taken = np.diff(np.append(run.samples.epoch_starts, run.samples.steps))
    # A callback of the script may have ended the training in its last epoch.
    own_end = bool(run.plan.settings.get("fit.script_callbacks"))
    over = taken[:-1] if run.state is not RunState.DONE or own_end else taken
    short = int((over < steps).sum())
    if not short:
        return None
    if len(taken) == 1:
        happened = (
            f"The epoch ended early because the data ran out: {taken[0]} steps, not {steps}. "
        )
    else:
        lengths = " + ".join(str(count) for count in taken[:_SHOWN])
        more = " + ..." if len(taken) > _SHOWN else ""
        happened = (
            f"{short} of {len(taken)} epochs ended early because the data ran out: the run trained "
            f"{lengths}{more} = {int(taken.sum())} steps, not {len(taken)} x {steps} = "
            f"{len(taken) * steps}. "
        )
    return Doubt(
        "data_ran_out",
        f'{happened}model.fit does the same and warns "Your input ran out of data". '
        "Put .repeat() into the code, or ask for fewer steps per epoch.",
    )
