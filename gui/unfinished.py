"""Reminds of comparisons and sweeps that were begun and are not complete."""

from __future__ import annotations

from core.session import Session


def unfinished_words(session: Session) -> str:
    """The latest of them in a line, and how many more there are; empty for none."""
    found = session.experiments.unfinished()
    if not found:
        return ""
    one, missing = found[-1]
    total = len(one.order)
    runs = "run is" if missing == 1 else "runs are"
    more = (
        f" {len(found) - 1} more {'is' if len(found) == 2 else 'are'} not complete."
        if len(found) > 1
        else ""
    )
    return f"{one.title}: {missing} of {total} {runs} missing; go on with it in Experiments.{more}"
