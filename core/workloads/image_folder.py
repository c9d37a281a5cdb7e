"""A person's own images: a folder with a sub-folder for each class."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from core.file_checks.image import quick_fault
from core.model.chain import Chain
from core.model.errors import InputError
from core.model.kinds import Folder, Whole
from core.model.knob import Knob
from core.model.paths import check_text
from core.model.settings import Settings
from core.model.stage import SourceData, StageCode
from core.model.training_change import TrainingChange
from core.pipeline.stages.batch import Batch
from core.pipeline.stages.cache import Cache
from core.pipeline.stages.fit import Fit
from core.pipeline.stages.function import Function
from core.pipeline.stages.map import Map
from core.pipeline.stages.options import Options
from core.pipeline.stages.prefetch import Prefetch
from core.pipeline.stages.process import Process
from core.pipeline.stages.repeat import Repeat
from core.pipeline.stages.service import Service
from core.pipeline.stages.shuffle import Shuffle
from core.pipeline.stages.source import SourceStage
from core.workloads.image_files import files_by_class, images_by_class, list_images
from core.workloads.models import make_model
from core.workloads.seeded_map import SEED
from core.workloads.workload import Report, Workload

if TYPE_CHECKING:
    import tensorflow as tf
else:
    from core.lazy import tf

_FOLDER = "source.folder"
_LAYOUT = "a folder with one sub-folder for each class, and the .jpg or .png images in those"
_NAMED = 5
_REPORT_EVERY = 20


def load(path: tf.Tensor, label: tf.Tensor, size: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Read an image file, decode it and resize the image."""
    image = tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False)
    image.set_shape([None, None, 3])
    return tf.image.resize(image, [size, size]), label


def _load(settings: Settings) -> Function:
    return Function(load, {"size": settings["map.image_size"]})


@dataclass(frozen=True)
class FolderSource(SourceStage):
    """Elements ``(path, label)`` in mixed order; ``(image, label)`` where the map is off."""

    help: ClassVar[str] = "The images in a folder that has a sub-folder for each class."

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Which folder."""
        return (
            Knob(
                name="folder",
                main=True,
                label="folder",
                help=f"Your own images: {_LAYOUT}.",
                cannot_help="Other images are another training.",
                kind=Folder(),
                default="",
                changes_training=TrainingChange("other images: another training altogether"),
            ),
        )

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class."""
        return ("TensorSlice",) if settings["map.enabled"] else ("TensorSlice", "Map")

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """See the base class."""
        images = list_images(str(data.folder), int(settings[SEED]))
        dataset = tf.data.Dataset.from_tensor_slices(images)
        return dataset if settings["map.enabled"] else dataset.map(_load(settings).bound())

    def with_contents(self, dataset: Any) -> Any:
        """See the base class."""
        return dataset.map(lambda path, label: (tf.io.read_file(path), label))

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """See the base class."""
        listing = Function(list_images, helpers=(files_by_class, images_by_class))
        lines = (
            f"paths, labels = list_images({str(data.folder)!r}, seed={settings[SEED]})",
            "dataset = tf.data.Dataset.from_tensor_slices((paths, labels))",
        )
        imports = listing.imports() | {"import os", "import random"}
        if settings["map.enabled"]:
            return StageCode(lines, listing.sources(), imports)
        function = _load(settings)
        return StageCode(
            (*lines, f"dataset = dataset.map({function.expression()})"),
            (*listing.sources(), *function.sources()),
            imports | function.imports(),
        )


_IMAGE_SIZE = Knob(
    name="image_size",
    label="image size",
    help="Pixels along each side that every image is resized to.",
    cannot_help="Smaller images make the model faster; reading and decoding take just as long.",
    kind=Whole(16, 512, tries=(32, 64, 128, 224)),
    default=64,
    unit="pixels",
    changes_training=TrainingChange("another image size: the model is another too"),
)


