"""JPEG images in TFRecord files: what reading real images costs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from core.model.chain import Chain
from core.model.kinds import Value
from core.model.knob import Knob
from core.model.settings import Settings
from core.model.stage import SourceData, StageCode
from core.pipeline.stages.batch import Batch
from core.pipeline.stages.cache import Cache
from core.pipeline.stages.fit import Fit
from core.pipeline.stages.function import Function
from core.pipeline.stages.interleave import Interleave
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
from core.workloads.seeded_map import SeededMap, epoch_seeds, seeds_of, zip_line
from core.workloads.storage import STORAGE_KNOBS, from_storage, storage_words
from core.workloads.workload import Report, Workload

if TYPE_CHECKING:
    import tensorflow as tf
else:
    from core.lazy import tf

_NAME = "images-{:02d}.tfrecord"
_RECORDS = 4
"""So many are in 64 kB: 15 kB each."""


def read_records(path: tf.Tensor) -> tf.data.Dataset:
    """The records of one file, as they are."""
    return tf.data.TFRecordDataset(path)


def read_images(path: tf.Tensor, seed: tf.Tensor, size: int) -> tf.data.Dataset:
    """The records of one file, decoded one after the other."""
    return tf.data.TFRecordDataset(path).map(lambda record: decode(record, seed, size))


def decode(record: tf.Tensor, seed: tf.Tensor, size: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Decode an image, resize it and flip every other one at random.

    Which ones follows from the epoch's seed and the image's id: not from its place in line.
    """
    features = tf.io.parse_single_example(
        record,
        {
            "image/encoded": tf.io.FixedLenFeature([], tf.string),
            "image/label": tf.io.FixedLenFeature([], tf.int64),
            "image/id": tf.io.FixedLenFeature([], tf.int64),
        },
    )
    image = tf.io.decode_jpeg(features["image/encoded"], channels=3)
    image = tf.image.resize(image, [size, size])
    image = tf.image.stateless_random_flip_left_right(image, [seed, features["image/id"]])
    return image, features["image/label"]


@dataclass(frozen=True)
class RecordSource(SourceStage):
    """Elements: the paths of the files; with the epoch's seed, where the reader decodes.

    Attributes:
        files: How many there are.
    """

    help: ClassVar[str] = "The paths of TFRecord files with JPEG images."

    files: int

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """From what storage the files are read."""
        return STORAGE_KNOBS

    def decides(self, settings: Settings) -> dict[str, Value]:
        """See the base class."""
        return {}

    def emulation(self, settings: Settings) -> str:
        """See the base class."""
        return storage_words(settings)

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class."""
        return ("TensorSlice",) if settings["map.enabled"] else ("TensorSlice", "Zip")

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """See the base class."""
        paths = [str(data.folder / _NAME.format(index)) for index in range(self.files)]
        dataset = tf.data.Dataset.from_tensor_slices(paths)
        if settings["map.enabled"]:
            return dataset
        return tf.data.Dataset.zip(dataset, seeds_of(epoch_seeds, settings).bound()())

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """See the base class."""
        place = f"os.path.join({str(data.folder)!r}, {_NAME!r}.format(index))"
        lines = (
            f"paths = [{place} for index in range({self.files})]",
            "dataset = tf.data.Dataset.from_tensor_slices(paths)",
        )
        if settings["map.enabled"]:
            return StageCode(lines, imports=frozenset(("import os",)))
        seeds = seeds_of(epoch_seeds, settings)
        return StageCode(
            (*lines, zip_line(epoch_seeds, settings)),
            seeds.sources(),
            seeds.imports() | {"import os"},
        )


@dataclass(frozen=True)
class JpegTFRecord(Workload):
    """Photo-sized pictures, to be decoded and shrunk.

    Attributes:
        files: How many files.
        examples_per_file: How many examples in each.
        classes: How many kinds of image.
        stored_size: Pixels along each side, as stored.
        size: Pixels along each side, as trained on.
    """

    id: ClassVar[str] = "jpeg_tfrecord"
    title: ClassVar[str] = "JPEG images in TFRecord files"
    description: ClassVar[str] = (
        "3,200 JPEG images in 16 files, decoded, resized and flipped in the map: about 1.2 ms "
        "of work each. The everyday pipeline, and the one that gains most from being tuned."
    )

    files: int = 16
    examples_per_file: int = 200
    classes: int = 10
    stored_size: int = 512
    size: int = 64

    @cached_property
    def chain(self) -> Chain:
        """See the base class."""
        return Chain(
            (
                RecordSource(files=self.files),
                Interleave(read=self._reader),
                SeededMap(
                    function=lambda settings: Function(decode, {"size": self.size}),
                    does="parse, decode, resize and flip at random",
                    folds_into_reader=True,
                    seeds=epoch_seeds,
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
        """Make or check the files."""
        recipe = Recipe(
            title=self.title,
            version=1,
            parameters={
                "files": self.files,
                "examples_per_file": self.examples_per_file,
                "classes": self.classes,
                "stored_size": self.stored_size,
            },
            files={_NAME.format(index): partial(self._make, index) for index in range(self.files)},
            size_mb=60,
        )
        ensure(recipe, data.folder, report)

    def count(self, settings: Settings, data: SourceData) -> int | None:
        """See the base class."""
        return self.files * self.examples_per_file

    def model(self, settings: Settings, data: SourceData) -> Function:
        """See the base class."""
        return Function(make_model, {"classes": self.classes, "size": self.size})

    def _reader(self, settings: Settings) -> Function:
        if settings["map.enabled"]:
            return from_storage(Function(read_records), settings, _RECORDS)
        read = Function(read_images, {"size": self.size}, helpers=(decode,))
        return from_storage(read, settings, _RECORDS)

    def _make(self, index: int, path: Path, tick: Tick) -> None:
        rng = np.random.default_rng((3, index))
        labels = labels_for(self.examples_per_file, self.classes, rng)
        small = striped_images(labels, self.stored_size // 8, self.classes, 6.0, rng)
        jpegs = tf.data.Dataset.from_tensor_slices(small).map(
            partial(_enlarged_jpeg, size=self.stored_size), num_parallel_calls=tf.data.AUTOTUNE
        )
        first_id = index * self.examples_per_file
        try:
            with tf.io.TFRecordWriter(str(path)) as writer:
                for number, (jpeg, label) in enumerate(zip(jpegs, labels, strict=True)):
                    tick(number / len(labels))
                    writer.write(_record(jpeg.numpy(), int(label), first_id + number))
        except tf.errors.OpError as error:
            raise OSError(error.message) from error


def _enlarged_jpeg(image: tf.Tensor, size: int) -> tf.Tensor:
    large = tf.clip_by_value(tf.image.resize(image, [size, size], "bicubic"), 0, 255)
    return tf.io.encode_jpeg(tf.cast(large, tf.uint8), quality=75)


def _record(jpeg: bytes, label: int, number: int) -> bytes:
    """One ``tf.train.Example``, the same bytes each time."""
    feature = {
        name: tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))
        for name, value in (("image/label", label), ("image/id", number))
    }
    feature["image/encoded"] = tf.train.Feature(bytes_list=tf.train.BytesList(value=[jpeg]))
    example = tf.train.Example(features=tf.train.Features(feature=feature))
    return bytes(example.SerializeToString(deterministic=True))
