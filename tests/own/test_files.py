"""Files as they come: with errors, in packages, with odd names, with odd manners."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from core.model.errors import InputError, RunError
from core.model.stage import SourceData
from core.user_code.function_workload import open_function
from core.user_code.load_file import load
from core.user_code.user_function import UserFunction
from tests.own.conftest import DATASET, Write


def methods(of: UserFunction) -> list[str]:
    return [call.method for call in open_function(of).opened.calls]


# -- what a function may be -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"def make_dataset(path, *, size): return {DATASET}", r"needs arguments \(path, size\)"),
        (f"def make_dataset():\n    {DATASET}", r"gave nothing \(None\)"),
        ("def make_dataset():\n    yield 1", "is a generator"),
        (f"async def make_dataset(): return {DATASET}", "is a coroutine"),
        ("def make_dataset(): return 1, 'two'", "gave a tuple of int, str"),
        ("def make_dataset(): return (x for x in [1])", "gave generator"),
        ("def other(): return 1", "has no function 'make_dataset'"),
        ("make_dataset = 3", "is int"),
        (f"def make_dataset(): return iter({DATASET})", "gave OwnedIterator"),
    ],
)
def test_what_gives_no_dataset_is_said_in_words(write: Write, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        open_function(write(text))
    assert caught.value.expected


def test_where_a_package_is_missing_the_remedy_is_another_python(write: Write) -> None:
    with pytest.raises(RunError, match="line 2: ModuleNotFoundError") as caught:
        open_function(write("import no_such_package\n"))
    assert "--python" in caught.value.remedy


@pytest.mark.parametrize(
    "text",
    [
        f"def make_dataset(): return {DATASET}, {DATASET}.skip(1)",
        f"def make_dataset(): return ({DATASET}, {DATASET}.skip(1)), {{'classes': 3}}",
        f"def make_dataset(): return {{'test': {DATASET}.skip(1), 'train': {DATASET}}}",
        f"def make_dataset(): return [{DATASET}, {DATASET}.skip(1), {DATASET}.skip(2)]",
        "import collections\nPair = collections.namedtuple('Pair', 'train val')\n"
        f"def make_dataset(): return Pair({DATASET}, {DATASET}.skip(1))",
    ],
)
def test_of_several_datasets_that_of_training_is_taken(write: Write, text: str) -> None:
    opened = open_function(write(text))
    assert [call.method for call in opened.opened.calls] == ["range", "batch"]
    assert opened.opened.validation


@pytest.mark.parametrize("name", ["Data.plain", "Data.of_class", "Data.static", "data.plain"])
def test_a_method_is_a_function_too(write: Write, name: str) -> None:
    text = f"""
class Data:
    def plain(self): return {DATASET}
    @classmethod
    def of_class(cls): return {DATASET}
    @staticmethod
    def static(): return {DATASET}

data = Data()
"""
    assert methods(write(text, name)) == ["range", "batch"]


def test_a_class_that_wants_arguments_is_not_made_up(write: Write) -> None:
    text = f"class Data:\n    def __init__(self, path): ...\n    def make(self): return {DATASET}"
    with pytest.raises(InputError, match=r"Data needs arguments \(path\)"):
        open_function(write(text, "Data.make"))


@pytest.mark.parametrize("text", ["x.py", "x.py:", "x.txt:f", "x.py:1f", "x.py:a..b", ":f"])
def test_what_names_no_function_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="Cannot read"):
        UserFunction.parse(text)


def test_names_with_spaces_and_letters_of_any_language_are_names(write: Write) -> None:
    text = f"def données(): return {DATASET}"
    of = write(text, "données", file="mes données/été 1.py")
    assert UserFunction.parse(of.id) == of
    assert methods(of) == ["range", "batch"]


# -- errors are theirs ----------------------------------------------------------------------------


def error_of(of: UserFunction) -> RunError:
    with pytest.raises(RunError) as caught:
        open_function(of)
    return caught.value


def test_an_error_shows_their_traceback_down_to_their_line(write: Write) -> None:
    text = """
import numpy as np

def helper():
    return np.zeros(3).reshape(2, 2)

def make_dataset():
    return tf.data.Dataset.from_tensor_slices(helper())
"""
    found = error_of(write(text))
    assert "pipeline.py, line 6: ValueError: cannot reshape" in found.what
    assert "in make_dataset" in found.details
    assert "in helper" in found.details
    assert "own_build" not in found.details
    assert "numpy/" not in found.details
    assert found.details.count('File "') == 2


def test_an_error_in_a_map_names_the_line_within_the_function(write: Write) -> None:
    text = """
def parse(x):
    y = x + 1
    return y.no_such_method()

def make_dataset():
    return tf.data.Dataset.range(3).map(parse).batch(2)
"""
    found = error_of(write(text))
    assert "pipeline.py, line 5: AttributeError" in found.what
    assert "no_such_method" in found.what
    assert "core/" not in found.details


def test_what_caused_an_error_is_shown_with_it(write: Write) -> None:
    text = """
def make_dataset():
    try:
        {}["key"]
    except KeyError as error:
        raise RuntimeError("no such file") from error
