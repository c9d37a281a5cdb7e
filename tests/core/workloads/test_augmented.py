from __future__ import annotations

import numpy as np
import pytest

from core.lazy import tf
from core.workloads.augmented import augment, augment_batch, augment_in_python
from tests.core.workloads.conftest import BY_ID, Bench, same, unbatched

PYTHON = "map.implementation=python"


@pytest.mark.parametrize("seed", [0, 7, 4_294_967_295])
def test_both_implementations_make_the_same_image_from_the_same_seed(seed: int) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (32, 32, 3)).astype(np.uint8)
    example = tf.constant(image), tf.constant(3, tf.int64)
    number = tf.constant(seed, tf.int64)
    native, label = augment(example, number)
    python, _ = augment_in_python(example, number)
    assert int(label) == 3
    # TensorFlow takes its bicubic weights from a table with 1,024 steps.
    assert np.abs(native.numpy() - python.numpy()).max() < 0.1
    assert np.abs(native.numpy() - image).max() > 5


def test_both_implementations_make_the_same_epoch(bench: Bench) -> None:
    native, python = bench.elements("augmented"), bench.elements("augmented", PYTHON)
    for (image, label), (other, other_label) in zip(native, python, strict=True):
        assert label == other_label
        assert np.abs(image - other).max() < 0.1


@pytest.mark.parametrize("change", ["map.num_parallel_calls=2", PYTHON])
def test_each_epoch_draws_anew_and_a_new_run_draws_the_same_again(
    bench: Bench, change: str
) -> None:
    dataset = bench.dataset("augmented", change)
    first, second = unbatched(dataset), unbatched(dataset)
    assert not same(first, second)
    again = bench.dataset("augmented", change)
    assert same(unbatched(again), first)
    assert same(unbatched(again), second)


@pytest.mark.parametrize("implementation", ["tensorflow", "python"])
def test_in_whole_batches_each_image_is_what_it_is_by_itself(
    bench: Bench, implementation: str
) -> None:
    changes = (f"map.implementation={implementation}", "batch.batch_size=12")
    alone = bench.dataset("augmented", *changes)
    batched = bench.dataset("augmented", *changes, "map.vectorized=on")
    for _ in range(2):  # the second epoch draws anew, and the same again
        assert same(unbatched(alone), unbatched(batched))


def test_in_whole_batches_no_two_images_share_their_luck() -> None:
    image = np.random.default_rng(0).integers(0, 256, (16, 16, 3)).astype(np.uint8)
    alike = tf.constant(np.stack([image] * 6)), tf.zeros(6, tf.int64)
    images, _ = augment_batch(alike, tf.range(6, dtype=tf.int64))
    assert len(np.unique(images.numpy().reshape(6, -1), axis=0)) == 6


def test_in_whole_batches_behind_a_shuffle_all_images_are_there_once(bench: Bench) -> None:
    changes = ("map.vectorized=on", "shuffle.buffer_size=40")
    dataset = bench.dataset("augmented", *changes)
    stored = bench.elements("in_memory")
    assert sorted(label for _, label in unbatched(dataset)) == sorted(label for _, label in stored)


def test_repeating_within_one_iterator_draws_anew_too(bench: Bench) -> None:
    dataset = bench.dataset("augmented", "fit.steps_per_epoch=5")
    elements = unbatched(dataset.take(10))
    assert len(elements) == 80
    assert not same(elements[:40], elements[40:])


@pytest.mark.parametrize(("position", "fresh"), [("before_map", True), ("after_map", False)])
def test_a_cache_before_the_map_keeps_images_and_not_their_luck(
    bench: Bench, position: str, fresh: bool
) -> None:
    dataset = bench.dataset("augmented", "cache.where=memory", f"cache.position={position}")
    first, second = unbatched(dataset), unbatched(dataset)
    assert same(first, second) is not fresh


def test_without_the_map_the_images_come_as_they_are_stored(bench: Bench) -> None:
    stored = bench.elements("in_memory")
    assert same(bench.elements("augmented", "map.enabled=off"), stored)


def test_the_data_are_those_of_in_memory(bench: Bench) -> None:
    settings = bench.settings("augmented")
    place = BY_ID["augmented"].source_data(bench.folder, settings, bench.folder)
    assert place.folder == bench.folder / "in_memory"


def test_the_help_says_that_parallel_calls_do_not_help_python() -> None:
    knob = BY_ID["augmented"].chain.knob("map.implementation")
    assert "GIL" in knob.cannot_help
