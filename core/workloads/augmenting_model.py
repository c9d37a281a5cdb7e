"""The augmentation of ``augmented`` as a layer of its model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.workloads.models import make_model

if TYPE_CHECKING:
    import keras
    import tensorflow as tf
else:
    from core.lazy import keras, tf


def make_augmenting_model(classes: int, size: int) -> keras.Model:
    """The model of ``make_model`` behind a layer that augments its images."""
    plain = make_model(classes, size)
    layers = [keras.Input((size, size, 3)), make_augmentation(), *plain.layers]
    model = keras.Sequential(layers)
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model


def make_augmentation() -> keras.layers.Layer:
    """A layer that changes brightness and zooms at random, each image by itself."""

    class BrightnessAndZoom(keras.layers.Layer):
        """Augments in training only, in 32 bits also under mixed precision."""

        def __init__(self) -> None:
            super().__init__(dtype="float32")
            self.lots = keras.random.SeedGenerator()

        def call(self, images: tf.Tensor, training: bool = False) -> tf.Tensor:
            if not training:
                return images
            count, spare = tf.shape(images)[0], images.shape[1] + 1
            deltas = keras.random.uniform((count, 1, 1, 1), -40.0, 40.0, seed=self.lots)
            corners = keras.random.randint((count, 2), 0, spare, seed=self.lots)
            return zoom_by_products(images + deltas, corners)

    return BrightnessAndZoom()


def zoom_by_products(images: tf.Tensor, corners: tf.Tensor) -> tf.Tensor:
    """Enlarge images ten times, cut nine tenths out of each from its corner on, shrink them.

    TensorFlow resizes on the CPU only. Matrix products do the same on an accelerator, and in a
    step that XLA compiles: a row of the matrix says how to mix one line of a large image.
    """
    size = images.shape[1]
    with tf.init_scope(), tf.device("/CPU:0"):
        lines = tf.image.resize(tf.eye(size)[..., None], [10 * size, size], "bicubic")[..., 0]
    rows, columns = (
        tf.gather(lines, corners[:, axis, None] + tf.range(9 * size)) for axis in (0, 1)
    )
    tall = tf.einsum("bri,bijc->brjc", rows, images)
    large = tf.einsum("bsj,brjc->brsc", columns, tall)
    return tf.clip_by_value(tf.nn.avg_pool2d(large, 9, 9, "VALID"), 0.0, 255.0)