"""
    found = error_of(write(text))
    assert "line 7: RuntimeError: no such file" in found.what
    assert "KeyError: 'key'" in found.details
    assert "direct cause" in found.details


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def make_dataset(:\n    pass", r"pipeline\.py, line 2: SyntaxError"),
        ("raise OSError('at the top')", r"pipeline\.py, line 2: OSError: at the top"),
        ("import no_such_module", r"line 2: ModuleNotFoundError"),
        ("import sys\ndef make_dataset(): sys.exit('bye')", r"line 3: SystemExit: bye"),
        # What h5py is compiled of is no file of theirs.
        (
            "import h5py\ndef make_dataset(): h5py.File('/none.h5')",
            r"pipeline\.py, line 3: FileNotF",
        ),
        ("def make_dataset(): return 1 / 0", r"line 2: ZeroDivisionError"),
        ("def make_dataset(): return make_dataset()", r"line 2: RecursionError"),
    ],
)
def test_the_line_of_an_error_is_named(write: Write, text: str, said: str) -> None:
    with pytest.raises(RunError, match=said):
        open_function(write(text))


def test_an_error_in_a_module_beside_the_file_names_that_module(write: Write) -> None:
    write("value = 1 / 0", file="beside.py")
    with pytest.raises(RunError, match=r"beside\.py, line 2: ZeroDivisionError"):
        open_function(write("import beside"))


@pytest.mark.parametrize("content", [b"x = 'caf\xe9'\n", b"x = 1\x00\n", b"\xff\xfe\x00"])
def test_a_file_that_is_no_text_is_told_as_python_tells_it(write: Write, content: bytes) -> None:
    of = write("")
    of.file.write_bytes(content)
    with pytest.raises(RunError, match=r"pipeline\.py"):
        open_function(of)


def test_a_file_says_how_it_is_encoded(write: Write) -> None:
    of = write("")
    text = f"import tensorflow as tf\ndef make_dataset():\n    é = {DATASET}; return é"
    of.file.write_bytes(b"# -*- coding: latin-1 -*-\n" + text.encode("latin-1"))
    assert methods(of) == ["range", "batch"]


# -- loading --------------------------------------------------------------------------------------


def test_a_file_runs_once_for_each_content_of_it_and_of_what_it_imports(write: Write) -> None:
    write("SIZE = 2", file="sizes.py")
    text = "def make_dataset(): return tf.data.Dataset.range(8).batch(sizes.SIZE)"
    of = write(f"import sizes\n{text}")
    opened = open_function(of)
    assert opened.opened.calls[1].arguments["batch_size"] == 2
    assert load(of.file) is load(of.file)
    write("SIZE = 4", file="sizes.py")
    with pytest.raises(InputError, match=r"sizes\.py has changed since it was opened"):
        opened.check(SourceData(of.file.parent, of.file.parent), opened.chain.defaults())
    assert open_function(of).opened.calls[1].arguments["batch_size"] == 4


def test_a_file_that_changed_is_not_run(write: Write) -> None:
    opened = open_function(write(f"def make_dataset(): return {DATASET}"))
    write("raise SystemExit")
    with pytest.raises(InputError, match="has changed since it was opened"):
        opened.check(SourceData(Path(), Path()), opened.chain.defaults())


def test_two_folders_may_each_have_a_module_of_the_same_name(write: Write) -> None:
    text = "import utils\ndef make_dataset():\n    import utils\n    return utils.make()"
    one = write(text, file="one/pipeline.py")
    write("def make(): return tf.data.Dataset.range(1).batch(1)", file="one/utils.py")
    two = write(text, file="two/pipeline.py")
    write("def make(): return tf.data.Dataset.range(2).skip(1)", file="two/utils.py")
    assert methods(one) == ["range", "batch"]
    assert methods(two) == ["range", "skip"]
    assert methods(one) == ["range", "batch"]


def test_a_file_in_a_package_may_import_from_it(write: Write) -> None:
    write("", file="project/__init__.py")
    write("", file="project/data/__init__.py")
    write(f"def make(): return {DATASET}", file="project/data/steps.py")
    text = "from .steps import make\nfrom .. import data\ndef make_dataset(): return make()"
    assert methods(write(text, file="project/data/pipeline.py")) == ["range", "batch"]


def test_opening_leaves_no_trace_in_the_folder_and_in_where_python_looks(write: Write) -> None:
    write("X = 1", file="neighbour.py")
    of = write(f"import neighbour\ndef make_dataset(): return {DATASET}")
    before = list(sys.path)
    open_function(of)
    assert sys.path == before
    assert sorted(path.name for path in of.file.parent.iterdir()) == ["neighbour.py", "pipeline.py"]


def test_modules_of_this_application_stay_loaded_when_a_file_lies_beside_them(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    of = write(f"def make_dataset(): return {DATASET}")
    ours = {name for name in sys.modules if name.startswith(("core.", "tests."))}
    open_function(of)
    of.file.write_text(of.file.read_text() + "# more\n")
    open_function(of)
    assert ours <= set(sys.modules)
