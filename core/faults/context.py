"""What is known of the run in which something was raised: its files, its stages, its shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from core.faults.raised import ErrorInfo
from core.faults.suspects import Suspects
from core.faults.words import path
from core.lazy import tf
from core.model.settings import Settings
from core.model.stage import Stage
from core.pipeline.files_read import FilesRead, files_at_hand, files_read
from core.pipeline.methods import written_as
from core.pipeline.recorded_chain.chain import Recorded
from core.user_code.errors import UserCodeError
from core.workloads.workload import Workload


@dataclass
class FailureContext:
    """What a run knows; all of it may be missing, where it failed early or never was one.

    Attributes:
        workload: What is run.
        settings: A value for every knob.
        data_folder: Folder of generated data; None where there is none.
        scratch: The run's folder for what its pipeline writes; None before there is one.
        dataset: The ``tf.data.Dataset`` of batches, once it was built.
        model: The ``keras.Model``, once it was made.
    """

    workload: Workload | None = None
    settings: Settings | None = None
    data_folder: Path | None = None
    scratch: Path | None = None
    dataset: Any = None
    model: Any = None

    def theirs(self, error: BaseException) -> UserCodeError | None:
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

    def suspects(
        self, raised: ErrorInfo, may_be: Callable[[Path], bool] = lambda file: True
    ) -> Suspects:
        """The files of a kind of which one may be at fault; no file is opened.

        Those that the innermost frame of the exception names, else all that the pipeline reads.

        Args:
            raised: What was raised.
            may_be: Says by its path whether a file may be of the kind.
        """
        at_hand = () if raised.is_of_tensorflow else files_at_hand(raised.error, may_be)
        files = at_hand or tuple(filter(may_be, self.read.files))
        known = files[0] if len(files) == 1 else None
        generated = bool(files) and all(map(self.is_generated, files))
        return Suspects(files or self.read.folders, known, generated)

    def is_generated(self, file: Path) -> bool:
        """Whether a file is one that this program makes, and so makes anew."""
        folder = self.data_folder
        return folder is not None and file.is_relative_to(folder.absolute())

    @property
    def takes(self) -> str:
        """What the model was built for: ``(None, 28, 28, 1)``; empty if it takes what comes."""
        try:
            inputs = list(self.model.inputs)
        except (AttributeError, TypeError, ValueError):
            return ""
        shapes = [str(tuple(tensor.shape)) for tensor in inputs]
        if len(inputs) == 1:
            return shapes[0]
        return ", ".join(
            f"{tensor.name}: {shape}" for tensor, shape in zip(inputs, shapes, strict=True)
        )

    @property
    def gives(self) -> str:
        """The inputs of a batch likewise; empty if the dataset is not known."""
        spec = getattr(self.dataset, "element_spec", None)
        return "" if spec is None else spec_words(spec[0] if isinstance(spec, tuple) else spec)

    @property
    def loss(self) -> str:
        """The loss of the model, to follow a sentence: `` (mse)``; empty if it is not known."""
        loss = getattr(self.model, "loss", None)
        if loss is None:
            return ""
        name = loss if isinstance(loss, str) else getattr(loss, "name", type(loss).__name__)
        return f" ({name})" if isinstance(name, str) else ""

    def stage_of(self, raised: ErrorInfo) -> Stage | None:
        """The stage in whose node it was raised, where TensorFlow says which that is."""
        if self.settings is None:
            return None
        stages = [stage for stage in self.settings.stages_in_order() if not stage.of_model]
        if not raised.way:
            return self._by_operation(raised, stages) if raised.in_pipeline else None
        failed: Stage | None = None
        for node in raised.way:
            # Both go from the end of the pipeline to its source.
            for index in range(len(stages) - 1, -1, -1):
                names = stages[index].runs_as(self.settings)
                if any(name in names for name in written_as(node)):
                    failed, stages = stages[index], stages[:index]
                    break
            else:
                failed = None
        return failed

    def _by_operation(self, raised: ErrorInfo, stages: Sequence[Stage]) -> Stage | None:
        """The one stage whose function has the operation, or the only one that has a function."""
        assert self.settings is not None
        applied = [(stage, seen) for stage in stages if (seen := stage.applies(self.settings))]
        candidates = [stage for stage, seen in applied if raised.node and raised.node in seen.kinds]
        if len(candidates) != 1 and not any(seen.kinds for _, seen in applied):
            candidates = [stage for stage, _ in applied]
        return candidates[0] if len(candidates) == 1 else None

    def place(self, raised: ErrorInfo) -> str:
        """Where it was raised: ``map decode (train.py, line 12)``; empty where nobody knows."""
        stage = self.stage_of(raised)
        return words_of(stage) if stage is not None else ""

    def at(self, raised: ErrorInfo) -> str:
        """Where it was raised, to follow what happened: the person's line, else the stage."""
        place = raised.place or self.place(raised)
        file, comma, line = place.rpartition(", line ")
        if raised.place and comma:
            place = f"{path(Path(file).name)}, line {line}"
        return f", in {place}" if place else ""


def spec_words(spec: Any) -> str:
    """The shapes of an element, as a message can hold them."""
    if isinstance(spec, Mapping):
        return ", ".join(f"{name}: {spec_words(part)}" for name, part in spec.items())
    if isinstance(spec, (tuple, list)):
        return ", ".join(spec_words(part) for part in spec)
    shape = getattr(spec, "shape", None)
    if isinstance(spec, tf.TensorSpec) and shape is not None:
        return "an unknown shape" if shape.rank is None else str(tuple(shape))
    return (
        f"{type(spec).__name__.removesuffix('Spec')} {shape if shape is not None else ''}".strip()
    )


def words_of(stage: Stage) -> str:
    """What a stage is called in a message, with the person's own line where it has one."""
    if not isinstance(stage, Recorded):
        return f"the stage {stage.key}"
    known = [site for site in stage.call.path if site.file]
    own = next((site for site in reversed(known) if not site.library), None)
    where = f" ({Path(own.file).name}, line {own.line})" if own is not None else ""
    return f"{stage.title}{where}"
