"""Other values for arguments, in the many ways in which people write calls."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.core.export.patch.reading import code, patched

CALLS = "map.num_parallel_calls"
CASES: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "a keyword is added behind the last argument": (
        "ds = ds.map(parse)",
        {CALLS: 4},
        "ds = ds.map(parse, num_parallel_calls=4)",
    ),
    "a keyword gets another value": (
        "ds = ds.map(parse, num_parallel_calls=2)",
        {CALLS: 16},
        "ds = ds.map(parse, num_parallel_calls=16)",
    ),
    "a positional argument gets another value": (
        "ds = ds.map(parse, 2, False)",
        {CALLS: 16},
        "ds = ds.map(parse, 16, False)",
    ),
    "a keyword goes": (
        "ds = ds.map(parse, num_parallel_calls=2)",
        {CALLS: "off"},
        "ds = ds.map(parse)",
    ),
    "a keyword in the middle goes": (
        "ds = ds.map(parse, num_parallel_calls=2, deterministic=False)",
        {CALLS: "off"},
        "ds = ds.map(parse, deterministic=False)",
    ),
    "a keyword goes from the front": (
        "ds = ds.map(num_parallel_calls=2, map_func=parse)",
        {CALLS: "off"},
        "ds = ds.map(map_func=parse)",
    ),
    "two keywords go together": (
        "ds = ds.map(parse, num_parallel_calls=2, deterministic=False)",
        {CALLS: "off", "map.deterministic": "default"},
        "ds = ds.map(parse)",
    ),
    "one keyword takes the place of another": (
        "ds = ds.map(parse, deterministic=False)",
        {CALLS: 4, "map.deterministic": "default"},
        "ds = ds.map(parse, num_parallel_calls=4)",
    ),
    "the last positional argument goes": (
        "ds = ds.map(parse, 2)",
        {CALLS: "off"},
        "ds = ds.map(parse)",
    ),
    "a positional argument before others is None": (
        "ds = ds.map(parse, 2, False)",
        {CALLS: "off"},
        "ds = ds.map(parse, None, False)",
    ),
    "a positional argument before a keyword goes": (
        "ds = ds.map(parse, 2, deterministic=False)",
        {CALLS: "off"},
        "ds = ds.map(parse, deterministic=False)",
    ),
    "None gets a value": (
        "ds = ds.map(parse, num_parallel_calls=None)",
        {CALLS: 4},
        "ds = ds.map(parse, num_parallel_calls=4)",
    ),
    "several arguments of one call": (
        "ds = ds.interleave(read, 2)",
        {
            "interleave.cycle_length": 8,
            "interleave.block_length": 16,
            "interleave.num_parallel_calls": 8,
            "interleave.deterministic": "off",
        },
        "ds = ds.interleave(read, 8, block_length=16, num_parallel_calls=8, deterministic=False)",
    ),
    "the last batch is dropped": (
        "ds = ds.batch(32)",
        {"batch.drop_remainder": True},
        "ds = ds.batch(32, drop_remainder=True)",
    ),
    "the last batch is kept": (
        "ds = ds.batch(32, True)",
        {"batch.drop_remainder": False},
        "ds = ds.batch(32, False)",
    ),
    "the size of a batch by keyword, in another order": (
        "ds = ds.batch(drop_remainder=True, batch_size=32)",
        {"batch.batch_size": 64},
        "ds = ds.batch(drop_remainder=True, batch_size=64)",
    ),
    "padded_batch has its flag elsewhere": (
        "ds = ds.padded_batch(32, shapes, values, True)",
        {"padded_batch.drop_remainder": False, "padded_batch.batch_size": 8},
        "ds = ds.padded_batch(8, shapes, values, False)",
    ),
    "a shuffle": (
        "ds = ds.shuffle(1000, seed=3)",
        {"shuffle.buffer_size": 50},
        "ds = ds.shuffle(50, seed=3)",
    ),
    "a reader": (
        "ds = tf.data.TFRecordDataset(files)",
        {"tfrecord.num_parallel_reads": 8},
        "ds = tf.data.TFRecordDataset(files, num_parallel_reads=8)",
    ),
    "a reader's positional argument": (
        "ds = tf.data.TFRecordDataset(files, 'GZIP', None, 8)",
        {"tfrecord.num_parallel_reads": "off"},
        "ds = tf.data.TFRecordDataset(files, 'GZIP', None)",
    ),
    "a reader that was imported by name": (
        "ds = TextLineDataset(files)",
        {"text_lines.num_parallel_reads": 2},
        "ds = TextLineDataset(files, num_parallel_reads=2)",
    ),
    "a value in parentheses": (
        "ds = ds.map(parse, num_parallel_calls=(2))",
        {CALLS: 4},
        "ds = ds.map(parse, num_parallel_calls=4)",
    ),
    "white space around the sign is as in the call's other arguments": (
        "ds = ds.map(map_func = parse)",
        {CALLS: 4},
        "ds = ds.map(map_func = parse, num_parallel_calls = 4)",
    ),
    "a comma behind the last argument": (
        "ds = ds.map(parse,)",
        {CALLS: 4},
        "ds = ds.map(parse, num_parallel_calls=4,)",
    ),
    "a comma behind the last argument stays when that goes": (
        "ds = ds.map(parse, num_parallel_calls=4,)",
        {CALLS: "off"},
        "ds = ds.map(parse,)",
    ),
    "a lambda": (
        "ds = ds.map(lambda x, y=(1, 2): (x, y))",
        {CALLS: 4},
        "ds = ds.map(lambda x, y=(1, 2): (x, y), num_parallel_calls=4)",
    ),
    "a partial": (
        "ds = ds.map(functools.partial(parse, size=3), num_parallel_calls=2)",
        {CALLS: 4},
        "ds = ds.map(functools.partial(parse, size=3), num_parallel_calls=4)",
    ),
    "the unbound method": (
        "ds = tf.data.Dataset.map(ds, parse)",
        {CALLS: 4},
        "ds = tf.data.Dataset.map(ds, parse, num_parallel_calls=4)",
    ),
    "the unbound method with a positional argument": (
        "ds = tf.data.Dataset.map(ds, parse, 2)",
        {CALLS: "off"},
        "ds = tf.data.Dataset.map(ds, parse)",
    ),
    "several calls in a line": (
        "ds = ds.map(one, 2).map(two, 2).map(three, 2)",
        {"map[2].num_parallel_calls": 9},
        "ds = ds.map(one, 2).map(two, 9).map(three, 2)",
    ),
    "letters of several bytes before the call in its line": (
        "größe = 'äöü€𝄞'; ds = ds.map(parse, 2)  # Größe",
        {CALLS: 4},
        "größe = 'äöü€𝄞'; ds = ds.map(parse, 4)  # Größe",
    ),
    "an f-string before the call": (
        'ds = tf.data.Dataset.list_files(f"{root}/{name!r:>10}-*.ü").map(parse)',
        {CALLS: 4},
        'ds = tf.data.Dataset.list_files(f"{root}/{name!r:>10}-*.ü").map(parse, '
        "num_parallel_calls=4)",
    ),
    "a walrus": (
        "if (mapped := ds.map(parse)) is not None: ds = mapped",
        {CALLS: 4},
        "if (mapped := ds.map(parse, num_parallel_calls=4)) is not None: ds = mapped",
    ),
    "a call in a condition": (
        "ds = ds.map(parse) if fast else ds",
        {CALLS: 4},
        "ds = ds.map(parse, num_parallel_calls=4) if fast else ds",
    ),
    "an explicit keyword beside **kwargs": (
        "ds = ds.map(parse, num_parallel_calls=2, **more)",
        {CALLS: 4},
        "ds = ds.map(parse, num_parallel_calls=4, **more)",
    ),
    "an explicit argument before *args": (
        "ds = ds.batch(32, *more)",
        {"batch.batch_size": 64},
        "ds = ds.batch(64, *more)",
    ),
    "tabs": (
        "def make(ds):\n\tds = ds.map(\n\t\tparse,\n\t)\n\treturn ds\n",
        {CALLS: 4},
        "def make(ds):\n\tds = ds.map(\n\t\tparse,\n\t\tnum_parallel_calls=4,\n\t)\n\treturn ds\n",
    ),
    "nested in a lambda of an interleave": (
        "ds = ds.interleave(lambda f: tf.data.TFRecordDataset(f).map(parse, 2), cycle_length=4)",
        {CALLS: 4, "interleave.num_parallel_calls": 2, "tfrecord.num_parallel_reads": 3},
        "ds = ds.interleave(lambda f: tf.data.TFRecordDataset(f, num_parallel_reads=3)"
        ".map(parse, 4), cycle_length=4, num_parallel_calls=2)",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_arguments_change_and_nothing_else_does(name: str, tmp_path: Path) -> None:
    before, changes, after = CASES[name]
    new, found = patched(tmp_path, code(before), changes)
    assert (new, found.not_done) == (code(after), ())
    assert code(before) != new


def test_a_variable_is_replaced_where_it_is_used_and_the_notes_say_so(tmp_path: Path) -> None:
    text = "BATCH = 32\nds = ds.batch(BATCH)\nsteps = 1000 // BATCH\n"
    new, found = patched(tmp_path, text, {"batch.batch_size": 64})
    assert new == "BATCH = 32\nds = ds.batch(64)\nsteps = 1000 // BATCH\n"
    assert found.notes == ("BATCH is no longer used in line 2 of data.py: batch_size is 64 there.",)


def test_a_size_that_is_worked_out_is_told_when_it_goes(tmp_path: Path) -> None:
    text = "ds = ds.map(f, num_parallel_calls=BATCH).map(g, num_parallel_calls=2)\n"
    changes = {"map[1].num_parallel_calls": "off", "map[2].num_parallel_calls": "off"}
    _, found = patched(tmp_path, text, changes)
    assert found.notes == (
        "BATCH is no longer used in line 1 of data.py: num_parallel_calls is not given there.",
    )


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("ds = ds.batch(32)", {"batch.batch_size": 64}),
        ("ds = ds.batch(32, True)", {"batch.drop_remainder": False}),
        ("ds = ds.map(f, None)", {CALLS: 2}),
        ("import tensorflow as tf\nds = ds.map(f, tf.data.AUTOTUNE)", {CALLS: 2}),
        ("AUTO = -1\nds = ds.map(f, num_parallel_calls=AUTO)", {CALLS: "off"}),
    ],
)
def test_a_literal_or_autotune_that_is_replaced_needs_no_note(
    text: str, changes: Mapping[str, object], tmp_path: Path
) -> None:
    _, found = patched(tmp_path, text, changes)
    assert found.files
    assert found.notes == ()


def test_settings_as_in_the_code_give_an_empty_patch(tmp_path: Path) -> None:
    new, found = patched(tmp_path, "ds = ds.map(parse, 2).batch(BATCH).prefetch(AUTO)\n", {})
    assert found.is_empty
    assert found.diff == ""
    assert new.startswith("ds = ds.map(parse, 2)")
