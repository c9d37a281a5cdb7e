"""Where a workload that was opened from a file comes from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.model.errors import InputError
from core.workloads.catalogue import workload
from core.workloads.own_code import OwnCode
from core.workloads.workload import Workload
from gui.own.to_open import ToOpen


@dataclass(frozen=True)
class OwnSource:
    """Of one workload.

    Attributes:
        wanted: What opens it again.
        file: The file.
        stamp: SHA-256 of its content when it was opened.
        stamps: Of all files of the person's that it was made from.
    """

    wanted: ToOpen
    file: Path
    stamp: str
    stamps: dict[Path, str]


def own_source(of: Workload | str) -> OwnSource | None:
    """Where a workload comes from; None for a built-in one.

    Args:
        of: The workload or its id.
    """
    try:
        found = workload(of) if isinstance(of, str) else of
    except InputError:
        return None
    if not isinstance(found, OwnCode):
        return None
    file, stamp = found.of.file, found.opened.stamp
    others = {Path(name): one for name, one in found.opened.others}
    return OwnSource(ToOpen(f"{file}:{found.of.name}"), file, stamp, {file: stamp, **others})
