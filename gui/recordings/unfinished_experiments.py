"""Reminds of comparisons and sweeps that were begun and are not complete."""

from __future__ import annotations

from core.session import Session


def unfinished_words(session: Session) -> str:
    """The latest of them in a line, and how many more there are; empty for none."""
    unfinished = session.experiments.unfinished()
    if not unfinished:
        return ""
    experiment, missing = unfinished[-1]
    total = len(experiment.order)
    runs = "run is" if missing == 1 else "runs are"
    more = (
        f" {len(unfinished) - 1} more {'is' if len(unfinished) == 2 else 'are'} not complete."
        if len(unfinished) > 1
        else ""
    )
    left = f"{missing} of {total} {runs} missing"
    return f"{experiment.title}: {left}; go on with it in Experiments.{more}"
