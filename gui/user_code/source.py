"""Where a workload that was opened from a file comes from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.model.errors import InputError
from core.model.to_open import ToOpen
from core.workloads.catalogue import workload
from core.workloads.own import Stamps
from core.workloads.own_code import OwnCode
from core.workloads.own_script_code import OwnScriptCode
from core.workloads.own_workload import OwnWorkload
from core.workloads.workload import Workload


@dataclass(frozen=True)
class OwnSource:
    """Of one workload.

    Attributes:
        wanted: What opens it again.
        file: The file.
        stamp: SHA-256 of its content when it was opened.
        agreed: What must be agreed to before it is run (``Workload.to_agree``).
        stamps: Of all files of the person's that it was made from.
    """

    wanted: ToOpen
    file: Path
    stamp: str
    agreed: str
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
    if isinstance(found, OwnScriptCode):
        wanted = ToOpen(str(found.of.file), found.of.arguments, found.of.fit)
        return _source(wanted, found, found.opened.others)
    if isinstance(found, OwnCode):
        return _source(ToOpen(found.argument), found, found.opened.others)
    if isinstance(found, OwnWorkload):
        return _source(ToOpen(found.argument), found, found.others)
    return None


def _source(wanted: ToOpen, found: Workload, others: Stamps) -> OwnSource:
    ((file, stamp),) = found.own_files()
    ((_, agreed),) = found.to_agree()
    return OwnSource(
        wanted, file, stamp, agreed, {file: stamp, **{Path(one): it for one, it in others}}
    )
