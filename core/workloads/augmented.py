"""The same arrays, through a map that costs as much as augmentation does in earnest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.model.chain import Chain
from core.model.kinds import OneOf
from core.model.knob import Knob
from core.model.settings import Settings
from core.model.stage import SourceData
from core.pipeline.stages.batch import Batch
from core.pipeline.stages.cache import Cache
from core.pipeline.stages.fit import Fit
from core.pipeline.stages.function import Function
from core.pipeline.stages.map import IN_MODEL
from core.pipeline.stages.options import Options
from core.pipeline.stages.prefetch import Prefetch
from core.pipeline.stages.process import Process
from core.pipeline.stages.repeat import Repeat
from core.pipeline.stages.service import Service
from core.pipeline.stages.shuffle import Shuffle
from core.workloads.augmenting_model import (
    make_augmentation,
    make_augmenting_model,
    zoom_by_products,
)
from core.workloads.in_memory import ArraySource, InMemory
from core.workloads.models import make_model
from core.workloads.seeded_map import SeededMap

if TYPE_CHECKING:
    import tensorflow as tf
else:
    from core.lazy import tf


def augment(example: tuple[tf.Tensor, tf.Tensor], seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Change brightness and zoom at random; the same seed gives the same image."""
    image, label = example
    image = tf.cast(image, tf.float32)
    image = tf.image.stateless_random_brightness(image, max_delta=40.0, seed=[seed, 1])
    spare = image.shape[0] + 1
    corner = tf.random.stateless_uniform([2], [seed, 2], maxval=spare, dtype=tf.int32)
    return zoom(image, corner), label


def zoom(image: tf.Tensor, corner: tf.Tensor) -> tf.Tensor:
    """Enlarge an image ten times, cut out nine tenths from a corner on, shrink it back."""
    size = image.shape[0]
    large = tf.image.resize(image, [10 * size, 10 * size], "bicubic")
    part = tf.image.crop_to_bounding_box(large, corner[0], corner[1], 9 * size, 9 * size)
    return tf.clip_by_value(tf.image.resize(part, [size, size], "area"), 0.0, 255.0)


