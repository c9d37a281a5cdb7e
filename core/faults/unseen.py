"""What is wrong with the data although nothing was raised."""

from __future__ import annotations

import time
from pathlib import Path

from core.faults.caches import has_index
from core.faults.damaged import OF_OTHER_KINDS
from core.faults.look_tfrecord import BadRecord, cut_off
from core.faults.scene import Scene
from core.faults.words import full, path
from core.model.errors import ExplorerError, RunError
from core.model.sizes import free_words
from core.pipeline.fit import ALL, STEPS_PER_EPOCH

LOOKED_FOR_S = 1.0
"""So long it is looked for at most, once all is measured."""


def unseen(scene: Scene) -> ExplorerError | None:
    """A TFRecord file that ends within a record, or a cache file that was never completed.

    TensorFlow takes the first for the end of the data, and where the disk is full only when the
    cache is to be completed, Keras takes the error for it.

    Returns:
        What a run that is done is told of beside its figures; None where nothing was found.
    """
    end_s = time.monotonic() + LOOKED_FOR_S

    def over() -> bool:
        return time.monotonic() > end_s or scene.cancelled()

    found: list[tuple[str, BadRecord]] = []
    for file in scene.read.files:
        if over():
            break
        if file.suffix.lower() in OF_OTHER_KINDS:
            continue
        bad = cut_off(file, over)
        if bad is not None:
            found.append((str(file), bad))
    if not found:
        return _never_completed(scene)
    file_name, bad = found[0]
    more = f" (and {len(found) - 1:,} more files)" if len(found) > 1 else ""
    return RunError(
        f"The run is done, but {path(file_name)} is damaged in {bad.words()}{more}; TensorFlow "
        "takes that for the end of the data and says nothing",
        expected="TFRecord files that end with a whole record",
        remedy="The speed holds; what was trained on may lack examples. Write the file anew.",
        details=full(file_name),
    )


def _never_completed(scene: Scene) -> ExplorerError | None:
    """A cache file that is not there after whole passes over the data."""
    if scene.settings is None or scene.settings[STEPS_PER_EPOCH] != ALL:
        return None
    lacking = next((one for one in scene.read.caches if not has_index(one)), None)
    if lacking is None:
        return None
    free = free_words(Path(lacking).parent)
    return RunError(
        f"The run is done, but the cache file {path(lacking)} was never completed, so every epoch "
        f"worked on the data anew{free and f'; {free}'}",
        expected="a whole pass over what is cached, and room for all of it",
        remedy="Free some space, or see whether something behind the cache ends early (take).",
        details=full(lacking),
    )
