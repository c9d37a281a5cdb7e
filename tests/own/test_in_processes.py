"""Python functions of people's own code, called by worker processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.lazy import tf
from core.model.errors import InputError
from core.model.stage import SourceData
from core.pipeline.graph.written_graph import graph_of
from core.process_pool.pools import Pools
from core.user_code.function_workload import UserFunctionWorkload, open_function
from tests.own.conftest import Write, delivered, of

PIPELINE = """
import numpy as np
import random

SCALE = 3
generator = np.random.default_rng(7)

def work(x, shift):
    return np.full([int(x) % 3 + 1], SCALE * x + shift, np.float32)

def augment(x):
    shift = tf.cast(x, tf.float32) / 2
    given = tf.numpy_function(work, [x, shift], tf.float32)
    return tf.reduce_sum(given), x

def scaled():
    return tf.data.Dataset.range(50).map(augment).batch(8)

def in_a_function():
    inner = tf.function(augment)
    return tf.data.Dataset.range(50).map(lambda x: inner(x + 1)).batch(8)

def double(a):
    return a * 2

def triple(a):
    return a * 3

def in_a_condition():
    def either(x):
        if x % 2 == 0:
            return tf.numpy_function(double, [x], tf.int64)
        return tf.numpy_function(triple, [x], tf.int64)
    return tf.data.Dataset.range(50).map(either)

def defined_where_it_is_traced():
    def prepare(x):
        def each(v):
            return triple(v.numpy()) if v > 3 else double(v)
        return tf.py_function(lambda v: each(v), [x], tf.int64)
    return tf.data.Dataset.range(50).map(prepare)

def of_texts():
    def upper(text):
        return text.decode().upper(), len(text)
    names = tf.data.Dataset.from_tensor_slices(["a", "bcd", "ef"] * 7)
    return names.map(lambda x: tf.numpy_function(upper, [x], [tf.string, tf.int64])).batch(4)

def of_batches():
    def mean(batch):
        return batch - batch.mean().astype(np.float32)
    numbers = tf.data.Dataset.range(50).map(lambda x: tf.cast(x, tf.float32)).batch(8)
    return numbers.map(lambda x: tf.numpy_function(mean, [x], tf.float32), num_parallel_calls=2)

def nested():
    def each(x):
        inner = tf.data.Dataset.range(5)
        inner = inner.map(lambda y: tf.numpy_function(work, [y, 0.5], tf.float32))
        return inner.map(tf.reduce_sum)
    return tf.data.Dataset.range(4).interleave(each, cycle_length=2)

class Reader:
    def __init__(self, shift):
        self.shift = shift

    def items(self, start):
        for first in (start, 10):
            for number, name in enumerate(["a", "b", "c"] * 4, first):
                text = name * number
                yield {"number": number + self.shift, "text": text.encode()}

def of_items():
    signature = {"number": tf.TensorSpec((), tf.int64), "text": tf.TensorSpec((), tf.string)}
    reader = Reader(5)
    data = tf.data.Dataset.from_generator(reader.items, args=(3,), output_signature=signature)
    return data.batch(5)

def draws_items():
    def items():
        for number in range(20):
            yield number + np.random.rand()
    return tf.data.Dataset.from_generator(items, output_signature=tf.TensorSpec((), tf.float64))

def draws():
    def noise(x):
        drawn = sum(map(lambda high: generator.uniform(0, high), [1, 2]))
        return x + drawn + np.random.rand() + random.random()
    return tf.data.Dataset.range(40).map(lambda x: tf.numpy_function(noise, [x], tf.float64))
