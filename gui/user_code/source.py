"""Where a workload that was opened from a file comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from core.model.to_open import ToOpen
from core.model.user_code import CodeKind
from core.workloads.workload import Workload


@dataclass(frozen=True)
class UserCodeSource:
    """Of one workload.

    Attributes:
        wanted: What opens it again.
        file: The file.
        stamp: SHA-256 of its content when it was opened.
        agreed: What must be agreed to before it is run (``UserCode.agreed``).
        stamps: Of all files of the person's that it was made from, on this machine.
    """

    wanted: ToOpen
    file: Path
    stamp: str
    agreed: str
    stamps: dict[Path, str]


def own_source(workload: Workload) -> UserCodeSource | None:
    """Where a workload comes from; None for a built-in one."""
    code = workload.code
    if code is None:
        return None
    script = code.kind is CodeKind.SCRIPT
    wanted = ToOpen(code.file, code.arguments, code.fit) if script else ToOpen(workload.argument)
    file, stamp = Path(code.file), code.opened.stamp
    if code.machine:
        return UserCodeSource(replace(wanted, machine=code.machine), file, stamp, code.agreed, {})
    others = {Path(name): other for name, other in code.opened.others}
    return UserCodeSource(wanted, file, stamp, code.agreed, {file: stamp, **others})
