"""A prefetch that the last call cannot take stands behind what the function returns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

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
            "The prefetch behind map in line 3 of data.py is not added: the call is made 2 times, "
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
