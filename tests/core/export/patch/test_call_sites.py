"""One call may make several stages, and of some only the line is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.model.recorded_call import RecordedCall, Site
from tests.core.export.patch.reading import calls_of, code, made

CALLS = {"map.num_parallel_calls": 4}


HELPER = code(
    """
    def read(files):
        return tf.data.TFRecordDataset(files).map(parse)

    def make():
        return tf.data.Dataset.zip((read(a), read(b)))

    def evaluate():
        return read(c)
    """
)


def twice(file: Path) -> tuple[RecordedCall, ...]:
    """The calls of the helper, on both ways to it."""
    records, mapped, zipped = calls_of(HELPER, file)
    ways = Site(str(file), 5, 32, 5, 39, "make"), Site(str(file), 5, 41, 5, 48, "make")
    found = [
        replace(call, key=f"{call.key}[{name}]", path=(way, call.site))
        for way, name in zip(ways, "ab", strict=True)
        for call in (records, mapped)
    ]
    return (*found, zipped)


def test_stages_of_one_call_are_to_be_alike(file: Path) -> None:
    found = made(file, HELPER, {"map[a].num_parallel_calls": 4}, *twice(file))
    assert found.files == ()
    assert found.not_done == (
        "map[a] in line 2 of data.py: one call there makes several stages (map[a], map[b]), which "
        "are to be unlike each other.",
    )


def test_stages_of_one_call_that_are_alike_are_one_change(file: Path) -> None:
    changes = {"map[a].num_parallel_calls": 4, "map[b].num_parallel_calls": 4}
    found = made(file, HELPER, changes, *twice(file))
    assert found.not_done == ()
    assert found.files[0].new == HELPER.replace("map(parse)", "map(parse, num_parallel_calls=4)")


def test_a_helper_that_is_called_elsewhere_too_is_told(file: Path) -> None:
    changes = {"map[a].num_parallel_calls": 4, "map[b].num_parallel_calls": 4}
    found = made(file, HELPER, changes, *twice(file))
    assert found.notes == (
        "read() is called in line 8 of data.py too: what it makes there changes as well.",
    )


@pytest.mark.parametrize(
    "other", ["val = Reader(2)\nfit(val())", "fit(self.val())", "fit(Reader(2)())"]
)
def test_an_object_that_is_called_elsewhere_too_is_told(file: Path, other: str) -> None:
    text = (
        code(
            """
        class Reader:
            def __call__(self):
                return tf.data.TFRecordDataset(name).map(parse)

        def make():
            return Reader(1)()

        def other(self):
            self.val = Reader(2)
        """
        )
        + f"{other}\n"
    )
    way = Site(str(file), 6, 11, 6, 22, "make")
    calls = [replace(call, path=(way, call.site)) for call in calls_of(text, file)]
    found = made(file, text, {"map.num_parallel_calls": 4}, *calls)
    line = 9 + len(other.splitlines())
    assert found.notes == (
        f"Reader.__call__() is called in line {line} of data.py too: what it makes there changes "
        "as well.",
    )


NESTED = code(
    """
    def read(name):
        ds = (
            tf.data.TFRecordDataset(name)
            .map(parse)
            .prefetch(1)
        )
        return ds.map(other).map(third)
    """
)


def by_line(file: Path, text: str, method: str, line: int, function: str) -> RecordedCall:
    """A call as it is recorded where TensorFlow rewrote the function around it."""
    call = next(one for one in calls_of(text, file) if one.method == method)
    return replace(call, key=method, path=(Site(str(file), line, function=f"{function}:{method}"),))


def test_a_call_is_found_by_its_statement(file: Path) -> None:
    call = by_line(file, NESTED, "map", 2, "read")
    found = made(file, NESTED, CALLS, call)
    assert found.not_done == ()
    assert found.files[0].new == NESTED.replace(".map(parse)", ".map(parse, num_parallel_calls=4)")


def test_calls_of_one_statement_are_not_told_apart(file: Path) -> None:
    call = by_line(file, NESTED, "map", 7, "read")
    found = made(file, NESTED, CALLS, call)
    assert found.files == ()
    assert found.not_done == (
        "map in line 7 of data.py: only the line is known, and 2 calls of map belong to it.",
    )


def test_a_call_is_found_by_its_lambda(file: Path) -> None:
    text = code(
        """
        ds = ds.map(first).interleave(
            lambda name: tf.data.TFRecordDataset(name)
            .map(parse)
            .prefetch(1),
        )
        """
    )
    call = by_line(file, text, "prefetch", 2, "")
    found = made(file, text, {"prefetch.buffer_size": 3}, call)
    assert found.files[0].new == text.replace("prefetch(1)", "prefetch(3)")
    call = by_line(file, text, "map", 2, "")
    found = made(file, text, CALLS, call)
    assert found.files[0].new == text.replace("map(parse)", "map(parse, num_parallel_calls=4)")


def test_a_line_without_such_a_call_is_said(file: Path) -> None:
    call = by_line(file, NESTED, "prefetch", 7, "read")
    found = made(file, NESTED, {"prefetch.buffer_size": 3}, call)
    assert found.files == ()
    assert "only the line is known, and no call of prefetch is found there" in found.not_done[0]
