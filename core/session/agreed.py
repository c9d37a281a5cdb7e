"""No run executes code that nobody has agreed to on this machine."""

from __future__ import annotations

import contextlib
from pathlib import Path

from core.model.errors import ExplorerError, InputError
from core.model.plan import RunPlan
from core.model.workload_name import short_name
from core.session.trust import Trust
from core.workloads.catalogue import workload
from core.workloads.own_declared import declared


def check_agreed(trust: Trust, plan: RunPlan) -> None:
    """Look at the files whose code a run would execute.

    Those of its workload as it is known here, and what its record names: a process of its own
    opens that anew, and in a plan from elsewhere the two need not belong together.

    Raises:
        ExplorerError: Nobody agreed to one of them.
    """
    wanted: set[tuple[Path, str]] = set()
    with contextlib.suppress(InputError):  # the run itself says that there is none
        wanted.update(workload(plan.workload).to_agree())
    with contextlib.suppress(ValueError):  # nothing can be opened by it then
        found = declared(plan.pipeline)
        wanted.add((found.file, found.agreed))
    for file, stamp in sorted(wanted):
        if not trust.trusts(stamp, file):
            raise ExplorerError(
                f"A run would execute {file}, which nobody has agreed to on this machine",
                expected="a file that was opened here since it was last changed, a script with the "
                "same arguments",
                remedy=f"Open it first: {short_name(plan.workload)} is known from a recording.",
            )
