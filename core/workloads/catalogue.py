"""All workloads, by name."""

from __future__ import annotations

import difflib

from core.model.errors import InputError
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
"""Files of people's own that were opened in this process, by their ids, which contain a colon."""


def workload(name: str) -> Workload:
    """The workload with this id.

    Raises:
        InputError: There is none; names the closest and all others.
    """
    if name in OPENED:
        return OPENED[name]
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
