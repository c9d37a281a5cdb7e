"""What a run did not come to say, as its program ended before."""

from __future__ import annotations

from core.model.run import Run, RunState


def not_said(run: Run) -> str:
    """Why a figure that a run says with its last word is missing; empty where that is not why."""
    if run.state is not RunState.INTERRUPTED or run.samples.steps == 0:
        return ""
    return "the program ended before the run could say it"