"""


@pytest.fixture
def pools() -> Iterator[Pools]:
    with Pools(seed=3) as pools:
        yield pools


def built(own: UserFunctionWorkload, processes: int | str) -> Any:
    keys = [key for key in own.chain.knobs if key.endswith(".processes")]
    settings = own.chain.defaults().with_values(dict.fromkeys(keys, processes))
    folder = own.function.file.parent
    assert keys
    return own.build(settings, SourceData(folder, folder))


@pytest.mark.parametrize(
    "name",
    [
        "scaled",
        "in_a_function",
        "in_a_condition",
        "defined_where_it_is_traced",
        "of_texts",
        "of_batches",
        "nested",
        "of_items",
    ],
)
def test_elements_and_their_order_are_those_without_processes(
    write: Write, pools: Pools, name: str
) -> None:
    own = open_function(write(PIPELINE, name))
    plain, pooled = built(own, "off"), built(own, 2)
    assert pooled.element_spec == plain.element_spec
    assert int(pooled.cardinality()) == int(plain.cardinality())
    assert delivered(pooled) == delivered(plain)
    assert pools.pids()


@pytest.mark.parametrize("name", ["draws", "draws_items"])
def test_random_numbers_are_the_same_for_any_number_of_processes(write: Write, name: str) -> None:
    own = open_function(write(PIPELINE, name))
    epochs = []
    for processes in (1, 2, 3):
        with Pools(seed=3):
            dataset = built(own, processes)
            epochs.append((delivered(dataset), delivered(dataset)))
    assert epochs[0] == epochs[1] == epochs[2]
    first, second = epochs[0]
    assert first != second


def test_a_worker_loads_tensorflow_only_for_a_function_that_uses_it(
    write: Write, pools: Pools
) -> None:
    own = open_function(
        write(
            "import sys\n"
            "def loaded(x):\n"
            "    return 'tensorflow' in sys.modules\n"
            "def make_dataset():\n"
            "    ds = tf.data.Dataset.range(9)\n"
            "    return ds.map(lambda x: tf.numpy_function(loaded, [x], tf.bool))\n"
        )
    )
    assert not any(built(own, 1).as_numpy_iterator())


def test_a_py_function_is_given_tensors(write: Write, pools: Pools) -> None:
    own = open_function(
        write(
            "def double(x):\n"
            "    assert isinstance(x, tf.Tensor)\n"
            "    return tf.cast(x, tf.float32) * 2\n"
            "def make_dataset():\n"
            "    ds = tf.data.Dataset.range(9)\n"
            "    return ds.map(lambda x: tf.py_function(double, [x], tf.float32))\n"
        )
    )
    assert delivered(built(own, 1)) == delivered(built(own, "off"))


def test_the_graph_says_which_knob_it_is_and_what_runs_then(pools: Pools) -> None:
    own = open_function(of("python_functions"))
    settings = own.chain.defaults()
    node = next(node for node in graph_of(settings).all if node.python)
    (key,) = node.set_processes(2)
    changed = graph_of(settings.with_values({key: 2})).by_key[node.key]
    assert changed.in_processes
    assert not changed.python
    assert changed.parallel
    others = [other for other in graph_of(settings).all if other.key != node.key]
    assert not any(other.set_processes(2) for other in others)


def test_what_cannot_be_sent_is_said_with_the_line(write: Write, pools: Pools) -> None:
    own = open_function(
        write(
            "import threading\n"
            "lock = threading.Lock()\n"
            "def careful(x):\n"
            "    with lock:\n"
            "        return x\n"
            "def make_dataset():\n"
            "    ds = tf.data.Dataset.range(9)\n"
            "    return ds.map(lambda x: tf.numpy_function(careful, [x], tf.int64))\n"
        )
    )
    with pytest.raises(InputError) as caught:
        built(own, 2)
    assert "careful (pipeline.py, line 4) cannot be sent" in caught.value.what
    assert "lock, which is a lock (pipeline.py, line 5)" in caught.value.what


def test_what_the_function_raises_is_told_by_its_line(write: Write, pools: Pools) -> None:
    own = open_function(
        write(
            "def fails(x):\n"
            "    if x == 5:\n"
            "        raise ValueError('a bad element')\n"
            "    return x\n"
            "def make_dataset():\n"
            "    ds = tf.data.Dataset.range(9)\n"
            "    return ds.map(lambda x: tf.numpy_function(fails, [x], tf.int64))\n"
        )
    )
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        delivered(built(own, 2))
    told = own.their_error(caught.value)
    assert told is not None
    assert told.place == f"{own.function.file}, line 4"
    assert told.said == "ValueError: a bad element"
