"""Lets an isolated run wait until TensorFlow is loaded in the window."""

from __future__ import annotations

from collections.abc import Callable

from core.engines.protocols import Cancelled, Emit, Fit
from core.model.events import RunEnded
from core.model.plan import PROCESS, RunPlan
from core.model.run import RunState

Loaded = Callable[[], bool]
"""Waits a moment for TensorFlow; True once nothing loads any more."""


def after_loading(fit: Fit, loaded: Loaded) -> Fit:
    """The same, but an isolated run begins only when nothing loads beside it.

    Loading TensorFlow in the window takes a core for seconds, and cannot be cut off; an isolated
    run with a process that is ready would be measured meanwhile. A run in the window needs
    TensorFlow there itself.
    """

    def patient(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        while plan.engine == PROCESS and not loaded():
            if cancelled():
                emit(RunEnded(RunState.STOPPED))
                return
        fit(plan, emit, cancelled)

    return patient
