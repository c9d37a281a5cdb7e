"""What is in a file is found by reading it, never by running it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model.errors import InputError
from core.user_code.discovery import Offers, offers
from core.user_code.opening import is_script


def read(folder: Path, text: str) -> Offers:
    file = folder / "train.py"
    file.write_text(text)
    return offers(file)


def names(found: Offers) -> list[str]:
    return [one.name for one in found.offered]


def test_functions_that_look_like_datasets_come_first_and_those_that_want_arguments_not_at_all(
    tmp_path: Path,
) -> None:
    found = read(
        tmp_path,
        "import tensorflow as tf\n"
        "def setup():\n    return 3\n"
        "def training():\n    '''The real one.\n\n    More.'''\n"
        "    return tf.data.Dataset.range(3)\n"
        "def parse(example):\n    return example\n"
        "def named(*, size):\n    return size\n"
        "def optional(size=3, *more, key=1, **others):\n    return size\n"
        "async def later():\n    return 1\n"
        "def make_model():\n    return tf.keras.Sequential()\n",
    )
    assert names(found) == ["training", "setup", "optional"]
    assert found.offered[0].about == "The real one."
    assert found.offered[0].line == 4
    assert found.text(found.offered[0]) == f"{tmp_path / 'train.py'}:training"
    assert not found.trains


def test_methods_of_classes_that_are_made_without_arguments_are_offered(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "class Data:\n"
        "    def __init__(self, size=3): ...\n"
        "    def train_dataset(self):\n        return self.x\n"
        "    @staticmethod\n    def test_dataset():\n        return 1\n"
        "    def helper(self):\n        return 1\n"
        "class Wants:\n"
        "    def __init__(self, size): ...\n"
        "    def train_dataset(self):\n        return self.x\n",
    )
    assert names(found) == ["Data.train_dataset", "Data.test_dataset"]


def test_a_workload_comes_before_all_functions(tmp_path: Path) -> None:
    found = read(tmp_path, "def make_dataset():\n    return dataset\nWORKLOAD: Workload = Mine()\n")
    assert names(found) == ["WORKLOAD", "make_dataset"]
    assert found.text(found.offered[0]) == str(tmp_path / "train.py")


def test_make_dataset_is_the_first_of_several_and_may_be_assigned(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "def other_dataset():\n    return dataset\n"
        "dataset = load()\n"
        "make_dataset = functools.partial(build, 3)\n",
    )
    assert names(found) == ["make_dataset", "other_dataset", "dataset"]


def test_a_script_that_trains_is_known_by_its_call_of_fit(tmp_path: Path) -> None:
    assert read(tmp_path, "if True:\n    model.fit(data)\n").trains
    assert not read(tmp_path, "fit(data)\n").trains


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("from trainer import go\nif __name__ == '__main__':\n    go()\n", True),
        ("def main(): ...\nmain()\n", True),
        ("import random\n'text'\nprint('text')\nrandom.seed(1)\ndef get_dataset(): ...\n", False),
        ("def make_dataset(): ...\nif __name__ == '__main__':\n    print(1)\n", False),
    ],
)
def test_a_file_is_a_script_where_it_does_something_and_has_nothing_to_open(
    tmp_path: Path, text: str, runs: bool
) -> None:
    assert not read(tmp_path, text).trains
    assert is_script(str(tmp_path / "train.py")) is runs


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("def main():\n    model.fit(ds)\nif __name__ == '__main__':\n    main()\n", True),
        ("for epoch in range(3):\n    model.fit(make_dataset())\n", True),
        ("def train(model):\n    model.fit(make_dataset())\n", False),
        ("WORKLOAD = 1\nmodel.fit(make_dataset())\n", False),
    ],
)
def test_a_file_that_trains_is_a_script_although_it_has_a_function_to_open(
    tmp_path: Path, text: str, script: bool
) -> None:
    read(tmp_path, f"def make_dataset(): ...\n{text}")
    assert is_script(str(tmp_path / "train.py")) is script


def test_nothing_of_the_file_is_run(tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    read(tmp_path, f"open({str(trace)!r}, 'w')\ndef make_dataset():\n    return 1\n")
    assert not trace.exists()


@pytest.mark.parametrize(
    ("content", "said"), [(b"x = (\n", "line 1"), (b"\x00", "null"), (b"\xff\xfe", "broken.py")]
)
def test_what_is_no_python_is_said_with_its_line(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "broken.py"
    file.write_bytes(content)
    with pytest.raises(InputError, match=said):
        offers(file)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        offers(tmp_path / "none.py")
