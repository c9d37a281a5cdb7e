"""The model that the workloads share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras
else:
    from core.lazy import keras


def make_model(classes: int, size: int) -> keras.Model:
    """A small convnet for images of size x size pixels with values from 0 to 255."""
    strides = 2 if size < 64 else 4
    model = keras.Sequential(
        [
            keras.Input((size, size, 3)),
            keras.layers.Rescaling(1 / 127.5, offset=-1),
            keras.layers.Conv2D(8, 3, strides=strides, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(16, 3, strides=2, padding="same", activation="relu"),
            keras.layers.Flatten(),
            # Probabilities in 32 bits, also where mixed precision computes the rest in 16.
            keras.layers.Dense(classes, activation="softmax", dtype="float32"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model
