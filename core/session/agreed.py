"""No run executes code that nobody has agreed to on this machine."""

from __future__ import annotations

from core.model.errors import ExplorerError, InputError
from core.model.plan import RunPlan
from core.model.workload_name import short_name
from core.session.trust import Trust
from core.workloads.catalogue import workload


def check_agreed(trust: Trust, plan: RunPlan) -> None:
    """Look at the files whose code a run would execute.

    Raises:
        ExplorerError: Nobody agreed to one of them.
    """
    try:
        wanted = workload(plan.workload).to_agree()
    except InputError:
        return  # the run itself says that there is none
    for file, stamp in wanted:
        if not trust.trusts(stamp):
            raise ExplorerError(
                f"A run would execute {file}, which nobody has agreed to on this machine",
                expected="a file that was opened here since it was last changed, a script with the "
                "same arguments",
                remedy=f"Open it first: {short_name(plan.workload)} is known from a recording.",
            )
