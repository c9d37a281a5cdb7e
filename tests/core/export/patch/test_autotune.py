"""AUTOTUNE is written as the file has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.export.patch.reading import code, patched

CASES = {
    "tf was imported": ("import tensorflow as tf", "tf.data.AUTOTUNE"),
    "under its own name": ("import tensorflow", "tensorflow.data.AUTOTUNE"),
    "under another name": ("import tensorflow as flow", "flow.data.AUTOTUNE"),
    "an older interface": ("import tensorflow.compat.v1 as tf1", "tf1.data.AUTOTUNE"),
    "only its data module": ("from tensorflow import data as tfd", "tfd.AUTOTUNE"),
    "by name": ("from tensorflow.data import AUTOTUNE", "AUTOTUNE"),
    "by another name": ("from tensorflow.data import AUTOTUNE as A", "A"),
    "a constant": ("import tensorflow as tf\nAUTO = tf.data.AUTOTUNE", "AUTO"),
    "a constant of the older name": (
        "import tensorflow as tf\nAUTOTUNE = tf.data.experimental.AUTOTUNE",
        "AUTOTUNE",
    ),
    "a constant of its value": ("AUTOTUNE = -1", "AUTOTUNE"),
    "the older name elsewhere": (
        "import tensorflow as tf\nother = x.prefetch2(tf.data.experimental.AUTOTUNE)",
        "tf.data.experimental.AUTOTUNE",
    ),
    "imported as one of two": (
        "try:\n    import tensorflow as tf\nexcept ImportError:\n    tf = None",
        "-1",
    ),
    "a constant under a condition": (
        "import tensorflow as tf\nif fast:\n    AUTO = tf.data.AUTOTUNE",
        "tf.data.AUTOTUNE",
    ),
    "a constant that is given another value later": (
        "import tensorflow as tf\nAUTO = tf.data.AUTOTUNE\nAUTO = 2",
        "tf.data.AUTOTUNE",
    ),
    "a constant of a class": (
        "import tensorflow as tf\nclass Config:\n    AUTO = tf.data.AUTOTUNE",
        "tf.data.AUTOTUNE",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_autotune_is_written_as_the_file_has_it(name: str, tmp_path: Path) -> None:
    head, written = CASES[name]
    text = f"{head}\n\ndef make(ds):\n    return ds.map(parse)\n"
    new, found = patched(tmp_path, text, {"map.num_parallel_calls": "autotune"})
    comment = "  # -1 is tf.data.AUTOTUNE" if written == "-1" else ""
    assert (
        new.splitlines()[-1] == f"    return ds.map(parse, num_parallel_calls={written}){comment}"
    )
    assert bool(found.notes) == (written == "-1")


def test_an_import_in_the_function_is_used_in_it(tmp_path: Path) -> None:
    text = code(
        """
        def make(ds):
            import tensorflow as tf

            AUTO = tf.data.AUTOTUNE
            return ds.map(parse).map(lambda x: inner.map(x))

        def other(ds):
            return ds.batch(2)
        """
    )
    new, _ = patched(
        tmp_path,
        text,
        {
            "map[1].num_parallel_calls": "autotune",
            "map[2].num_parallel_calls": "autotune",
            "batch.num_parallel_calls": "autotune",
        },
    )
    assert "ds.map(parse, num_parallel_calls=AUTO)" in new
    assert "inner.map(x, num_parallel_calls=AUTO)" in new
    assert "ds.batch(2, num_parallel_calls=-1)  # -1 is tf.data.AUTOTUNE" in new


def test_a_name_is_not_used_before_it_is_given_a_value(tmp_path: Path) -> None:
    text = "import tensorflow as tf\nds = ds.map(parse)\nAUTO = tf.data.AUTOTUNE\n"
    new, _ = patched(tmp_path, text, {"map.num_parallel_calls": "autotune"})
    assert "ds.map(parse, num_parallel_calls=tf.data.AUTOTUNE)" in new


def test_a_name_that_means_something_else_in_the_function_is_not_used(tmp_path: Path) -> None:
    text = "import tensorflow as tf\ndef make(ds, tf):\n    return ds.map(parse)\n"
    new, found = patched(tmp_path, text, {"map.num_parallel_calls": "autotune"})
    assert "num_parallel_calls=-1)  # -1 is tf.data.AUTOTUNE" in new
    assert found.notes == (
        "AUTOTUNE is written as -1, its value, in line 3 of data.py: the file does not import "
        "TensorFlow there.",
    )


def test_where_there_is_no_room_for_a_comment_the_notes_say_what_it_is(tmp_path: Path) -> None:
    text = "ds = ds.map(parse)  # mine\n"
    new, found = patched(tmp_path, text, {"map.num_parallel_calls": "autotune"})
    assert new == "ds = ds.map(parse, num_parallel_calls=-1)  # mine\n"
    assert len(found.notes) == 1


def test_an_added_prefetch_has_it_too(tmp_path: Path) -> None:
    text = "import tensorflow as tf\nAUTO = tf.data.AUTOTUNE\nds = (\n    ds\n    .batch(3)\n)\n"
    new, _ = patched(tmp_path, text, {"prefetch[added].buffer_size": "autotune"})
    assert new.endswith("    .batch(3)\n    .prefetch(AUTO)\n)\n")
