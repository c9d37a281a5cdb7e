"""The augmentation as a layer of the model: the same to each image, in training only."""

from __future__ import annotations

import numpy as np
import pytest

from core.lazy import keras, tf
from core.workloads.augmented import zoom_batch
from core.workloads.augmenting_model import (
    make_augmentation,
    make_augmenting_model,
    zoom_by_products,
)
from core.workloads.models import make_model
from tests.core.workloads.conftest import BY_ID, Bench, same

IN_MODEL = "map.place=model"


def some_images(count: int = 6, size: int = 16) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (count, size, size, 3)).astype(np.float32)


@pytest.mark.parametrize("compiled", [False, True])
def test_it_zooms_as_the_map_does(compiled: bool) -> None:
    images, corners = some_images(), np.array([[0, 0], [16, 16], [3, 9], [16, 0], [1, 1], [8, 2]])
    corners = corners.astype(np.int32)
    ours = tf.function(zoom_by_products, jit_compile=compiled)(images, corners).numpy()
    assert np.abs(ours - zoom_batch(tf.constant(images), corners).numpy()).max() < 0.01


def test_each_image_has_its_own_luck_and_another_next_time() -> None:
    keras.utils.set_random_seed(1)
    augment = make_augmentation()
    alike = np.repeat(some_images(1), 6, axis=0)
    first, second = (augment(alike, training=True).numpy() for _ in range(2))
    everything = np.concatenate([first, second]).reshape(12, -1)
    assert len(np.unique(everything, axis=0)) == 12
    assert 1 < np.abs(first - alike).mean() < 80


def test_it_is_left_out_where_the_model_does_not_train() -> None:
    images = some_images()
    assert np.array_equal(make_augmentation()(images, training=False), images)


def test_the_model_behind_it_starts_from_the_same_weights() -> None:
    models = []
    for make in (make_model, make_augmenting_model):
        keras.utils.set_random_seed(3)
        models.append(make(classes=4, size=16))
    for one, other in zip(*(model.get_weights() for model in models), strict=True):
        assert np.array_equal(one, other)


def test_under_mixed_precision_images_are_augmented_in_32_bits() -> None:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        assert make_augmentation()(some_images(), training=True).dtype == tf.float32
    finally:
        keras.config.set_dtype_policy(before)


def test_the_pipeline_then_delivers_the_images_as_they_are_stored(bench: Bench) -> None:
    assert same(bench.elements("augmented", IN_MODEL), bench.elements("in_memory"))


def test_a_map_that_is_off_is_off_in_the_model_too(bench: Bench) -> None:
    def layers(*assignments: str) -> int:
        settings = bench.settings("augmented", *assignments)
        data = bench.data(settings, "augmented")
        return len(BY_ID["augmented"].model(settings, data).bound()().layers)

    assert layers(IN_MODEL) == layers() + 1
    assert layers(IN_MODEL, "map.enabled=off") == layers()
