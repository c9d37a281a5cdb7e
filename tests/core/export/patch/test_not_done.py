"""What cannot be edited safely is left as it is, and said."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from core.export.patch import Patch, patch
from core.model.recorded_call import RecordedCall, Site
from tests.core.export.patch.reading import calls_of, chain_of, chain_with, code, patched

CALLS = {"map.num_parallel_calls": 4}


def made(
    file: Path, text: str, changes: Mapping[str, object], *calls: RecordedCall, **more: object
) -> Patch:
    """The patch for calls that were recorded otherwise than the text says by itself."""
    file.write_text(text)
    chain = chain_with(*calls)
    return patch(chain, chain.defaults().with_values(changes), **more)  # type: ignore[arg-type]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data.py"


@pytest.mark.parametrize(
    ("text", "changes", "why"),
    [
        ("ds = ds.map(*a)", CALLS, "num_parallel_calls may come from *args or **kwargs there"),
        ("ds = ds.map(f, **k)", CALLS, "num_parallel_calls may come from *args or **kwargs there"),
        (
            "ds = tf.data.Dataset.prefetch(*a)",
            {"prefetch.buffer_size": "off"},
            "it is not called on a dataset that is written there",
        ),
    ],
)
def test_arguments_that_come_from_elsewhere_stay(
    text: str, changes: Mapping[str, object], why: str, file: Path
) -> None:
    (call,) = calls_of(text, file)
    if call.method == "prefetch":
        call = replace(call, arguments={"buffer_size": 2}, given=("buffer_size",))
    found = made(file, text, changes, call)
    assert found.files == ()
    assert found.not_done == (f"{call.key} in line 1 of data.py: {why}.",)
    assert not found.is_empty


@pytest.mark.parametrize(
    "text",
    [
        "ds = functools.partial(ds.map, num_parallel_calls=2)(parse)",
        "ds = getattr(ds, 'map')(parse)",
        "ds = mapper(parse)",
        "ds = methods['map'](parse)",
        "ds = list(map(ds.map, parsers))",
    ],
)
def test_a_call_by_another_name_stays(text: str, file: Path) -> None:
    call = RecordedCall(
        "map",
        "map",
        (Site(str(file), 1, 5, 1, len(text)),),
        {"map_func": "parse", "num_parallel_calls": 2},
        ("map_func", "num_parallel_calls"),
    )
    found = made(file, text, CALLS, call)
    assert found.files == ()
    assert found.not_done == (
        "map in line 1 of data.py: map is not called by its name there (but through "
        "functools.partial, getattr, another function or another name).",
    )


def test_a_reader_under_another_name_is_known_by_its_import(file: Path) -> None:
    text = "from tensorflow.data import TFRecordDataset as Records\nds = Records(files)\n"
    call = RecordedCall(
        "tfrecord",
        "TFRecordDataset",
        (Site(str(file), 2, 5, 2, 19),),
        {"filenames": "files", "num_parallel_reads": None},
        ("filenames",),
    )
    found = made(file, text, {"tfrecord.num_parallel_reads": 4}, call)
    assert "Records(files, num_parallel_reads=4)" in found.files[0].new
    assert found.not_done == ()


def test_a_reader_that_was_given_as_a_function_stays(file: Path) -> None:
    text = "ds = ds.interleave(tf.data.TFRecordDataset)\n"
    (outer,) = calls_of(text, file)
    inner = RecordedCall(
        "tfrecord",
        "TFRecordDataset",
        outer.path,
        {"filenames": "x", "num_parallel_reads": None},
        ("filenames",),
        inside=outer.key,
    )
    changes = {"tfrecord.num_parallel_reads": 4, "interleave.cycle_length": 2}
    found = made(file, text, changes, outer, inner)
    assert found.files[0].new == "ds = ds.interleave(tf.data.TFRecordDataset, cycle_length=2)\n"
    assert len(found.not_done) == 1
    assert "TFRecordDataset is not called by its name there" in found.not_done[0]


def test_a_call_in_an_installed_package_stays(file: Path) -> None:
    text = "ds = ds.map(parse)\n"
    (call,) = calls_of(text, file)
    call = replace(call, path=(replace(call.site, library=True),))
    found = made(file, text, CALLS, call)
    assert found.files == ()
    assert found.not_done == (
        "map in line 1 of data.py: the call of map stands in an installed package, not in your "
        "code.",
    )


@pytest.mark.parametrize("now", ["x = 1\nds = ds.map(parse)\n", "ds = ds.batch(parse)\n"])
def test_a_file_that_is_another_now_stays(now: str, file: Path) -> None:
    calls = calls_of("ds = ds.map(parse)\n", file)
    found = made(file, now, CALLS, *calls)
    assert found.files == ()
    assert len(found.not_done) == 1


def test_a_file_with_another_stamp_stays(file: Path) -> None:
    text = "ds = ds.map(parse)\n"
    calls = calls_of(text, file)
    same = hashlib.sha256(text.encode()).hexdigest()
    assert made(file, text, CALLS, *calls, stamps={file: same}).not_done == ()
    found = made(file, text, CALLS, *calls, stamps={file: "0" * 64})
    assert found.files == ()
    assert found.not_done == ("map in line 1 of data.py: data.py has changed since it was opened.",)


def test_a_file_that_is_gone_or_no_python_is_said(file: Path) -> None:
    text = "ds = ds.map(parse)\n"
    calls = calls_of(text, file)
    assert "cannot be read as Python" in made(file, "ds = (", CALLS, *calls).not_done[0]
    chain = chain_with(*calls)
    file.unlink()
    found = patch(chain, chain.defaults().with_values(CALLS))
    assert "cannot be read (No such file" in found.not_done[0]


def test_options_are_not_part_of_it_and_it_says_so(tmp_path: Path) -> None:
    _, found = patched(
        tmp_path, "ds = ds.map(f)\n", {"options.rewrites": "as_written", "fit.epochs": 3}
    )
    assert found.files == ()
    assert found.not_done == (
        "options.rewrites: options are not part of the patch; set them in the code with "
        "with_options().",
    )


# -- one call site, several stages ----------------------------------------------------------------


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


# -- only the line is known -----------------------------------------------------------------------


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


# -- a prefetch at the end ------------------------------------------------------------------------


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


def test_what_can_be_done_is_done_beside_what_cannot(tmp_path: Path) -> None:
    text = "ds = ds.map(f, **k)\nds = ds.batch(2)\n"
    _, found = patched(tmp_path, text, {**CALLS, "batch.batch_size": 4, **PREFETCH})
    assert found.files[0].new == "ds = ds.map(f, **k)\nds = ds.batch(4).prefetch(2)\n"
    assert len(found.not_done) == 1


def test_the_chain_alone_is_read(tmp_path: Path) -> None:
    file = tmp_path / "data.py"
    text = "raise SystemExit('never run')\nds = ds.map(parse)\n"
    file.write_text(text)
    chain = chain_of(text, file)
    found = patch(chain, chain.defaults().with_values(CALLS))
    assert found.files[0].new.endswith("ds = ds.map(parse, num_parallel_calls=4)\n")
