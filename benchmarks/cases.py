"""What is trained in benchmarks: every workload, tuned, with its variants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.lazy import tf


@dataclass(frozen=True)
class Case:
    """A workload under a preset.

    Attributes:
        workload: Its id.
        preset: Id of the preset.
        assignments: Knobs that differ from the preset's, as ``stage.knob=value``.
        native: Whether nothing in the pipeline holds Python's global lock.
        about: What sets it apart, in a word or two.
        data: Makes what the workload does not make itself in a folder; gives more assignments.
    """

    workload: str
    preset: str
    assignments: tuple[str, ...] = ()
    native: bool = True
    about: str = ""
    data: Callable[[Path], tuple[str, ...]] | None = None

    @property
    def name(self) -> str:
        """``augmented (textbook_2, python)``."""
        return f"{self.workload} ({', '.join(part for part in (self.preset, self.about) if part)})"


def image_folder(folder: Path, classes: int = 4, images: int = 100, size: int = 96) -> tuple[str]:
    """Write random JPEG images, sorted by class, and give the assignment that names them."""
    rng = np.random.default_rng(0)
    for label in range(classes):
        place = folder / f"class {label}"
        place.mkdir(parents=True)
        for number in range(images):
            # Smooth as photographs are: noise alone would be slow to decode beyond reason.
            coarse = rng.integers(0, 256, (1, 8, 8, 3)).astype(np.float32)
            image = tf.cast(tf.image.resize(coarse, [size, size], method="bicubic"), tf.int32)
            image = tf.cast(tf.clip_by_value(image, 0, 255), tf.uint8)[0]
            tf.io.write_file(str(place / f"{number:03d}.jpg"), tf.io.encode_jpeg(image))
    return (f"source.folder={folder}",)


CASES: tuple[Case, ...] = (
    Case("in_memory", "textbook_1"),
    Case("augmented", "textbook_2", about="tensorflow"),
    Case("augmented", "textbook_2", ("map.implementation=python",), native=False, about="python"),
    Case("npz_shards", "textbook_3", ("source.reader=native",), about="native"),
    Case("npz_shards", "textbook_3", ("source.reader=numpy",), native=False, about="numpy"),
    Case("jpeg_tfrecord", "tuned"),
    Case("image_folder", "tuned", about="generated images", data=image_folder),
)
