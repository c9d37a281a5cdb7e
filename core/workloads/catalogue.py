"""All built-in workloads, by name."""

from __future__ import annotations

import difflib

from core.model.errors import InputError
from core.workloads.augmented import Augmented
from core.workloads.image_folder import ImageFolder
from core.workloads.in_memory import InMemory
from core.workloads.jpeg_tfrecord import JpegTFRecord
from core.workloads.npz_shards import NpzShards
from core.workloads.pydataset import PicturesInPython
from core.workloads.workload import Workload

WORKLOADS: tuple[Workload, ...] = (
    InMemory(),
    Augmented(),
    NpzShards(),
    JpegTFRecord(),
    ImageFolder(),
    PicturesInPython(),
)


def workload(name: str) -> Workload:
    """The built-in workload with this id.

    Raises:
        InputError: There is none; names the closest and all others.
    """
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    by_id = {workload.id: workload for workload in WORKLOADS}
    if plain in by_id:
        return by_id[plain]
    close = difflib.get_close_matches(plain, by_id, n=1)
    raise InputError(
        f"There is no workload {name!r}",
        expected="one of " + ", ".join(by_id),
        remedy=f"Did you mean {close[0]}?" if close else "",
    )
