"""Draining: nothing is skipped, passes are told apart, and what fills is waited for."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from core.diagnosis.measures.drain import Drained, drain, rate_and_cores
from core.diagnosis.measures.shortened import Shortening
from core.diagnosis.measures.take_elements import in_batches
from core.lazy import tf

pytestmark = pytest.mark.e2e


def never() -> bool:
    return False


def counted(drained: Drained, elements: int) -> bool:
    """Whether each pass that came to its end has so many elements, and each other some of them."""
    passes = [(one.all_elements, one.complete) for one in drained.passes]
    return bool(passes) and all(
        count == elements if complete else 0 < count < elements for count, complete in passes
    )


def test_every_element_is_made_and_passes_are_counted() -> None:
    made: list[int] = []

    def note(x: object) -> object:
        made.append(1)
        return x

    data = tf.data.Dataset.range(10).map(lambda x: tf.numpy_function(note, [x], tf.int64))
    drained = drain(data, 0.0, never, passes=2)
    assert drained.elements_per_pass == 10
    assert sum(one.all_elements for one in drained.passes if one.complete) >= 20
    assert len(made) >= sum(one.all_elements for one in drained.passes)


def test_elements_of_a_call_that_stalled_are_counted_and_not_timed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.diagnosis.measures.drain._Drain._stalled", lambda self, *call: True)
    drained = drain(tf.data.Dataset.range(10), 0.0, never, passes=1)
    assert drained.elements_per_pass == 10
    assert drained.passes[0].elements == 0


def test_a_rate_is_elements_over_time_and_says_whether_a_core_was_busy() -> None:
    def wait(x: object) -> object:
        time.sleep(0.01)
        return x

    data = tf.data.Dataset.range(1000).map(lambda x: tf.numpy_function(wait, [x], tf.int64))
    found = rate_and_cores(drain(data, 0.3, never).passes)
    assert found is not None
    # It cannot be faster than its waits.
    assert 0.0 < found[0] <= 100.0
    assert found[1] < 0.9


def test_small_elements_are_drained_in_batches_and_counted_one_by_one() -> None:
    drained = drain(tf.data.Dataset.range(200_000), 0.1, never)
    assert drained.elements_per_pass in (None, 200_000)
    assert drained.element_bytes == 8
    assert sum(one.all_elements for one in drained.passes) > 64


@pytest.mark.parametrize(
    ("make", "size"),
    [
        (lambda x: x, 8.0),
        (lambda x: tf.strings.as_string(x % 10), 1.0),
        (lambda x: tf.ones([5 + x % 2]), 20.0),
    ],
)
def test_elements_of_text_or_of_unequal_length_are_drained_in_batches_too(
    make: object, size: float
) -> None:
    data = tf.data.Dataset.range(2000).map(make)
    assert in_batches(data, 64).cardinality() == 32
    drained = drain(data, 0.3, never)
    assert counted(drained, 2000)
    assert size <= drained.element_bytes <= 1.2 * size


def test_the_bytes_of_unequal_elements_are_not_those_of_the_first() -> None:
    data = tf.data.Dataset.range(2000).map(lambda x: tf.ones([tf.where(x == 0, 100_000, 10)]))
    assert drain(data, 0.3, never).element_bytes < 200_000


@pytest.mark.parametrize(
    "make",
    [
        lambda x: tf.RaggedTensor.from_tensor([[x]]),
        lambda x: {"a": tf.sparse.from_dense([x, 0]), "b": x},
        lambda x: tf.numpy_function(lambda value: value, [x], tf.int64),
        lambda x: (tf.data.Dataset.range(x), x),
    ],
)
def test_elements_that_cannot_be_stacked_are_drained_several_at_a_time(make: object) -> None:
    data = tf.data.Dataset.range(2000).map(make)
    assert in_batches(data, 64).cardinality() == 32
    assert counted(drain(data, 0.3, never), 2000)


def test_elements_that_hold_nothing_are_drained_singly() -> None:
    data = tf.data.Dataset.range(200).map(lambda x: {"a": None, "b": x})
    assert in_batches(data, 64) is None
    assert counted(drain(data, 0.1, never), 200)


def test_no_element_is_padded_to_the_length_of_the_longest() -> None:
    data = tf.data.Dataset.range(128).map(lambda x: tf.zeros([tf.where(x == 1, 500, 5)]))
    parts = [tf.nest.flatten(each)[0] for each in in_batches(data, 64)]
    lengths = [0 if isinstance(part, tf.Tensor) else len(part) for part in parts]
    assert lengths == [64, 64]


@pytest.mark.parametrize(
    ("make", "size"),
    [
        (lambda: tf.data.Dataset.from_tensors(tf.zeros([3, 4])), 48.0),
        (lambda: tf.data.Dataset.from_tensors("abcd"), 4.0),
        (lambda: tf.data.Dataset.from_tensors({"a": tf.zeros([2]), "b": 1}), 12.0),
        (lambda: tf.data.Dataset.from_tensors(tf.ragged.constant([[1, 2], [3]])), None),
    ],
)  # fmt: skip
def test_elements_of_any_kind_are_drained(make: object, size: float | None) -> None:
    drained = drain(make(), 0.05, never)  # type: ignore[operator]
    assert rate_and_cores(drained.passes) is not None
    if size is not None:
        assert drained.element_bytes == size


def test_nothing_comes_of_an_empty_dataset() -> None:
    drained = drain(tf.data.Dataset.range(0), 0.1, never)
    assert drained.passes == ()
    assert rate_and_cores(drained.passes) is None


def test_what_takes_too_long_to_begin_is_given_up() -> None:
    def wait(x: object) -> object:
        time.sleep(0.02)
        return x

    slow = tf.data.Dataset.range(5000).map(lambda x: tf.numpy_function(wait, [x], tf.int64))
    drained = drain(slow.shuffle(5000), 0.1, never, longest_s=0.3)
    assert rate_and_cores(drained.passes) is None


def test_an_error_of_the_pipeline_is_raised() -> None:
    broken = tf.data.Dataset.range(4).map(
        lambda x: tf.debugging.check_numerics(1.0 / tf.cast(x - x, tf.float32), "no")
    )
    with pytest.raises(tf.errors.InvalidArgumentError):
        drain(broken, 0.1, never)


def test_a_sample_in_a_cache_is_there_before_anything_is_measured(tmp_path: Path) -> None:
    made: list[int] = []

    def make(x: int) -> int:
        made.append(int(x))
        return x

    with Shortening(cached=5).building(tmp_path):
        data = tf.data.Dataset.range(100)
        data = data.map(lambda x: tf.numpy_function(make, [x], tf.int64)).cache()
    assert sorted(made) == [0, 1, 2, 3, 4]
    assert [int(x) for x in data.take(7)] == [0, 1, 2, 3, 4, 0, 1]
    assert len(made) == 5
