"""Workloads of a person's own from the plans of their runs, without their code."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from core.model.user_code import CodeKind, Trained, UserCode
from core.user_code.function_file import UserFunction
from core.user_code.function_workload import UserFunctionWorkload
from core.user_code.script import UserScript
from core.user_code.script_workload import UserScriptWorkload
from core.workloads.catalogue import OPENED, remember
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
        return UserFunctionWorkload(UserFunction(file, code.function), code.opened)
    script = UserScript(file, code.arguments, code.fit)
    return UserScriptWorkload(script, code.opened, code.trained or Trained())


def remember_recorded(codes: Iterable[UserCode | None]) -> None:
    """Make known what plans refer to, unless it is open already."""
    # Plans of the same code share it, so that each is looked at once.
    for code in {id(code): code for code in codes if code is not None}.values():
        workload = recorded_workload(code)
        if workload is not None and workload.id not in OPENED and _has_stages(workload):
            remember(workload)


def _has_stages(found: Workload) -> bool:
    try:
        found.chain.defaults()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return False  # calls that no code makes
    return True
