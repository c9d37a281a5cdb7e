"""What a function may do to the process, and that it must come out the same each time."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from core.lazy import keras, tf
from core.model.errors import RunError
from core.model.stage import SourceData
from core.user_code.function_workload import open_function
from core.user_code.observe import observed
from tests.own.conftest import DATASET, Write, build, delivered


@pytest.mark.filterwarnings("ignore:Even though")
def test_a_function_that_changes_what_holds_for_the_process_changes_it_for_itself(
    write: Write, tmp_path: Path
) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "numbers.txt").write_text("1\n2\n")
    text = """
import os, keras
keras.config.set_dtype_policy("mixed_float16")

def make_dataset():
    os.chdir(os.path.join(os.path.dirname(__file__), "inner"))
    tf.config.run_functions_eagerly(True)
    assert keras.config.dtype_policy().name == "mixed_float16"
    return tf.data.TextLineDataset("numbers.txt").batch(2)
"""
    folder, eagerly, precision = os.getcwd(), False, keras.config.dtype_policy().name
    opened = open_function(write(text))
    assert os.getcwd() == folder
    with opened.running():
        # Relative names are looked up when the data are read.
        assert delivered(build(opened)).count == 1
    assert os.getcwd() == folder
    assert keras.config.dtype_policy().name == precision
    assert observed(opened.function).calls == opened.opened.calls
    assert tf.config.functions_run_eagerly() is eagerly


def test_a_function_that_prints_and_sets_seeds_is_like_any_other(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"""
import random
def make_dataset():
    print("noise " * 10_000)
    random.seed(1)
    tf.keras.utils.set_random_seed(2)
    return {DATASET}.shuffle(2)
"""
    random.seed(3)
    opened = open_function(write(text))
    build(opened)
    assert "noise" in capsys.readouterr().out


# -- the same each time ---------------------------------------------------------------------------

FLIPS = """
calls = 0

def make_dataset():
    global calls
    calls += 1
    ds = tf.data.Dataset.range(12)
    if calls % 2:
        ds = ds.map(lambda x: x + 1)
    {more}
    return ds.batch(2)
"""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", "map in line 10 of pipeline.py was not called this time"),
        ("if not calls % 2: ds = ds.shuffle(4)", "shuffle in line 11 of pipeline.py is new"),
        ("if calls % 2: pass\n    ds = ds.prefetch(calls)", "has buffer_size=2, not 1"),
        ("for _ in range(calls): ds = ds.skip(1)", "skip in line 11 of .* was made 2 times, not 1"),
    ],
)
def test_a_chain_that_comes_out_differently_is_reported(write: Write, more: str, said: str) -> None:
    text = FLIPS.format(more=more)
    if more:
        text = text.replace("if calls % 2:\n", "if True:\n")
    opened = open_function(write(text))
    with pytest.raises(RunError, match=said):
        build(opened)


def test_a_dataset_that_is_kept_from_the_first_call_is_reported(write: Write) -> None:
    text = """
import functools
@functools.cache
def source(): return tf.data.Dataset.range(4)
def make_dataset(): return source().batch(2)
"""
    opened = open_function(write(text))
    with pytest.raises(
        RunError, match=r"range in line 5 .* was not called this time; a dataset that was"
    ):
        build(opened)


@pytest.mark.parametrize(
    ("end", "never"),
    [
        ("repeat()", True),
        ("repeat().filter(lambda x: x > 1)", True),
        ("repeat().take(4)", False),
        ("repeat(2)", False),
        ("repeat().shuffle(3).take_while(lambda x: x < 2)", False),
    ],
)
def test_data_that_never_end_want_a_number_of_steps(write: Write, end: str, never: bool) -> None:
    text = f"def make_dataset(): return tf.data.Dataset.range(6).{end}.batch(2)"
    opened = open_function(write(text))
    assert opened.opened.endless is never
    settings = opened.chain.defaults()
    assert settings["fit.steps_per_epoch"] == (100 if never else "all")
    data = SourceData(Path(), Path())
    if never:
        with pytest.raises(RunError, match="never ends"):
            opened.build(settings.with_values({"fit.steps_per_epoch": "all"}), data)
    else:
        longer = settings.with_values({"fit.steps_per_epoch": 50})
        # Keras ends an epoch early: nothing is repeated that the code does not repeat.
        assert opened.build(longer, data).cardinality() != -1
