"""The pictures of ``augmented`` through ``keras.utils.PyDataset``."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from core.lazy import keras, tf
from core.model.chain import Chain
from core.model.kinds import Value
from core.model.knob import Knob
from core.model.recorded_call import FunctionSeen
from core.model.settings import Settings
from core.model.stage import SourceData, StageCode
from core.pipeline.stages.batch import Batch
from core.pipeline.stages.fit import ALL, STEPS_PER_EPOCH, Fit
from core.pipeline.stages.function import Function
from core.pipeline.stages.process import Process
from core.pipeline.stages.source import SourceStage
from core.pipeline.workers.py_dataset import KIND, PY_DATASET_KNOBS, URL, as_dataset, for_fit
from core.pipeline.workers.py_dataset_workers import ended_workers
from core.workloads.augmented import brighten_and_zoom, enlarge_rows
from core.workloads.in_memory import ARRAYS, InMemory

_BATCH_SIZE = next(knob for knob in Batch().knobs if knob.name == "batch_size")


def make_pictures(
    images: np.ndarray,
    labels: np.ndarray,
    batch_size: int,
    seed: int,
    endless: bool,
    workers: int,
    use_multiprocessing: bool,
    max_queue_size: int,
) -> keras.utils.PyDataset:
    """Batches of augmented pictures; the random numbers of each follow from its place and epoch."""
    count = -(-len(images) // batch_size)
    how = (workers, use_multiprocessing, max_queue_size)

    class Pictures(keras.utils.PyDataset):
        def __init__(self) -> None:
            super().__init__(*how)
            self.arrays = images, labels
            self.epoch = 0

        @property
        def num_batches(self) -> int | None:
            return None if endless else count

        def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
            passes, index = divmod(index, count)
            places = range(len(images))[index * batch_size : (index + 1) * batch_size]
            seeds = ((seed, self.epoch + passes, place) for place in places)
            changed = [change(images[drawn[-1]], np.random.default_rng(drawn)) for drawn in seeds]
            return np.stack(changed), labels[places.start : places.stop]

        def on_epoch_end(self) -> None:
            # Keras calls it before the first epoch too. Without an end, the index counts them.
            self.epoch += not endless

        def __reduce__(self) -> tuple[object, ...]:
            # A process that is not a copy of this one makes it anew.
            given = (images, labels, batch_size, seed, endless, *how)
            return make_pictures, given, {"epoch": self.epoch}

    return Pictures()


def change(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Change brightness and zoom at random."""
    corner = rng.integers(0, len(image) + 1, 2)
    return brighten_and_zoom(image, rng.uniform(-40.0, 40.0), corner)


@dataclass(frozen=True)
class PictureSource(SourceStage):
    """A ``PyDataset``: elements are whole batches."""

    kind: ClassVar[str] = KIND
    title: ClassVar[str] = "PyDataset"
    help: ClassVar[str] = (
        "Makes whole batches in Python: takes pictures from an array, changes their brightness and "
        "zooms, about 2 ms of work each."
    )
    url: ClassVar[str] = URL
    executed_as: ClassVar[tuple[str, ...]] = ("FlatMap",)

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """The size of a batch, and who makes it."""
        return (_BATCH_SIZE, *PY_DATASET_KNOBS)

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class."""
        return self.executed_as

    def runs_python(self, settings: Settings) -> bool:
        """See the base class."""
        return True

    def applies(self, settings: Settings) -> FunctionSeen | None:
        """See the base class."""
        return FunctionSeen("__getitem__", python=True, random=True)

    def decides(self, settings: Settings) -> dict[str, Value]:
        """See the base class."""
        return {}

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """See the base class."""
        with np.load(data.folder / ARRAYS, allow_pickle=False) as file:
            return as_dataset(self._make(settings).bound()(file["images"], file["labels"]))

    def with_contents(self, dataset: Any) -> Any:
        """The pictures as they are before they are changed."""
        return tf.data.Dataset.from_tensor_slices(for_fit(dataset).arrays)

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """See the base class."""
        make = self._make(settings)
        call = make.call_expression().replace("(", "(*arrays, ", 1)
        return StageCode(
            (
                f"with np.load({str(data.folder / ARRAYS)!r}) as file:\n"
                '    arrays = file["images"], file["labels"]',
                f"dataset = {call}",
            ),
            make.sources(),
            make.imports() | {"import numpy as np"},
        )

    def _make(self, settings: Settings) -> Function:
        names = (_BATCH_SIZE.name, *(knob.name for knob in PY_DATASET_KNOBS))
        keywords = {name: settings[self.id(name)] for name in names}
        keywords |= {"seed": settings["fit.seed"], "endless": settings[STEPS_PER_EPOCH] != ALL}
        return Function(make_pictures, keywords, (enlarge_rows, brighten_and_zoom, change))


@dataclass(frozen=True)
class PicturesInPython(InMemory):
    """The images of ``InMemory``, augmented in Python by a ``PyDataset``."""

    id: ClassVar[str] = "pydataset"
    title: ClassVar[str] = "Augmented images, keras.utils.PyDataset"
    description: ClassVar[str] = (
        "The same images, augmented in Python by a PyDataset: Keras makes batches on threads or in "
        "processes. Shows what its workers gain beside tf.data."
    )

    @cached_property
    def chain(self) -> Chain:
        """See the base class."""
        return Chain((PictureSource(), Process(), Fit()))

    def source_data(self, data_folder: Path, settings: Settings, scratch: Path) -> SourceData:
        """The folder of ``InMemory``: the data are the same."""
        return SourceData(data_folder / InMemory.id, scratch)

    def running(self) -> AbstractContextManager[None]:
        """No worker outlives the run."""
        return ended_workers()

    def batches_in_pass(self, settings: Settings, data: SourceData, dataset: Any) -> int | None:
        """See the base class."""
        return math.ceil(self.examples / int(settings[f"{KIND}.{_BATCH_SIZE.name}"]))
