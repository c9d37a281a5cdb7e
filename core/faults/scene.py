"""What is known of the run in which something was raised: its files, its stages, its shapes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from core.faults.raised import Raised
from core.model.settings import Settings
from core.model.stage import Stage
from core.pipeline.files_read import FilesRead, files_at_hand, files_read
from core.pipeline.recorded import Recorded
from core.workloads.own_errors import OwnError
from core.workloads.workload import Workload

LOOKED_FOR_S = 10.0
"""So long a damaged file is looked for at most."""

_FUSED = {"MapAndBatch": ("Map", "ParallelMapV2"), "ParallelMapV2": ("Map",)}
"""Names of nodes that TensorFlow's rewrites put in the place of others."""


@dataclass
class Scene:
    """What a run knows; all of it may be missing, where it failed early or never was one.

    Attributes:
        workload: What is run.
        settings: A value for every knob.
        data_folder: Folder of generated data; None where there is none.
        scratch: The run's folder for what its pipeline writes; None before there is one.
        cancelled: Asked often while files are looked through.
        note: Told what is being done, for the progress line.
        dataset: The ``tf.data.Dataset`` of batches, once it was built.
        model: The ``keras.Model``, once it was made.
    """

    workload: Workload | None = None
    settings: Settings | None = None
    data_folder: Path | None = None
    scratch: Path | None = None
    cancelled: Callable[[], bool] = field(default=lambda: False)
    note: Callable[[str], None] = field(default=lambda text: None)
    dataset: Any = None
    model: Any = None

    def theirs(self, error: BaseException) -> OwnError | None:
        """What was raised, if it was in someone's own code: told by their line."""
        return self.workload.their_error(error) if self.workload is not None else None

    @cached_property
    def read(self) -> FilesRead:
        """Files that the pipeline reads, as far as they can be found."""
        if self.dataset is None:
            return FilesRead()
        try:
            return files_read(self.dataset)
        except Exception:
            # It looks into what TensorFlow keeps to itself: a message without a file is better
            # than none at all.
            return FilesRead()

    def files(self, raised: Raised) -> tuple[Path, ...]:
        """Files that may be at fault: those in the frames of the exception, then all others."""
        at_hand = files_at_hand(raised.error) if not raised.is_of_tensorflow else ()
        return tuple(dict.fromkeys((*at_hand, *self.read.files)))

    def until(self) -> Callable[[], bool]:
        """Says when to stop looking: after some seconds, or once the person wants to stop."""
        self.note("looking for the damaged file")
        end_s = time.monotonic() + LOOKED_FOR_S
        return lambda: time.monotonic() > end_s or self.cancelled()

    def is_generated(self, file: Path) -> bool:
        """Whether a file is one that this application makes, and so makes anew."""
        folder = self.data_folder
        return folder is not None and file.is_relative_to(folder.absolute())

    def again(self, file: Path) -> str:
        """What to do about a file that is damaged."""
        if self.is_generated(file):
            return "Run again: generated data are checked before each run, and this file made anew."
        return "Put a sound copy in its place, or leave it out of the data, and run again."

    def stage_of(self, raised: Raised) -> Stage | None:
        """The stage in whose node it was raised, where TensorFlow says which that is."""
        if self.settings is None:
            return None
        stages = [stage for stage in self.settings.stages_in_order() if not stage.of_model]
        if not raised.way:
            return self._by_operation(raised, stages) if raised.in_pipeline else None
        found: Stage | None = None
        for node in raised.way:
            # Both go from the end of the pipeline to its source.
            for index in range(len(stages) - 1, -1, -1):
                names = stages[index].runs_as(self.settings)
                if any(name in names for name in (node, *_FUSED.get(node, ()))):
                    found, stages = stages[index], stages[:index]
                    break
            else:
                found = None
        return found

    def _by_operation(self, raised: Raised, stages: Sequence[Stage]) -> Stage | None:
        """The one stage whose function has the operation, or the only one that has a function."""
        assert self.settings is not None
        applied = [(one, seen) for one in stages if (seen := one.applies(self.settings))]
        found = [one for one, seen in applied if raised.node and raised.node in seen.kinds]
        if len(found) != 1 and not any(seen.kinds for _, seen in applied):
            found = [one for one, _ in applied]
        return found[0] if len(found) == 1 else None

    def generator(self) -> str:
        """The only ``from_generator`` of the pipeline, with its line; else empty."""
        stages = self.settings.stages_in_order() if self.settings is not None else ()
        found = [
            stage
            for stage in stages
            if isinstance(stage, Recorded) and stage.call.method == "from_generator"
        ]
        function = found[0].call.function if len(found) == 1 else None
        if function is None or not function.line:
            return ""
        return f"{function.name} ({Path(function.file).name}, line {function.line})"

    def place(self, raised: Raised) -> str:
        """Where it was raised: ``map decode (train.py, line 12)``; empty where nobody knows."""
        stage = self.stage_of(raised)
        return words_of(stage) if stage is not None else ""


def words_of(stage: Stage) -> str:
    """What a stage is called in a message, with the person's own line where it has one."""
    if not isinstance(stage, Recorded):
        return f"the stage {stage.key}"
    known = [site for site in stage.call.path if site.file]
    own = next((site for site in reversed(known) if not site.library), None)
    where = f" ({Path(own.file).name}, line {own.line})" if own is not None else ""
    return f"{stage.title}{where}"
