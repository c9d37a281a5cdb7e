"""While a function is watched, and above all afterwards: TensorFlow is as it was."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from core.lazy import tf
from core.model.errors import InputError, RunError
from core.user_code.function_workload import open_function
from core.user_code.observe import observed
from core.user_code.observed.observer import Observer
from tests.own.conftest import Write, of


def everything() -> dict[tuple[str, str], Any]:
    """Every attribute of every class of tf.data that has any, and of strategies."""
    found = {}
    for owner in (
        tf.data.Dataset,
        tf.data.TFRecordDataset,
        tf.data.TextLineDataset,
        tf.data.FixedLengthRecordDataset,
        tf.data.experimental.CsvDataset,
        *tf.distribute.Strategy.__mro__[:-1],
    ):
        found.update({(owner.__qualname__, name): value for name, value in vars(owner).items()})
    found.update({("tf.data", name): getattr(tf.data, name) for name in dir(tf.data)})
    return found


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = everything()
    yield
    after = everything()
    assert before.keys() == after.keys()
    changed = [name for name in before if before[name] is not after[name]]
    assert not changed


def raising(error: str) -> str:
    return f"""
def make_dataset():
    ds = tf.data.Dataset.range(3).map(lambda x: x)
    raise {error}
"""


def test_opening_leaves_every_method_as_it_was() -> None:
    open_function(of("tfrecords_interleave"))
    open_function(of("distributed"))


@pytest.mark.parametrize("error", ["ValueError('no')", "SystemExit(3)"])
def test_an_error_in_the_function_leaves_every_method_as_it_was(write: Write, error: str) -> None:
    with pytest.raises(RunError):
        observed(write(raising(error)))


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "GeneratorExit"])
def test_an_interrupt_leaves_every_method_as_it_was(write: Write, error: str) -> None:
    with pytest.raises((KeyboardInterrupt, GeneratorExit)):
        observed(write(raising(error)))


def test_an_error_in_the_middle_of_a_call_leaves_every_method_as_it_was(write: Write) -> None:
    text = """
def make_dataset():
    return tf.data.Dataset.range(3).interleave(lambda x: tf.data.Dataset.range(x).batch(1 / 0))
"""
    with pytest.raises(RunError, match=r"pipeline\.py, line 4: ZeroDivisionError"):
        observed(write(text))


def test_wrong_arguments_are_told_in_tensorflows_own_words(write: Write) -> None:
    text = "def make_dataset(): return tf.data.Dataset.range(3).batch(size=3)"
    with pytest.raises(RunError, match="unexpected keyword argument 'size'"):
        observed(write(text))


def test_in_a_thread_of_its_own_a_function_is_watched_all_the_same() -> None:
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(open_function(of("method_chain"))))
    thread.start()
    thread.join()
    assert [call.method for call in found[0].opened.calls][:2] == ["range", "map"]


def code_that_calls() -> Any:
    return tf.data.Dataset.range(4).batch(2)


def test_two_that_watch_at_once_each_see_their_own_thread_and_the_last_puts_all_back() -> None:
    entered, go_on = threading.Event(), threading.Event()
    other: list[Observer] = []

    def watch() -> None:
        with Observer(call.__code__) as observer:
            other.append(observer)
            entered.set()
            go_on.wait()
            call()

    def call() -> Any:
        return code_that_calls()

    thread = threading.Thread(target=watch)
    with Observer(call.__code__) as mine:
        thread.start()
        entered.wait()
        made = call()
    # The first to come is gone before the last: the last still sees, and puts all back.
    go_on.set()
    thread.join()
    assert [seen.method for seen in mine.seen.values()] == ["range", "batch"]
    assert [seen.method for seen in other[0].seen.values()] == ["range", "batch"]
    assert mine.made(made) is not None


def test_opening_a_file_from_a_function_that_is_watched_is_no_part_of_it(write: Write) -> None:
    inner = write("def make_dataset(): return tf.data.Dataset.range(2).batch(2)", file="inner.py")

    def outer() -> Any:
        open_function(inner)
        return tf.data.Dataset.range(5).skip(1)

    def call() -> Any:
        return outer()

    with Observer(call.__code__) as observer:
        call()
    assert [seen.method for seen in observer.seen.values()] == ["range", "skip"]


def test_what_other_threads_call_meanwhile_is_not_mixed_in(write: Write) -> None:
    text = """
import threading

def numbers():
    for value in tf.data.Dataset.range(3).map(lambda x: x + 1):
        yield value

def elsewhere():
    tf.data.Dataset.range(9).shuffle(3).batch(2)

def make_dataset():
    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    ds = tf.data.Dataset.from_generator(numbers, output_signature=tf.TensorSpec([], tf.int64))
    assert len(list(ds.take(2))) == 2
    return ds.batch(2)
"""
    found = open_function(write(text)).opened.calls
    assert [call.method for call in found] == ["from_generator", "batch"]


def test_a_dataset_that_was_there_before_is_shown_and_cannot_be_changed(write: Write) -> None:
    text = """
import functools

@functools.cache
def source():
    return tf.data.Dataset.range(8).map(lambda x: x)

source()

def make_dataset():
    return source().cache().batch(2)
"""
    opened = open_function(write(text))
    assert [call.method for call in opened.opened.calls] == ["dataset", "cache", "batch"]
    assert "before the function was called" in opened.chain.stages[0].help


def test_a_dataset_that_was_made_at_the_top_of_the_file_has_no_calls_to_change(
    write: Write,
) -> None:
    text = "ready = tf.data.Dataset.range(8).batch(2)\ndef make_dataset(): return ready\n"
    with pytest.raises(InputError, match=r"without making a tf\.data call"):
        open_function(write(text))


def test_a_loop_whose_calls_differ_in_an_argument_has_no_knob_for_it(write: Write) -> None:
    text = """
def make_dataset():
    ds = tf.data.Dataset.range(64)
    for size in (4, 2):
        ds = ds.batch(size, drop_remainder=True)
    return ds
"""
    opened = open_function(write(text))
    (batch,) = (stage for stage in opened.chain.stages if stage.kind == "batch")
    assert batch.call.count == 2  # type: ignore[attr-defined]
    assert batch.call.arguments["batch_size"] == "each: 4, 2"  # type: ignore[attr-defined]
    assert [knob.name for knob in batch.knobs] == [
        "drop_remainder",
        "num_parallel_calls",
        "deterministic",
    ]


def test_minus_one_is_autotune_only_where_tensorflow_takes_it_so(write: Write) -> None:
    text = """
def make_dataset():
    return tf.data.Dataset.range(3).repeat(-1).take(-1).prefetch(-1)
"""
    repeat, take, prefetch = open_function(write(text)).opened.calls[1:]
    assert repeat.arguments["count"] == -1
    assert take.arguments["count"] == -1
    assert prefetch.arguments["buffer_size"] == "autotune"
