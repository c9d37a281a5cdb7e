"""What else was measured of the settings of a run: a trace, cut rates."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.stages.ceilings import ceiling_key
from core.model.diagnosis import Answer
from core.model.run import Run
from core.session.session import Session


def traced_run(session: Session, run: Run) -> Run | None:
    """The run itself where there is a trace of it, else the latest traced one of its settings.

    None where there is none; length and seed do not matter.
    """
    return next(
        (other for other in _alike(session.runs, run) if session.traces.file(other.id)), None
    )


def diagnosed(session: Session, run: Run) -> Answer | None:
    """The latest diagnosis with cut rates of the settings of a run; None where there is none."""
    answers = (diagnosis.answer for diagnosis in _alike(session.diagnoses, run))
    return next((answer for answer in answers if answer is not None and answer.cut_rates), None)


def _alike(runs: Sequence[Run], run: Run) -> list[Run]:
    """Those with the settings of a run: itself first, then the latest."""
    key = ceiling_key(run.plan)
    alike = [other for other in reversed(runs) if ceiling_key(other.plan) == key]
    return sorted(alike, key=lambda other: other.id != run.id)
