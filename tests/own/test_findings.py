"""Findings about real code: what is observed is enough for the rules, and TensorFlow agrees."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.analysis.findings import findings
from core.lazy import tf
from core.model.recorded_call import RecordedCall
from core.model.user_code import CodeKind, Opened, UserCode
from core.pipeline.recorded_chain.chain import user_code_chain
from core.records.decode import Decoder
from core.records.encode import encode
from core.records.messages import OpeningMessage
from core.user_code.function_workload import open_function
from core.user_code.user_function import UserFunction

CODE = Path(__file__).with_name("people_write.py")


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for index in range(3):
        (tmp_path / f"{index}.txt").write_text("one\ntwo\n")
    monkeypatch.setenv("PEOPLE_WRITE_FILES", str(tmp_path))


def calls_of(name: str) -> tuple[RecordedCall, ...]:
    return open_function(UserFunction(CODE, name)).opened.calls


def line_of(name: str, text: str) -> int:
    """The line of a text in a function of the file."""
    lines = CODE.read_text().splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith(f"def {name}("))
    return next(i for i, line in enumerate(lines[begin:], begin + 1) if text in line)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tutorial", {"cache_of_batches": ".cache()"}),
        (
            "frozen_luck",
            {"cache_of_random": ".cache()", "random_in_parallel": ".map(augment"},
        ),
        ("keras_layers", {"cache_of_random": ".cache()", "sequential_map": "dataset.map("}),
        (
            "seeded",
            {
                "random_starts_over": "numbers.map",
                "no_prefetch": "numbers.map",
                "sequential_map": "numbers.map",
            },
        ),
        ("validation_leaks", {"skip_behind_shuffle": "examples.skip"}),
        ("in_python", {"generator": "from_generator", "python_in_parallel": "dataset.map(load"}),
        (
            "read_files",
            {
                "reader_without_end": "lambda name",
                "readers_of_one_file": "lambda name",
                "order_is_free": "with_options",
                "no_prefetch": "lines.batch",
            },
        ),
        (
            "by_library",
            {"cache_of_batches": ".cache()", "prefetch_not_last": "make_csv_dataset("},
        ),
        (
            "repeated_by_library",
            {"cache_behind_repeat": ".cache()", "cache_of_order": ".cache()"},
        ),
        ("partial_cache", {"take_behind_cache": ".cache()"}),
        ("autoencoder", {"shuffle_on_both_sides": "zip("}),
        ("sound", {}),
    ],
)
def test_what_people_write_is_found_at_its_line(name: str, expected: dict[str, str]) -> None:
    found = findings(user_code_chain(calls_of(name)).defaults(), cores=2)
    assert {one.key for one in found} - {"shuffle_small"} == set(expected)
    for one in found:
        if one.key in expected:
            assert one.site is not None
            assert Path(one.site.file) == CODE
            assert one.site.line == line_of(name, expected[one.key]), one.key


def test_what_is_kept_of_the_calls_gives_the_same_findings_without_the_code() -> None:
    for name in ("tutorial", "seeded", "read_files"):
        calls = calls_of(name)
        code = UserCode(CodeKind.FUNCTION, "", Opened(calls, "", True, False, ""))
        kept = Decoder(OpeningMessage).decode(encode(OpeningMessage(code=code))).code.opened.calls
        assert kept == calls
        both = [findings(user_code_chain(one).defaults()) for one in (calls, kept)]
        assert both[0] == both[1]


def test_observed_calls_know_how_many_elements_they_deliver() -> None:
    known = {call.method: call.elements for call in calls_of("sound")}
    assert known["from_tensor_slices"] == 600
    assert known["batch"] == 75
    nested = {call.method: call.elements for call in calls_of("read_files") if call.inside}
    assert set(nested.values()) == {None}


# -- TensorFlow does as the findings say -----------------------------------------------------------


def passes(dataset: object, times: int = 2) -> list[list[object]]:
    found = []
    for _ in range(times):
        batches = dataset.as_numpy_iterator()  # type: ignore[attr-defined]
        found.append([np.asarray(tf.nest.flatten(batch)[-1]).tolist() for batch in batches])
    return found


def test_shuffled_batches_behind_a_cache_are_the_same_in_every_epoch() -> None:
    first, second = passes(_dataset("tutorial"))
    assert sorted(map(str, first)) == sorted(map(str, second))


def test_a_shuffled_dataset_that_a_zip_takes_twice_gives_pairs_of_different_elements() -> None:
    batch = next(iter(_dataset("autoencoder")))
    assert not np.array_equal(batch[0], batch[1])


def test_random_numbers_with_a_seed_are_the_same_in_every_epoch() -> None:
    first, second = passes(_dataset("seeded"))
    assert first == second


def test_what_skip_leaves_out_of_a_shuffle_is_another_part_in_each_epoch() -> None:
    first, second = passes(_dataset("validation_leaks"))
    assert {x for batch in first for x in batch} != {x for batch in second for x in batch}  # type: ignore[attr-defined]


def test_more_calls_than_the_cycle_is_long_are_refused() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="less than or equal to `cycle_length"):
        tf.data.Dataset.range(4).interleave(
            tf.data.Dataset.from_tensors, cycle_length=2, num_parallel_calls=4
        )


def _dataset(name: str) -> object:
    own = open_function(UserFunction(CODE, name))
    return own.build(own.chain.defaults(), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("draw", "once"),
    [
        ("np.random.uniform()", True),
        ("random.random()", True),
        ("tf.random.uniform([])", False),
        ("1.0", False),
    ],
)
def test_random_numbers_of_python_in_a_traced_function_are_seen(
    tmp_path: Path, draw: str, once: bool
) -> None:
    file = tmp_path / "draws.py"
    file.write_text(
        "import random\nimport numpy as np\nimport tensorflow as tf\n"
        f"def jitter(x):\n    return x + {draw}\n"
        "def make_dataset():\n"
        "    return tf.data.Dataset.from_tensor_slices(tf.zeros([8])).map(jitter).batch(2)\n"
    )
    (_, mapped, _) = open_function(UserFunction(file, "make_dataset")).opened.calls
    assert mapped.function is not None
    assert mapped.function.drawn_once is once


def _keys_of(folder: Path, body: str) -> dict[str, int]:
    """Keys of the findings about a function, with their lines."""
    file = folder / "mine.py"
    file.write_text(
        "import tensorflow as tf\n"
        "def cached(n, name):\n"
        f"    return tf.data.Dataset.range(n).cache({str(folder)!r} + name).batch(2)\n"
        f"def make_dataset():\n{body}"
    )
    opened = open_function(UserFunction(file, "make_dataset"))
    return {
        finding.key: finding.site.line if finding.site else 0
        for finding in findings(opened.chain.defaults())
    }


def test_a_dataset_that_is_made_and_dropped_is_told_with_its_line(tmp_path: Path) -> None:
    dropped = _keys_of(
        tmp_path,
        "    data = tf.data.Dataset.range(8)\n"
        "    data.map(lambda x: x + 1)\n"
        "    return data.batch(2)\n",
    )
    assert dropped["dropped_result"] == 6


def test_a_dataset_that_is_taken_is_not_dropped(tmp_path: Path) -> None:
    taken = _keys_of(
        tmp_path,
        "    data = tf.data.Dataset.range(8)\n"
        "    other = data.map(lambda x: x + 1)\n"
        "    print(len(list(other)))\n"
        "    return data.batch(2)\n",
    )
    assert "dropped_result" not in taken


def test_one_cache_file_for_training_and_validation_is_wrong(tmp_path: Path) -> None:
    shared = _keys_of(tmp_path, "    return cached(8, '/a'), cached(4, '/a')\n")
    assert shared["shared_cache_file"] == 3
    apart = _keys_of(tmp_path, "    return cached(8, '/a'), cached(4, '/another')\n")
    assert "shared_cache_file" not in apart
