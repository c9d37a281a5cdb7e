"""What headlines say: the present while a run goes on, its steady part when it is over."""

from __future__ import annotations

import numpy as np

from core.metrics.accounting import Account, account, steady_account
from core.model.run import Run
from gui.run_plots.plot import Headline

NOW_S = 2.0
"""While a run is under way, its present value is that of so many last seconds."""

STEADY = "steady part"

NO_RUN = Headline("–", "no run")


def present(run: Run) -> tuple[Account, str] | None:
    """The account that a headline speaks of, and which one that is in words.

    Returns:
        None where no step was measured.
    """
    if run.state.over:
        steady = steady_account(run)
        return None if steady is None or steady.wall_s <= 0 else (steady, STEADY)
    samples = run.samples
    if samples.steps == 0:
        return None
    since = samples.done_s[-1] - NOW_S
    start = min(int(np.searchsorted(samples.asked_s, since)), samples.steps - 1)
    accounted = account(samples, start, samples.steps)
    if accounted is None or accounted.wall_s <= 0:
        return None
    return accounted, "now, warming up" if warming_up(run) else "now"


def warming_up(run: Run) -> bool:
    """Whether the run has not come to its steady part yet."""
    prepared = run.prepared
    if prepared is None:
        return True
    later_epochs = run.samples.epoch_starts[prepared.warm_up_epochs :]
    in_warm_epoch = prepared.warm_up_epochs > 0 and len(later_epochs) == 0
    # With a single epoch nothing follows a warm-up epoch, so it is not left out.
    in_warm_epoch = in_warm_epoch and prepared.epochs > prepared.warm_up_epochs
    return in_warm_epoch or run.samples.steps <= prepared.warm_up_steps


def no_step(run: Run) -> Headline:
    """The headline of a run of which no step was measured."""
    if run.state.over:
        return Headline("not measured", "no step was trained")
    phase = run.phases[-1].phase if run.phases else "starting"
    return Headline("no step yet", str(phase))
