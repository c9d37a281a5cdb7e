"""What else was measured of the settings of a run: a trace, cut rates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.analysis.stages.ceilings import ceiling_key
from core.model.diagnosis import Answer
from core.model.plan import PROCESS
from core.model.run import Run
from core.session.session import Session


def traced_run(session: Session, run: Run) -> Run | None:
    """The run itself where there is a trace of it, else the latest traced one of its settings.

    None where there is none; length, seed and engine do not matter.
    """
    traced = session.traces.run_ids
    return _latest((other for other in session.runs if other.id in traced), run)


def diagnosed(session: Session, run: Run) -> Answer | None:
    """The latest diagnosis with cut rates of the settings of a run; None where there is none."""
    known = (other for other in session.diagnoses if other.answer and other.answer.cut_rates)
    diagnosis = _latest(known, run)
    return None if diagnosis is None else diagnosis.answer


def _latest(runs: Iterable[Run], run: Run) -> Run | None:
    """Itself, else the last of those with the settings of a run."""
    wanted = _key(run)
    alike = [other for other in runs if _key(other) == wanted]
    return max(alike, key=lambda other: (other.id == run.id, other.created), default=None)


def _key(run: Run) -> str:
    return ceiling_key(replace(run.plan, engine=PROCESS))
