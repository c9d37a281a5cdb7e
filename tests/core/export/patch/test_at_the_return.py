"""A prefetch that the last call cannot take stands behind what the function returns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.export.patch import Patch
from core.model.recorded_call import RecordedCall, Site
from tests.core.export.patch.reading import calls_of, code, made

PREFETCH = {"prefetch[added].buffer_size": 2}
RETURNS = {
    "a name": ("return ds", None, "return ds.prefetch(2)"),
    "a pair": ("return ds, 3", None, "return ds.prefetch(2), 3"),
    "a pair in parentheses": ("return (ds, 3)", None, "return (ds.prefetch(2), 3)"),
    "behind something else": ("return 3, ds", None, "return 3, ds.prefetch(2)"),
    "a dict": (
        "return {'val': a, 'train': ds}",
        None,
        "return {'val': a, 'train': ds.prefetch(2)}",
    ),
    "a condition in a pair": (
        "return ds if ds else None, 3",
        True,
        "return (ds if ds else None).prefetch(2), 3",
    ),
    "other names in a pair": ("return a, b", True, "return a.prefetch(2), b"),
    "other names in what may be no pair": ("return a, b", None, ""),
    "another name": ("return made", False, "return made.prefetch(2)"),
    "a call": ("return finish(ds)", False, "return finish(ds).prefetch(2)"),
    "another name that may be a pair": ("return made", None, ""),
    "a name that is a pair": ("return made", True, ""),
    "either of two": ("if fast:\n        return ds\n    return ds", False, ""),
    "something unpacked": ("return (*both,)", None, ""),
    "a name that is given two values": ("x = ds, 3\n    return x", False, ""),
    "nothing": ("return", None, ""),
}


@pytest.mark.parametrize("name", RETURNS)
def test_a_prefetch_behind_a_call_in_a_loop_goes_to_the_return(name: str, file: Path) -> None:
    last, pair, after = RETURNS[name]
    text = f"def make(ds):\n    for f in (a, b):\n        ds = ds.map(f)\n    {last}\n"
    (call,) = calls_of(text, file)
    found = made(file, text, PREFETCH, replace(call, count=2), pair=pair)
    if after:
        assert found.not_done == ()
        assert found.files[0].new == text.replace(last, after)
    else:
        assert found.files == ()
        assert len(found.not_done) == 1
        assert found.not_done[0].startswith(
            "The prefetch behind map in line 3 of data.py cannot be added: the call is made 2 times"
        )


def test_a_prefetch_behind_a_call_in_a_package_goes_to_the_return(file: Path) -> None:
    text = "def make():\n    train, test = load()\n    return train, test\n"
    own = Site(str(file), 2, 18, 2, 24, "make")
    theirs = Site("/usr/lib/python3/data.py", 7, 4, 7, 20, "load", library=True)
    call = RecordedCall("batch", "batch", (own, theirs), {"batch_size": 3}, ("batch_size",))
    assert made(file, text, PREFETCH, call).files == ()
    found = made(file, text, PREFETCH, call, pair=True)
    assert found.not_done == ()
    assert found.files[0].new == text.replace("return train", "return train.prefetch(2)")


LIBRARY = Site("/usr/lib/python3/utils.py", 304, 4, 304, 40, "make", library=True)
KERAS = "keras.utils.timeseries_dataset_from_array(x, y)"


def by_library(file: Path, text: str, call: str, **more: object) -> Patch:
    """The patch for a batch that a library makes in a call of the text."""
    start = text.index(call)
    line = text[:start].count("\n") + 1
    column = start - (text.rfind("\n", 0, start) + 1)
    own = Site(str(file), line, column, line, column + len(call))
    one = RecordedCall("batch", "batch", (own, LIBRARY), {"batch_size": 3}, ("batch_size",))
    return made(file, text, PREFETCH, one, **more)


@pytest.mark.parametrize(
    ("text", "call", "after"),
    [
        ("train = {0}\nmodel.fit(train, epochs=2)\n", KERAS, f"train = {KERAS}.prefetch(2)"),
        ("train = {0}.take(3)\nmodel.fit(train)\n", KERAS, f"{KERAS}.prefetch(2).take"),
        ("model.fit(x={0})\n", "load(3)", "model.fit(x=load(3).prefetch(2))"),
        ("train = {0}\nmodel.fit(train)\n", "load(3)", "train = load(3).prefetch(2)"),
        ("train, val = {0}\nmodel.fit(train)\n", "load(3)", "model.fit(train.prefetch(2))"),
        (
            "train, val = {0}\nmodel.fit(train, epochs=2)\n",
            "image_dataset_from_directory(d, subset='both')",
            "model.fit(train.prefetch(2), epochs=2)",
        ),
        ("train = {0}\nprint(train)\n", "load(3)", ""),
        ("a, b = {0}\nmodel.fit(a)\nmodel.fit(b)\n", "load(3)", ""),
    ],
)
def test_a_prefetch_of_a_dataset_from_a_library_stands_behind_the_persons_own_call(
    text: str, call: str, after: str, file: Path
) -> None:
    found = by_library(file, text.format(call), call)
    assert bool(found.not_done) is not bool(after)
    assert after in (found.files[0].new if found.files else "")


HELPER = """
def make(n):
    ds = tf.data.Dataset.range(n)
    return ds.batch(4)

