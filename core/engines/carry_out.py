"""Carries a plan out in the process that it is in: a run, a part of one, or a diagnosis."""

from __future__ import annotations

from core.engines.protocols import Cancelled, Emit
from core.measure.run_environment import RunEnvironment
from core.model.plan import Part, RunPlan


def carry_out(
    plan: RunPlan,
    emit: Emit,
    cancelled: Cancelled,
    *,
    run_environment: RunEnvironment | None = None,
    began_s: float | None = None,
) -> None:
    """As ``core.engines.protocols`` has it.

    Args:
        plan: What is wanted.
        emit: Takes the events.
        cancelled: Asked often.
        run_environment: How this process finds the workload; None for this program.
        began_s: When it was started, by ``time.perf_counter``; None for now.
    """
    # What both stand on takes time to import: only what is wanted is.
    if plan.part is Part.DIAGNOSIS:
        from core.diagnosis.diagnose import diagnose as carry
    else:
        from core.measure.fit import fit as carry
    carry(plan, emit, cancelled, run_environment=run_environment, began_s=began_s)
