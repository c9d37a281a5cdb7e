"""Workloads of a person's own from the plans of their runs, without their code."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from core.model.user_code import CodeKind, Trained, UserCode
from core.workloads.catalogue import OPENED, remember
from core.workloads.own_code import OwnCode
from core.workloads.own_file import OwnFunction
from core.workloads.own_script import OwnScript
from core.workloads.own_script_code import OwnScriptCode
from core.workloads.workload import Workload


def recorded_workload(code: UserCode) -> Workload | None:
    """The workload of recorded code. Runs nothing: what it would run must be agreed to first.

    Returns:
        None for a file that declares a workload: its stages are known to its code alone.
    """
    file = Path(code.file)
    if code.kind is CodeKind.WORKLOAD:
        return None
    if code.kind is CodeKind.FUNCTION:
        return OwnCode(OwnFunction(file, code.function), code.opened)
    script = OwnScript(file, code.arguments, code.fit)
    return OwnScriptCode(script, code.opened, code.trained or Trained())


def remember_recorded(codes: Iterable[UserCode | None]) -> None:
    """Make known what plans refer to, unless it is open already."""
    # Plans of the same code share it, so that each is looked at once.
    for code in {id(code): code for code in codes if code is not None}.values():
        found = recorded_workload(code)
        if found is not None and found.id not in OPENED and _has_stages(found):
            remember(found)


def _has_stages(found: Workload) -> bool:
    try:
        found.chain.defaults()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return False  # calls that no code makes
    return True
