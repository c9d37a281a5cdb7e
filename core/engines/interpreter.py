"""Another Python that runs are to train in: what it is, and whether it can be used."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from core.engines.look_in_python import MARK
from core.model.errors import InputError

LEAST_PYTHON = (3, 10)
LEAST_TENSORFLOW = (2, 16)
LEAST_KERAS = (3,)

_LOOK = Path(__file__).with_name("look_in_python.py")
_LOOK_S = 60.0
_IN_ENVIRONMENT = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")
_EXPECTED = "Python 3.10 or later with TensorFlow 2.16 or later and Keras 3"
_WANTED = "a virtual environment's folder, or a Python in it"


@dataclass(frozen=True)
class Interpreter:
    """A Python that was looked at and can be used.

    Attributes:
        path: Its executable, absolute.
        python: Its version.
        tensorflow: The version of its TensorFlow.
        keras: That of its Keras.
        magic: Which byte code it takes (``importlib.util.MAGIC_NUMBER``).
        cuda: Whether its TensorFlow was built for GPUs; None where that is not known.
    """

    path: str
    python: str
    tensorflow: str
    keras: str
    magic: bytes
    cuda: bool | None = None

    @property
    def words(self) -> str:
        """``Python 3.11.7, TensorFlow 2.18.1, Keras 3.5.0, no GPU support``."""
        gpu = {True: ", GPU support", False: ", no GPU support", None: ""}[self.cuda]
        return f"Python {self.python}, TensorFlow {self.tensorflow}, Keras {self.keras}{gpu}"


def python_of(text: str) -> str:
    """The executable that a text names: that of an environment's folder, a path, or a command.

    Raises:
        InputError: There is none.
    """
    path = Path(text).expanduser()
    if path.is_dir():
        inside = [path / name for name in _IN_ENVIRONMENT]
        python = next((name for name in inside if name.is_file()), None)
        if python is None:
            raise InputError(f"There is no Python in the folder {path}", expected=_WANTED)
        return str(python.absolute())
    # A link is not followed: where a Python is called from says which environment it is of.
    if path.is_file():
        return str(path.absolute())
    command = shutil.which(text) if os.sep not in text else None
    if command is None:
        raise InputError(f"There is no Python {text}", expected=_WANTED)
    return command


def look_at(text: str, *, within_s: float = _LOOK_S) -> Interpreter:
    """Look at a Python in a process of its own.

    Args:
        text: An environment's folder, a path, or a command.
        within_s: So long it has to answer.

    Raises:
        InputError: It cannot be used; why, in a line.
    """
    python = python_of(text)
    seen = _answer(python, within_s)
    version = str(seen.get("python", ""))
    if _numbers(version) < LEAST_PYTHON:
        raise _unfit(python, f"is Python {version}")
    if seen.get("implementation") != "cpython":
        raise _unfit(python, f"is {seen.get('implementation')}, not CPython")
    versions = {name: str(seen.get(name, "")) for name in ("tensorflow", "keras", "numpy")}
    for name, least in (("tensorflow", LEAST_TENSORFLOW), ("keras", LEAST_KERAS), ("numpy", (0,))):
        said, has = _NAMES[name], versions[name]
        if not has:
            raise _unfit(python, f"has no {said}")
        if has.startswith("!"):
            raise _unfit(python, f"cannot import its {said} ({has[2:]})")
        if _numbers(has) < least:
            raise _unfit(python, f"has {said} {has}")
    cuda = seen.get("cuda")
    return Interpreter(
        str(seen.get("path") or python),
        version,
        versions["tensorflow"],
        versions["keras"],
        bytes.fromhex(str(seen["magic"])),
        cuda if isinstance(cuda, bool) else None,
    )


_NAMES = {"tensorflow": "TensorFlow", "keras": "Keras", "numpy": "NumPy"}


def environment_variables() -> dict[str, str]:
    """Those that another Python is started with."""
    # Set by macOS's Python, it makes every other one take itself for that.
    return {name: value for name, value in os.environ.items() if name != "__PYVENV_LAUNCHER__"}


def _answer(python: str, within_s: float) -> dict[str, object]:
    try:
        done = subprocess.run(
            [python, "-c", _LOOK.read_text("utf-8")],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=within_s,
            env=environment_variables(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _no_python(python, f"it did not answer within {within_s:g} s") from None
    except OSError as error:
        raise _no_python(python, error.strerror or str(error)) from error
    said = done.stdout.decode(errors="replace")
    _, mark, line = said.rpartition(MARK)
    try:
        answer = json.loads(line) if mark else None
    except ValueError:
        answer = None
    if isinstance(answer, dict):
        return answer
    raise _no_python(python, f"it ended with exit code {done.returncode} and no answer")


def _numbers(version: str) -> tuple[int, ...]:
    match = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(map(int, match[0].split("."))) if match else ()


def _no_python(python: str, why: str) -> InputError:
    return InputError(f"{python} is no Python that can be used ({why})", expected=_EXPECTED)


def _unfit(python: str, why: str) -> InputError:
    return InputError(f"{python} {why}", expected=_EXPECTED)