def augment_batch(
    examples: tuple[tf.Tensor, tf.Tensor], seeds: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """The same as ``augment`` for a whole batch, each image with the lots of its own seed."""
    images, labels = examples
    deltas, corners = draw_lots(seeds[: tf.shape(images)[0]], spare=images.shape[1] + 1)
    images = tf.cast(images, tf.float32) + tf.reshape(deltas, [-1, 1, 1, 1])
    return zoom_batch(images, corners), labels


def draw_lots(seeds: tf.Tensor, spare: int) -> tuple[tf.Tensor, tf.Tensor]:
    """For each seed a change of brightness and a corner, as ``augment`` draws them."""
    deltas, corners = tf.map_fn(
        lambda seed: (
            tf.random.stateless_uniform([], [seed, 1], minval=-40.0, maxval=40.0),
            tf.random.stateless_uniform([2], [seed, 2], maxval=spare, dtype=tf.int32),
        ),
        seeds,
        fn_output_signature=(tf.float32, tf.int32),
    )
    return deltas, corners


def zoom_batch(images: tf.Tensor, corners: tf.Tensor) -> tf.Tensor:
    """The same as ``zoom`` for a whole batch, each image from a corner of its own."""
    size = images.shape[1]
    large = tf.image.resize(images, [10 * size, 10 * size], "bicubic")
    rows, columns = (corners[:, axis, None] + tf.range(9 * size) for axis in (0, 1))
    part = tf.gather(tf.gather(large, rows, axis=1, batch_dims=1), columns, axis=2, batch_dims=1)
    return tf.clip_by_value(tf.image.resize(part, [size, size], "area"), 0.0, 255.0)


def augment_in_python(
    example: tuple[tf.Tensor, tf.Tensor], seed: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """The same as ``augment``, its work done in Python; only the drawing of lots is not."""
    image, label = example
    delta = tf.random.stateless_uniform([], [seed, 1], minval=-40.0, maxval=40.0)
    spare = image.shape[0] + 1
    corner = tf.random.stateless_uniform([2], [seed, 2], maxval=spare, dtype=tf.int32)
    changed = tf.numpy_function(brighten_and_zoom, [image, delta, corner], tf.float32)
    return tf.ensure_shape(changed, image.shape), label


def augment_batch_in_python(
    examples: tuple[tf.Tensor, tf.Tensor], seeds: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """The same as ``augment_batch``, its work done in Python, one image after the other."""
    images, labels = examples
    deltas, corners = draw_lots(seeds[: tf.shape(images)[0]], spare=images.shape[1] + 1)
    changed = tf.numpy_function(brighten_and_zoom_each, [images, deltas, corners], tf.float32)
    return tf.ensure_shape(changed, images.shape), labels


def brighten_and_zoom_each(
    images: np.ndarray, deltas: np.ndarray, corners: np.ndarray
) -> np.ndarray:
    """Change brightness and zoom in NumPy, image by image."""
    each = zip(images, deltas, corners, strict=True)
    return np.stack([brighten_and_zoom(image, delta, corner) for image, delta, corner in each])


def brighten_and_zoom(image: np.ndarray, delta: float, corner: np.ndarray) -> np.ndarray:
    """Change brightness and zoom in NumPy, line by line."""
    size, (top, left) = len(image), corner
    image = image.astype(np.float32) + delta
    tall = enlarge_rows(image.reshape(size, -1)).reshape(-1, size, 3)
    wide = enlarge_rows(tall.swapaxes(0, 1).reshape(size, -1))
    narrow = wide[left : left + 9 * size].reshape(size, 9, -1).mean(axis=1)
    part = narrow.reshape(size, -1, 3)[:, top : top + 9 * size]
    small: np.ndarray = part.reshape(size, size, 9, 3).mean(axis=2).swapaxes(0, 1)
    return np.clip(small, 0, 255, out=small)


def enlarge_rows(rows: np.ndarray) -> np.ndarray:
    """Ten rows for each one, by bicubic interpolation (Keys, a = -0.5)."""
    count = len(rows)
    centre = (np.arange(10 * count) + 0.5) / 10 - 0.5
    first = np.floor(centre).astype(int) - 1
    taps = first[:, None] + np.arange(4)
    far = np.abs(centre[:, None] - taps)
    inner = (1.5 * far - 2.5) * far**2 + 1
    outer = ((-0.5 * far + 2.5) * far - 4) * far + 2
    weights = np.where(far <= 1, inner, outer) * ((taps >= 0) & (taps < count))
    weights = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    padded = np.pad(rows, ((2, 2), (0, 0)))
    large = np.empty((10 * count, rows.shape[1]), np.float32)
    for row in range(10 * count):
        large[row] = weights[row] @ padded[first[row] + 2 : first[row] + 6]
    return large


_IMPLEMENTATION = Knob(
    name="implementation",
    label="implementation",
    help="Whether the augmentation is written with TensorFlow operations or in Python.",
    cannot_help=(
        "In Python, parallel calls cannot help: Python runs one thread at a time (the GIL), "
        "whatever their number."
    ),
    kind=OneOf(("tensorflow", "python")),
    default="tensorflow",
)


def _augmentation(settings: Settings) -> Function:
    if settings["map.implementation"] == "python":
        return Function(augment_in_python, helpers=(enlarge_rows, brighten_and_zoom), python=True)
    return Function(augment, helpers=(zoom,))


def _batch_augmentation(settings: Settings) -> Function:
    if settings["map.implementation"] == "python":
        helpers = (draw_lots, enlarge_rows, brighten_and_zoom, brighten_and_zoom_each)
        return Function(augment_batch_in_python, helpers=helpers, python=True)
    return Function(augment_batch, helpers=(draw_lots, zoom_batch))


@dataclass(frozen=True)
class Augmented(InMemory):
    """The images of ``InMemory``, augmented.

    ``tf.image.stateless_random_brightness`` stands for ``tf.image.random_brightness``: with
    parallel calls the latter gives other images in every run, even from the same seed.
    """

    id: ClassVar[str] = "augmented"
    title: ClassVar[str] = "Augmented images"
    description: ClassVar[str] = (
        "The same images through a map that changes brightness and zooms, about 1 ms of work "
        "each. Shows what parallel calls gain, and why they gain nothing in Python."
    )

    @cached_property
    def chain(self) -> Chain:
        """See the base class."""
        return Chain(
            (
                ArraySource(),
                SeededMap(
                    function=_augmentation,
                    does="random brightness and random zoom",
                    more_knobs=(_IMPLEMENTATION,),
                    batched=_batch_augmentation,
                    in_model=True,
                    may_be_python=True,
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

    def model(self, settings: Settings, data: SourceData) -> Function:
        """See the base class; with a layer that augments where the map leaves that to it."""
        plain = super().model(settings, data)
        if not settings["map.enabled"] or settings["map.place"] != IN_MODEL:
            return plain
        helpers = (make_model, zoom_by_products, make_augmentation)
        return Function(make_augmenting_model, plain.keywords, helpers)

    def source_data(self, data_folder: Path, settings: Settings, scratch: Path) -> SourceData:
        """The folder of ``InMemory``: the data are the same."""
        return SourceData(data_folder / InMemory.id, scratch)
