"""All workloads, by name."""

from __future__ import annotations

import difflib

from core.model.errors import InputError
from core.text.workload_name import workload_name
from core.workloads.augmented import Augmented
from core.workloads.image_folder import ImageFolder
from core.workloads.in_memory import InMemory
from core.workloads.jpeg_tfrecord import JpegTFRecord
from core.workloads.npz_shards import NpzShards
from core.workloads.workload import Workload

WORKLOADS: tuple[Workload, ...] = (
    InMemory(),
    Augmented(),
    NpzShards(),
    JpegTFRecord(),
    ImageFolder(),
)


OPENED: dict[str, Workload] = {}
"""People's own code that was opened in this process or is recorded, by ids with a colon in them."""


def remember(own: Workload) -> Workload:
    """Make someone's own workload known by its id; runs nothing."""
    OPENED[own.id] = own
    return own


def is_own(name: str) -> bool:
    """Whether a text names someone's own code: an id of it, or what opens it."""
    return ":" in name or name.endswith(".py")


def workload(name: str) -> Workload:
    """The workload with this id.

    Raises:
        InputError: There is none; names the closest and all others.
    """
    if name in OPENED:
        return OPENED[name]
    if is_own(name):
        raise InputError(
            f"{workload_name(name)} is someone's own code that is not open",
            remedy="Open its file: what it says now is then run and shown.",
        )
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    for one in WORKLOADS:
        if one.id == plain:
            return one
    ids = [one.id for one in WORKLOADS]
    close = difflib.get_close_matches(plain, ids, n=1)
    raise InputError(
        f"There is no workload {name!r}",
        expected="one of " + ", ".join(ids),
        remedy=f"Did you mean {close[0]}?" if close else "",
    )
