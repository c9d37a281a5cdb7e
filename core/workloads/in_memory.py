"""NumPy arrays that fit in memory: nothing is read, nothing is worked on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from core.lazy import tf
from core.model.chain import Chain
from core.model.settings import Settings
from core.model.stage import SourceData, StageCode
from core.pipeline.stages.batch import Batch
from core.pipeline.stages.cache import Cache
from core.pipeline.stages.fit import Fit
from core.pipeline.stages.function import Function
from core.pipeline.stages.options import Options
from core.pipeline.stages.prefetch import Prefetch
from core.pipeline.stages.process import Process
from core.pipeline.stages.repeat import Repeat
from core.pipeline.stages.service import Service
from core.pipeline.stages.shuffle import Shuffle
from core.pipeline.stages.source import SourceStage
from core.workloads.datafiles import Recipe, Tick, ensure
from core.workloads.models import make_model
from core.workloads.patterns import labels_for, striped_images
from core.workloads.workload import Report, Workload

ARRAYS = "images.npz"


@dataclass(frozen=True)
class ArraySource(SourceStage):
    """Elements ``(image, label)``: uint8 ``(size, size, 3)`` and int64 ``()``."""

    help: ClassVar[str] = "One .npz file of images and labels, loaded into memory as a whole."

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """See the base class."""
        with np.load(data.folder / ARRAYS, allow_pickle=False) as file:
            return tf.data.Dataset.from_tensor_slices((file["images"], file["labels"]))

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """See the base class."""
        return StageCode(
            (
                f"with np.load({str(data.folder / ARRAYS)!r}) as file:\n"
                '    arrays = file["images"], file["labels"]',
                "dataset = tf.data.Dataset.from_tensor_slices(arrays)",
            ),
            imports=frozenset(("import numpy as np",)),
        )


@dataclass(frozen=True)
class InMemory(Workload):
    """Images in one array, labels in another.

    Attributes:
        examples: How many.
        classes: How many kinds of image.
        size: Pixels along each side.
    """

    id: ClassVar[str] = "in_memory"
    title: ClassVar[str] = "NumPy arrays in memory"
    description: ClassVar[str] = (
        "6,000 small images in NumPy arrays and a small convnet. With nothing to read and "
        "nothing to work on, there is little that a pipeline can gain or lose."
    )

    examples: int = 6000
    classes: int = 10
    size: int = 32

    @cached_property
    def chain(self) -> Chain:
        """See the base class."""
        return Chain(
            (
                ArraySource(),
                Cache(beside_map=False),
                Shuffle(),
                Batch(),
                Repeat(),
                Service(),
                Prefetch(),
                Options(),
                Process(),
                Fit(),
            )
        )

    def prepare(self, data: SourceData, settings: Settings, report: Report) -> None:
        """Make or check the one file."""
        recipe = Recipe(
            title=self.title,
            version=1,
            parameters={"examples": self.examples, "classes": self.classes, "size": self.size},
            files={ARRAYS: self._make},
            size_mb=20,
        )
        ensure(recipe, data.folder, report)

    def count(self, settings: Settings, data: SourceData) -> int | None:
        """See the base class."""
        return self.examples

    def model(self, settings: Settings, data: SourceData) -> Function:
        """See the base class."""
        return Function(make_model, {"classes": self.classes, "size": self.size})

    def _make(self, path: Path, tick: Tick) -> None:
        rng = np.random.default_rng(1)
        labels = labels_for(self.examples, self.classes, rng)
        parts = []
        for start in range(0, self.examples, 500):
            tick(start / self.examples)
            some = labels[start : start + 500]
            parts.append(striped_images(some, self.size, self.classes, 40.0, rng))
        np.savez(path, images=np.concatenate(parts), labels=labels)
