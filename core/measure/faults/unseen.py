"""What is wrong with the data although nothing was raised."""

from __future__ import annotations

import time

from core.measure.faults.damaged import OF_OTHER_KINDS
from core.measure.faults.look_tfrecord import BadRecord, cut_off
from core.measure.faults.scene import Scene
from core.measure.faults.words import full, path
from core.model.errors import ExplorerError, RunError

LOOKED_FOR_S = 1.0
"""So long it is looked for at most, once all is measured."""


def unseen(scene: Scene) -> ExplorerError | None:
    """A TFRecord file that ends within a record, where TensorFlow takes that for its end.

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
        return None
    file_name, bad = found[0]
    more = f" (and {len(found) - 1:,} more files)" if len(found) > 1 else ""
    return RunError(
        f"The run is done, but {path(file_name)} is damaged in {bad.words()}{more}; TensorFlow "
        "takes that for the end of the data and says nothing",
        expected="TFRecord files that end with a whole record",
        remedy="The speed holds; what was trained on may lack examples. Write the file anew.",
        details=full(file_name),
    )
