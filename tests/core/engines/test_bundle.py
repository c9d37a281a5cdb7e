"""What is sent to a process that trains: what it needs, under a name of its own."""

from __future__ import annotations

import ast
import marshal
import subprocess
import sys
from pathlib import Path
from types import CodeType

import pytest

from core.engines.begin import LOST
from core.engines.bundle import PACKAGE, ROOT, bundle, needed
from core.engines.engines import Engines
from core.model.run import RunState
from tests.core.engines.conftest import carry

_OTHER = b"\x00\x00\r\n"
"""A byte code that this Python does not take."""
_THERE = {"numpy", "tensorflow", "keras", "grpc"}
"""TensorFlow cannot be installed without the others."""
_IF_THERE = {"psutil", "pynvml", "scipy", "loky", "cloudpickle"}


def sent(magic: bytes | None = None) -> dict[str, tuple[bool, str, bytes | str]]:
    content = bundle() if magic is None else bundle(magic)
    assert int.from_bytes(content[:8], "big") == len(content) - 8
    package, modules = marshal.loads(content[8:])
    assert package == PACKAGE
    return dict(modules)


def names_in(code: CodeType) -> set[str]:
    inner = [value for value in code.co_consts if isinstance(value, CodeType)]
    return set(code.co_names).union(*map(names_in, inner))


def test_only_what_trains_is_sent() -> None:
    rooms = {name.split(".")[1] for name in needed() if "." in name}
    assert {"measure", "diagnosis", "user_code", "workloads", "faults"} <= rooms
    assert not rooms & {"session", "cli", "store", "export", "charts"}


def test_none_of_it_imports_core_by_that_name() -> None:
    for modules in (sent(), sent(_OTHER)):
        assert all(name.partition(".")[0] == PACKAGE for name in modules)
        for name, (_, file, code) in modules.items():
            loaded = marshal.loads(code) if isinstance(code, bytes) else compile(code, file, "exec")
            ours = {word for word in names_in(loaded) if word.partition(".")[0] == "core"}
            assert not ours, name


def test_a_python_like_this_one_gets_code_and_others_get_text() -> None:
    assert {type(code) for _, _, code in sent().values()} == {bytes}
    assert {type(code) for _, _, code in sent(_OTHER).values()} == {str}


def test_what_trains_is_written_for_python_3_10_too() -> None:
    later = {"StrEnum", "UTC", "file_digest", "tomllib", "Self", "assert_never", "chdir"}
    for name in needed():
        if name == "core.python_versions":
            continue
        path = ROOT.joinpath(*name.split("."))
        file = (
            path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
        )
        tree = ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 10))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] != "core":
                assert not later & {alias.name for alias in node.names}, name


def test_what_python_3_10_lacks_is_used_only_after_looking_for_it() -> None:
    later = {"add_note", "co_positions", "co_qualname", "positions"}
    for name in needed():
        file = ROOT.joinpath(*name.split(".")).with_suffix(".py")
        nodes = list(ast.walk(ast.parse(file.read_text("utf-8")))) if file.is_file() else []
        used = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        # By hasattr or getattr, or by the version.
        looks = {node.value for node in nodes if isinstance(node, ast.Constant)}
        assert "version_info" in used or not used & later - looks, name


def test_what_trains_stands_on_tensorflow_and_numpy_alone() -> None:
    for name in needed():
        path = ROOT.joinpath(*name.split("."))
        file = (
            path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
        )
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            tops = {module.partition(".")[0] for module in modules}
            unknown = tops - sys.stdlib_module_names - _THERE - _IF_THERE - {"core", ""}
            assert not unknown, name


def test_a_program_that_cannot_be_sent_ends_the_run(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(magic: bytes, *, everything: bool) -> bytes:
        raise SyntaxError("half a file")

    monkeypatch.setattr("core.engines.child_process.bundle", broken)
    told = carry(engines, "whole")
    assert told.run.state is RunState.FAILED
    assert told.run.failure is not None
    assert "with exit code 70" in told.run.failure.what
    assert "This program cannot be sent (SyntaxError: half a file)" in told.run.failure.details


@pytest.mark.parametrize("name", ["types", "typing", "signal", "importlib", "json"])
@pytest.mark.parametrize("program", ["begin.py", "look_in_python.py"])
def test_no_file_of_the_working_directory_takes_the_place_of_a_module(
    tmp_path: Path, program: str, name: str
) -> None:
    (tmp_path / f"{name}.py").write_text("raise SystemExit(9)\n", encoding="utf-8")
    source = ROOT.joinpath("core/engines", program).read_text("utf-8")
    command = [
        sys.executable,
        "-c",
        source,
        *(["1", "", "x", "y"] if program == "begin.py" else []),
    ]
    ended = subprocess.run(command, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True)
    # Nothing was sent to the one, and the other answers.
    assert ended.returncode == (LOST if program == "begin.py" else 0)
