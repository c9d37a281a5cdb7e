"""Pictures that can be told apart: stripes whose slant, width and colour depend on the class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Labels = NDArray[np.int64]


def labels_for(examples: int, classes: int, rng: np.random.Generator) -> Labels:
    """Labels in random order, each class as often as the next, give or take one.

    Args:
        examples: How many.
        classes: How many different ones.
        rng: Where chance comes from.

    Returns:
        Shape ``(examples,)``.
    """
    return rng.permutation(np.arange(examples, dtype=np.int64) % classes)


def striped_images(
    labels: Labels, size: int, classes: int, noise: float, rng: np.random.Generator
) -> Bytes:
    """One noisy striped picture for each label.

    Phase, contrast and brightness differ from picture to picture, so that a model has to
    learn something; slant, width and colour follow from the class, so that it can.

    Args:
        labels: Shape ``(n,)``.
        size: Pixels along each side.
        classes: How many different labels there are.
        noise: Standard deviation of the noise, in grey levels of 256.
        rng: Where chance comes from.

    Returns:
        Shape ``(n, size, size, 3)``.
    """
    count = len(labels)
    slant = (np.pi * np.arange(classes) / classes)[labels]
    waves = (2.0 + np.arange(classes) % 3)[labels]
    tint = np.random.default_rng(classes).uniform(-1.0, 1.0, (classes, 3))[labels]
    phase, contrast, brightness = (
        rng.uniform(low, high, count) for low, high in ((0, 2 * np.pi), (15, 45), (90, 165))
    )
    x, y = np.meshgrid(*[np.arange(size, dtype=np.float32) / size] * 2)
    along = _column(2 * np.pi * waves * np.cos(slant)) * x
    along += _column(2 * np.pi * waves * np.sin(slant)) * y
    wave = np.sin(along + _column(phase))
    colour = (tint * contrast[:, None]).astype(np.float32)
    images = wave[..., None] * colour[:, None, None, :]
    images += (25 * tint).astype(np.float32)[:, None, None, :]
    images += brightness.astype(np.float32)[:, None, None, None]
    images += noise * rng.standard_normal(images.shape, dtype=np.float32)
    whole: Bytes = np.clip(images, 0, 255, out=images).astype(np.uint8)
    return whole


def _column(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """One value a picture, ready to meet the pixels of each."""
    return values[:, None, None].astype(np.float32)
