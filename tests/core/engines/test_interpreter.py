"""Another Python is looked at before anything else happens, and what is wrong is one line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from core.engines.interpreter import look_at, python_of
from core.engines.interpreters_near import interpreters_near
from core.model.errors import InputError
from tests.environments import empty_environment, install

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="environments as POSIX has them")
EXPECTED = "Expected: Python 3.10 or later with TensorFlow 2.16 or later and Keras 3."


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    return empty_environment(tmp_path / "environment")


def refusal(text: str | Path, **limits: float) -> str:
    with pytest.raises(InputError) as raised:
        look_at(str(text), **limits)
    said = str(raised.value)
    assert "\n" not in said
    return said


def executable(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_versions_are_read_without_importing_and_whatever_the_distribution_is_called(
    environment: Path,
) -> None:
    install(environment, "tensorflow-cpu", "2.18.1", "tensorflow")
    install(environment, "keras", "3.5.0", "keras")
    install(environment, "numpy", "1.26.4", "numpy")
    seen = look_at(str(environment))
    assert Path(seen.path) == environment / "bin" / "python"
    assert (seen.tensorflow, seen.keras, seen.cuda) == ("2.18.1", "3.5.0", None)
    assert seen.python == "{}.{}.{}".format(*sys.version_info[:3])
    assert seen.words == f"Python {seen.python}, TensorFlow 2.18.1, Keras 3.5.0"


@pytest.mark.parametrize(
    ("installed", "said"),
    [
        ({}, "has no TensorFlow"),
        ({"tensorflow": "2.15.1", "keras": "2.15.0", "numpy": "1.26.4"}, "has TensorFlow 2.15.1"),
        ({"tensorflow": "2.16.2", "keras": "2.16.0", "numpy": "1.26.4"}, "has Keras 2.16.0"),
        ({"tensorflow": "2.16.2", "numpy": "1.26.4"}, "has no Keras"),
    ],
)
def test_what_is_missing_or_too_old_is_named(
    environment: Path, installed: dict[str, str], said: str
) -> None:
    for name, version in installed.items():
        install(environment, name, version, name)
    assert refusal(environment) == f"{environment / 'bin' / 'python'} {said}. {EXPECTED}"


def test_a_module_without_a_version_that_cannot_be_imported_says_why(environment: Path) -> None:
    install(environment, "something-else", "1.0", "tensorflow")
    said = refusal(environment)
    assert "cannot import its TensorFlow (ImportError: it was imported)" in said


def test_an_older_python_is_named(tmp_path: Path) -> None:
    answer = '\\036px-look {"python": "3.9.18"}'
    python = executable(tmp_path / "python", f"printf '{answer}'")
    assert refusal(python) == f"{python} is Python 3.9.18. {EXPECTED}"


def test_what_is_no_python_or_not_there_is_said(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone").startswith(f"There is no Python {tmp_path / 'gone'}.")
    assert refusal(tmp_path).startswith(f"There is no Python in the folder {tmp_path}.")
    assert refusal("no-such-command").startswith("There is no Python no-such-command.")
    program = executable(tmp_path / "program", "exit 3")
    assert "it ended with exit code 3 and no answer" in refusal(program)
    text = tmp_path / "text"
    text.write_text("no program", encoding="utf-8")
    assert "is no Python that can be used (Permission denied)" in refusal(text)


def test_one_that_does_not_answer_is_not_waited_for(tmp_path: Path) -> None:
    program = executable(tmp_path / "program", "exec sleep 3600")
    assert "it did not answer within 0.2 s" in refusal(program, within_s=0.2)


def test_a_command_and_a_link_are_taken_as_they_are(environment: Path) -> None:
    assert python_of(str(environment)) == str(environment / "bin" / "python")
    assert python_of("sh").endswith("/sh")


def test_environments_beside_the_file_come_before_active_ones_and_those_of_pyenv(
    tmp_path: Path,
) -> None:
    project, active = tmp_path / "project", tmp_path / "active"
    for folder in (project / ".venv", active, tmp_path / "pyenv" / "versions" / "3.12.1"):
        install(empty_environment(folder), "tensorflow", "2.18.1", "tensorflow")
    empty_environment(tmp_path / "pyenv" / "versions" / "3.13.0")
    variables = {"VIRTUAL_ENV": str(active), "PYENV_ROOT": str(tmp_path / "pyenv")}
    near = interpreters_near(project / "code", variables)
    assert [Path(python).parents[1].name for python in near] == [".venv", "active", "3.12.1"]
    assert interpreters_near(None, {"VIRTUAL_ENV": sys.prefix, "PYENV_ROOT": str(tmp_path)}) == ()