@dataclass(frozen=True)
class ImageFolder(Workload):
    """Images that lie in a folder; nothing is generated."""

    id: ClassVar[str] = "image_folder"
    title: ClassVar[str] = "A folder of your images"
    description: ClassVar[str] = (
        "Your own JPEG and PNG images, one sub-folder for each class, read and decoded in the "
        "map. Shows what a pipeline over your data and your disk can gain."
    )

    @cached_property
    def chain(self) -> Chain:
        """See the base class."""
        return Chain(
            (
                FolderSource(),
                Map(
                    function=_load,
                    does="read, decode and resize",
                    more_knobs=(_IMAGE_SIZE,),
                    folds_into_reader=True,
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

    def source_data(self, data_folder: Path, settings: Settings, scratch: Path) -> SourceData:
        """The person's folder; one that does not exist while none was chosen."""
        chosen = str(settings[_FOLDER])
        return SourceData(Path(chosen) if chosen else data_folder / self.id, scratch)

    def check(self, data: SourceData, settings: Settings) -> None:
        """See the base class."""
        if not settings[_FOLDER]:
            raise InputError(
                "No folder of images was chosen",
                expected=_LAYOUT,
                remedy=f"Choose one in the window or give --set {_FOLDER}=DIR.",
            )
        _look_through(data.folder)

    def prepare(self, data: SourceData, settings: Settings, report: Report) -> None:
        """Look at every file's beginning and end; change nothing.

        Raises:
            InputError: There is no usable folder, or some of its files are not sound images.
            Cancelled: From ``report``.
        """
        self.check(data, settings)
        report(0.0, f"looking through {data.folder}")
        files = _look_through(data.folder)
        paths = [path for inside in files.values() for path in inside]
        faulty = []
        for index, path in enumerate(paths):
            if index % _REPORT_EVERY == 0:
                report(index / len(paths), f"checking {len(paths):,} images")
            if wrong := quick_fault(path):
                faulty.append(f"{os.path.relpath(path, data.folder)} ({wrong})")
        if faulty:
            more = len(faulty) - _NAMED
            rest = f" and {more:,} more" if more > 0 else ""
            raise InputError(
                f"{len(faulty):,} of {len(paths):,} files in {data.folder} cannot be trained on: "
                + ", ".join(faulty[:_NAMED])
                + rest,
                expected="nothing but whole JPEG and PNG images in the class folders",
                remedy="Move these files elsewhere or replace them.",
            )

    def count(self, settings: Settings, data: SourceData) -> int | None:
        """See the base class."""
        return sum(map(len, images_by_class(str(data.folder)).values()))

    def example_bytes(self, settings: Settings) -> int | None:
        """An image of three colours as float32, and its label as int32."""
        return 4 * (3 * int(settings["map.image_size"]) ** 2 + 1)

    def model(self, settings: Settings, data: SourceData) -> Function:
        """As many classes as the folder has; two while there is none, so that code can show."""
        classes = len(images_by_class(str(data.folder))) if os.path.isdir(data.folder) else 0
        return Function(
            make_model, {"classes": max(2, classes), "size": settings["map.image_size"]}
        )


def _look_through(folder: Path) -> dict[str, list[str]]:
    """All files by class, once it is sure that there are two classes with images.

    Raises:
        InputError: There are not, or the folder cannot be read.
    """
    choose = "Choose another folder."
    check_text(folder, "folder")
    # Of a name that no folder can have, os says no; pathlib would raise.
    if not os.path.exists(folder):
        raise InputError(f"There is no folder {folder}", expected=_LAYOUT, remedy=choose)
    if not os.path.isdir(folder):
        raise InputError(f"{folder} is a file", expected=_LAYOUT, remedy=choose)
    closed = next((place for place in _folders(folder) if not _is_open(place)), None)
    if closed is not None:
        raise InputError(
            f"The folder {closed} cannot be read",
            expected="that you may read all folders in it",
            remedy="Ask for permission to read it, or choose another folder.",
        )
    files = files_by_class(str(folder))
    if not files:
        raise InputError(
            f"There are no sub-folders in {folder}",
            expected=_LAYOUT,
            remedy="Make one sub-folder for each class and move its images there.",
        )
    classes = images_by_class(str(folder))
    if not classes:
        raise InputError(
            f"There are no images in the {len(files)} sub-folders of {folder}",
            expected=_LAYOUT,
            remedy="Put .jpg, .jpeg or .png files there; other kinds are not read.",
        )
    if len(classes) < 2:
        raise InputError(
            f"Only one sub-folder of {folder} has images: {next(iter(classes))}",
            expected="at least two classes, since a model learns to tell them apart",
            remedy="Add a sub-folder with images of another class.",
        )
    return files


def _folders(folder: Path) -> list[str]:
    folders = [str(folder)]
    for place, inner, _ in os.walk(folder):
        folders += [os.path.join(place, name) for name in inner]
    return folders


def _is_open(folder: str) -> bool:
    return os.access(folder, os.R_OK | os.X_OK)