def make_dataset():
    train, val = (make(n) for n in (64, 16))
    return train, val
"""


def test_a_helper_that_serves_training_and_validation_is_changed_once_and_said(
    file: Path,
) -> None:
    text = code(HELPER)
    outer = Site(str(file), 6, 4, 6, 44, "make_dataset")
    numbers, batch = (
        replace(one, path=(outer, *one.path), count=2) for one in calls_of(text, file)
    )
    found = made(file, text, PREFETCH, numbers, replace(batch, inputs=("range",)))
    assert found.not_done == ()
    assert found.files[0].new == text.replace("batch(4)", "batch(4).prefetch(2)")
    assert [note for note in found.notes if "make() is called 2 times" in note]


def test_a_loop_in_such_a_helper_leaves_its_return_to_take_the_call(file: Path) -> None:
    text = code(HELPER).replace("return ds.batch(4)", "for _ in x:\n        ds = ds.batch(4)")
    text = text.replace("\n\ndef make_d", "\n    return ds\n\ndef make_d")
    outer = Site(str(file), 8, 4, 8, 44, "make_dataset")
    numbers, batch = (replace(one, path=(outer, *one.path)) for one in calls_of(text, file))
    calls = replace(numbers, count=2), replace(batch, count=4, inputs=("range",))
    found = made(file, text, PREFETCH, *calls)
    assert found.not_done == ()
    assert "    return ds.prefetch(2)\n" in found.files[0].new
    assert [note for note in found.notes if "make() is called for other data too" in note]


@pytest.mark.parametrize("other", ["get = make", "get = partial(make)", "self.get = make"])
def test_a_helper_that_is_called_by_another_name_is_told_of(other: str, file: Path) -> None:
    name = other.partition(" ")[0]
    text = code(HELPER).replace("train, val = (make(n) for n in (64, 16))", f"val = {name}(16)")
    text = f"{other}\n{text}"
    outer = Site(str(file), 8, 4, 8, 20, "make_dataset")
    numbers, batch = (replace(one, path=(outer, *one.path)) for one in calls_of(text, file))
    found = made(file, text, PREFETCH, numbers, replace(batch, inputs=("range",)))
    assert [note for note in found.notes if note.startswith("make() is called in line 7")]


def test_a_return_inside_another_function_is_not_that_of_the_opened_one(file: Path) -> None:
    text = code(
        """
        def make(ds):
            def parse(x):
                return x
            for _ in range(2):
                ds = ds.map(parse)
            return ds
        """
    )
    (call,) = [one for one in calls_of(text, file) if one.method == "map"]
    found = made(file, text, PREFETCH, replace(call, count=2))
    assert found.files[0].new == text.replace("return ds", "return ds.prefetch(2)")
