"""Many ``.npz`` files, read in turn or in parallel."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from core.model.chain import Chain
from core.model.errors import ExplorerError
from core.model.kinds import OneOf, Value
from core.model.knob import Knob
from core.model.settings import Settings
from core.model.stage import SourceData, StageCode
from core.pipeline.stages.batch import Batch
from core.pipeline.stages.cache import Cache
from core.pipeline.stages.fit import Fit
from core.pipeline.stages.function import Function
from core.pipeline.stages.interleave import Interleave
from core.pipeline.stages.map import Map
from core.pipeline.stages.options import Options
from core.pipeline.stages.prefetch import Prefetch
from core.pipeline.stages.process import Process
from core.pipeline.stages.repeat import Repeat
from core.pipeline.stages.service import Service
from core.pipeline.stages.shuffle import Shuffle
from core.pipeline.stages.source import SourceStage
from core.workloads.datafiles import Recipe, Tick, ensure
from core.workloads.models import make_model
from core.workloads.npz_layout import StoredArray, stored_arrays
from core.workloads.npz_readers import (
    load_stored,
    load_with_numpy,
    np_load,
    read_stored,
    read_with_numpy,
)
from core.workloads.patterns import labels_for, striped_images
from core.workloads.storage import STORAGE_KNOBS, from_storage, storage_words
from core.workloads.workload import Report, Workload

if TYPE_CHECKING:
    import tensorflow as tf
else:
    from core.lazy import tf

_NAME = "shard-{:03d}.npz"


def stretch(image: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Stretch an image's contrast so that its values run from 0 to 255."""
    image = tf.cast(image, tf.float32)
    image -= tf.reduce_min(image)
    return image * (255.0 / tf.maximum(tf.reduce_max(image), 1.0)), label


def stretch_batch(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The same as ``stretch`` for a whole batch, each image by itself."""
    images = tf.cast(images, tf.float32)
    images -= tf.reduce_min(images, axis=[1, 2, 3], keepdims=True)
    highest = tf.reduce_max(images, axis=[1, 2, 3], keepdims=True)
    return images * (255.0 / tf.maximum(highest, 1.0)), labels


@dataclass(frozen=True)
class ShardSource(SourceStage):
    """Elements: the paths of the files, in order.

    Attributes:
        files: How many there are.
    """

    help: ClassVar[str] = "The paths of many .npz files, each with some of the examples."

    files: int

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """How a file is read, and from what storage."""
        return (_READER, *STORAGE_KNOBS)

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """See the base class."""
        paths = [str(data.folder / _NAME.format(index)) for index in range(self.files)]
        return tf.data.Dataset.from_tensor_slices(paths)

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """See the base class."""
        place = f"os.path.join({str(data.folder)!r}, {_NAME!r}.format(index))"
        return StageCode(
            (
                f"paths = [{place} for index in range({self.files})]",
                "dataset = tf.data.Dataset.from_tensor_slices(paths)",
            ),
            imports=frozenset(("import os",)),
        )

    def decides(self, settings: Settings) -> dict[str, Value]:
        """See the base class."""
        reader = self.id(_READER.name)
        return {reader: settings[reader]}

    def emulation(self, settings: Settings) -> str:
        """See the base class."""
        return storage_words(settings)


_READER = Knob(
    name="reader",
    label="reader",
    help=(
        "Native: TensorFlow operations take the arrays' bytes from the file. "
        "NumPy: np.load reads it, called from the pipeline."
    ),
    cannot_help=(
        "NumPy holds the GIL: parallel reading cannot help it, other than to wait for a slow "
        "storage. Where the files open at once, the reader is seldom what limits."
    ),
    kind=OneOf(("native", "numpy")),
    default="native",
)


@dataclass(frozen=True)
class NpzShards(Workload):
    """Examples mixed over many files, so that each file is a fair sample.

    Attributes:
        files: How many files.
        examples_per_file: How many examples in each.
        classes: How many kinds of image.
        size: Pixels along each side.
    """

    id: ClassVar[str] = "npz_shards"
    title: ClassVar[str] = "Many .npz files"
    description: ClassVar[str] = (
        "100 files as np.savez writes them, 64 images in each. Shows what interleave does, "
        "and, with an emulated storage, when reading in parallel pays and when it overloads a disk."
    )

    files: int = 100
    examples_per_file: int = 64
    classes: int = 10
    size: int = 32

    @cached_property
    def chain(self) -> Chain:
        """See the base class."""
        return Chain(
            (
                ShardSource(files=self.files),
                Interleave(read=self._reader, may_be_python=True),
                Map(
                    function=lambda settings: Function(stretch),
                    does="cast to float and stretch the contrast",
                    batched=lambda settings: Function(stretch_batch),
                ),
                Cache(),
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
        """Make or check the files, and see that the native reader finds its way in each."""
        names = [_NAME.format(index) for index in range(self.files)]
        recipe = Recipe(
            title=self.title,
            version=1,
            parameters={
                "files": self.files,
                "examples_per_file": self.examples_per_file,
                "classes": self.classes,
                "size": self.size,
                "layout": {name: array.at_bytes for name, array in self._layout.items()},
            },
            files={name: partial(self._make, index) for index, name in enumerate(names)},
            size_mb=25,
        )
        ensure(recipe, data.folder, report)
        for name in names:
            with (data.folder / name).open("rb") as file:
                if stored_arrays(file) != self._layout:
                    raise ExplorerError(
                        f"The arrays of {data.folder / name} lie elsewhere than in other files",
                        expected="files made by the NumPy that is installed",
                        remedy=f"Delete {data.folder}; its files are made anew.",
                    )

    def count(self, settings: Settings, data: SourceData) -> int | None:
        """See the base class."""
        return self.files * self.examples_per_file

    def model(self, settings: Settings, data: SourceData) -> Function:
        """See the base class."""
        return Function(make_model, {"classes": self.classes, "size": self.size})

    def _reader(self, settings: Settings) -> Function:
        keywords: dict[str, Any] = {"shape": self._layout["data"].shape}
        if settings["source.reader"] == "numpy":
            read = Function(read_with_numpy, keywords, (np_load, load_with_numpy), python=True)
        else:
            keywords |= {f"{name}_at": array.at_bytes for name, array in self._layout.items()}
            read = Function(read_stored, keywords, (load_stored,))
        return from_storage(read, settings)

    @cached_property
    def _layout(self) -> dict[str, StoredArray]:
        """Where the arrays lie in each file: they all have the same shapes."""
        file = io.BytesIO()
        images = np.zeros((self.examples_per_file, self.size, self.size, 3), np.uint8)
        np.savez(file, data=images, labels=np.zeros(self.examples_per_file, np.int64))
        return stored_arrays(file)

    def _make(self, index: int, path: Path, tick: Tick) -> None:
        rng = np.random.default_rng((2, index))
        labels = labels_for(self.examples_per_file, self.classes, rng)
        images = striped_images(labels, self.size, self.classes, 40.0, rng)
        np.savez(path, data=images, labels=labels)
