"""Patches that have worker processes call a person's Python functions, tried by executing them."""

from __future__ import annotations

import ast
from pathlib import Path

from core.export.user_code_patch import user_code_patch
from core.model.stage import SourceData
from core.user_code.function_workload import open_function
from tests.own.conftest import Write, delivered
from tests.worker_processes import loky_at_an_end

PATCHED = '''"""Two maps that call Python, one of them through another function."""
import numpy as np

SCALE = 3


def work(x):
    return np.float32(SCALE * x)


def call(x):
    return tf.ensure_shape(tf.numpy_function(work, [x], tf.float32), [])


def scaled(x):
    return call(x), x


def half(y):
    return y / 2


def halved(y, x):
    # A comment that stays.
    return tf.numpy_function(func=half, inp=[y], Tout=tf.float32), x


def make_dataset():
    ds = tf.data.Dataset.range(50)
    ds = ds.map(scaled)
    return ds.map(
        halved,
        num_parallel_calls=2,
    ).batch(8)
'''


def test_a_patched_file_does_the_same_without_this_program(write: Write) -> None:
    file = write(PATCHED)
    own = open_function(file)
    plain = delivered(own.build(own.chain.defaults(), SourceData(file.file.parent, Path())))
    keys = [key for key in own.chain.knobs if key.endswith(".processes")]
    chosen = own.chain.defaults().with_values(dict.fromkeys(keys, 2))
    made = user_code_patch(own, chosen)
    assert made.not_done == ()
    (changed,) = made.files
    assert changed.new.count("def in_processes(") == 1
    assert changed.new.count("num_parallel_calls=48, use_unbounded_threadpool=True") == 1
    assert "# A comment that stays." in changed.new
    helper = changed.new[changed.new.index("def in_processes(") : changed.new.index("SCALE = ")]
    assert len(helper.strip().splitlines()) <= 15
    file.file.write_bytes(changed.new_bytes)
    again = open_function(file)
    with loky_at_an_end():
        dataset = again.build(again.chain.defaults(), SourceData(file.file.parent, Path()))
        assert delivered(dataset) == plain


def test_a_helper_that_is_there_already_is_not_put_in_again(write: Write) -> None:
    file = write(PATCHED)
    for number in (0, 1):
        own = open_function(file)
        key = [key for key in own.chain.knobs if key.endswith(".processes")][number]
        made = user_code_patch(own, own.chain.defaults().with_values({key: 2}))
        assert made.not_done == ()
        (changed,) = made.files
        # The person's formatter has been over it.
        file.file.write_text(ast.unparse(ast.parse(changed.new)))
    assert file.file.read_text().count("def in_processes(") == 1


GENERATED = """
def load(name):
    return f"{name}.png".encode()

def pairs(names):
    for place, name in enumerate(names):
        # What one item takes.
        text = load(name)
        yield text, place

def short():
    for name in "ab", "cd", "ef": yield load(name)

def make_dataset():
    signature = (tf.TensorSpec((), tf.string), tf.TensorSpec((), tf.int64))
    names = ["a", "b", "c"]
    data = tf.data.Dataset.from_generator(pairs, args=(names,), output_signature=signature)
    other = tf.data.Dataset.from_generator(short, output_signature=tf.TensorSpec((), tf.string))
    return tf.data.Dataset.zip((data, other)).batch(2)
"""


def test_a_patched_generator_gives_the_same_without_this_program(write: Write) -> None:
    file = write(GENERATED)
    own = open_function(file)
    plain = delivered(own.build(own.chain.defaults(), SourceData(file.file.parent, Path())))
    keys = [key for key in own.chain.knobs if key.endswith(".processes")]
    assert len(keys) == 2
    made = user_code_patch(own, own.chain.defaults().with_values(dict.fromkeys(keys, 2)))
    assert made.not_done == ()
    (changed,) = made.files
    helper = changed.new[changed.new.index("def items_in") : changed.new.index("def load(")]
    assert len(helper.strip().splitlines()) <= 15
    assert changed.new.count("def items_in_processes(") == 1
    assert (
        "    def item(value_):\n"
        "        # What one item takes.\n"
        "        place, name = value_\n"
        "        text = load(name)\n"
        "        return text, place\n"
        "    yield from items_in_processes(item, enumerate(names), 2)\n"
    ) in changed.new
    file.file.write_bytes(changed.new_bytes)
    again = open_function(file)
    with loky_at_an_end():
        dataset = again.build(again.chain.defaults(), SourceData(file.file.parent, Path()))
        assert delivered(dataset) == plain


def test_a_patch_says_where_it_finds_no_call_of_python(write: Write) -> None:
    own = open_function(
        write(
            "class Reader:\n"
            "    def __call__(self, x):\n"
            "        return x\n"
            "    def read(self, x):\n"
            "        return getattr(tf, 'numpy_function')(self, [x], tf.int64)\n"
            "def make_dataset():\n"
            "    return tf.data.Dataset.range(9).map(Reader().read)\n"
        )
    )
    made = user_code_patch(own, own.chain.defaults().with_values({"map.processes": 2}))
    assert any("no call of tf.numpy_function is found in read" in text for text in made.not_done)


def test_what_fails_for_one_example_loses_no_other_and_an_interrupt_reaches_all(
    write: Write,
) -> None:
    # The calls of a chunk wait for one answer; Ctrl+C reaches worker processes too.
    file = write(
        "class Fails:\n"
        "    def __call__(self, x):\n"
        "        if x in (7, 9):\n"
        "            raise KeyboardInterrupt if x == 9 else ValueError\n"
        "        return x\n"
        "def call(x):\n"
        "    return tf.numpy_function(Fails(), [x], tf.int64)\n"
        "def make_dataset():\n"
        "    return tf.data.Dataset.range(40).map(call).ignore_errors()\n"
    )
    own = open_function(file)
    (key,) = (key for key in own.chain.knobs if key.endswith(".processes"))
    (changed,) = user_code_patch(own, own.chain.defaults().with_values({key: 2})).files
    file.file.write_bytes(changed.new_bytes)
    again = open_function(file)
    with loky_at_an_end():
        dataset = again.build(again.chain.defaults(), SourceData(file.file.parent, Path()))
        numbers = [int(number) for number in dataset]
    assert numbers == [number for number in range(40) if number not in (7, 9)]


NAMESAKES = """
def in_processes(work):
    return work

def resize(x):
    return tf.numpy_function(abs, [x], tf.int64)

class Image:
    def resize(self, x):
        return tf.numpy_function(abs, [x], tf.int64)

def augment(x):
    image = tf.image.resize(tf.ones([4, 4, 1]), [2, 2])
    return tf.numpy_function(in_processes(abs), [x], tf.int64), image

def make_dataset():
    return tf.data.Dataset.range(9).map(augment)
"""


def test_names_that_a_file_shares_with_tensorflow_and_the_helper_are_told_apart(
    write: Write,
) -> None:
    own = open_function(write(NAMESAKES))
    chosen = own.chain.defaults().with_values({"map.processes": 2})
    made = user_code_patch(own, chosen)
    assert any("needs the names in_processes" in text for text in made.not_done)
    own = open_function(write(NAMESAKES.replace("in_processes", "plainly")))
    (changed,) = user_code_patch(own, chosen).files
    assert "tf.numpy_function(in_processes(plainly(abs), 2)" in changed.new
    assert changed.new.count("tf.numpy_function(abs") == 2
