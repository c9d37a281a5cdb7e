"""Another Python that runs are to train in: what it is, and whether it can be used."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from core.engines.look_in_python import MARK
from core.engines.ssh import FAILED, no_client, packed, refused, ssh_words
from core.model.environment import far_name
from core.model.errors import InputError
from core.text.plain_text import one_line

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
        machine: The machine that it is on, as ssh takes it; empty for this one.
        node: What that machine calls itself.
        gpus: Names of its GPUs.
        cache: Its folder for generated data.
    """

    path: str
    python: str
    tensorflow: str
    keras: str
    magic: bytes
    cuda: bool | None = None
    machine: str = ""
    node: str = ""
    gpus: tuple[str, ...] = ()
    cache: str = ""

    @property
    def name(self) -> str:
        """As a plan names it."""
        return far_name(self.machine, self.path)

    @property
    def words(self) -> str:
        """``Python 3.11.7, TensorFlow 2.18.1, Keras 3.5.0, no GPU support``."""
        gpu = {True: ", GPU support", False: ", no GPU support", None: ""}[self.cuda]
        words = f"Python {self.python}, TensorFlow {self.tensorflow}, Keras {self.keras}{gpu}"
        return f"{words}, on {self.node}: {self.gpu_words}" if self.machine else words

    @property
    def gpu_words(self) -> str:
        """``2 x NVIDIA A100``, of another machine."""
        counts = Counter(self.gpus)
        named = [f"{count} x {name}" if count > 1 else name for name, count in counts.items()]
        return ", ".join(named) or "no NVIDIA GPU"


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


def look_at(text: str, *, machine: str = "", within_s: float = _LOOK_S) -> Interpreter:
    """Look at a Python in a process of its own.

    Args:
        text: An environment's folder, a path, or a command; on another machine also empty, for
            the ``python3`` of its path.
        machine: Another machine, as ssh takes it.
        within_s: So long it has to answer.

    Raises:
        InputError: It cannot be used; why, in a line.
    """
    python = _far_python(machine, text) if machine else python_of(text)
    answer = _far_answer(machine, text, within_s) if machine else _answer(python, within_s)
    version = str(answer.get("python", ""))
    if _numbers(version) < LEAST_PYTHON:
        raise _unfit(python, f"is Python {version}")
    if answer.get("implementation") != "cpython":
        raise _unfit(python, f"is {answer.get('implementation')}, not CPython")
    versions = {name: str(answer.get(name, "")) for name in ("tensorflow", "keras", "numpy")}
    for name, least in (("tensorflow", LEAST_TENSORFLOW), ("keras", LEAST_KERAS), ("numpy", (0,))):
        said, has = _NAMES[name], versions[name]
        if not has:
            raise _unfit(python, f"has no {said}")
        if has.startswith("!"):
            raise _unfit(python, f"cannot import its {said} ({has[2:]})")
        if _numbers(has) < least:
            raise _unfit(python, f"has {said} {has}")
    cuda = answer.get("cuda")
    gpus = answer.get("gpus")
    return Interpreter(
        one_line(str(answer.get("path") or python)),
        version,
        versions["tensorflow"],
        versions["keras"],
        bytes.fromhex(str(answer["magic"])),
        cuda if isinstance(cuda, bool) else None,
        machine,
        one_line(str(answer.get("node", ""))),
        tuple(one_line(str(gpu)) for gpu in gpus) if isinstance(gpus, list) else (),
        str(answer.get("cache", "")),
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
    if (answer := _read(done.stdout)) is not None:
        return answer
    raise _no_python(python, f"it ended with exit code {done.returncode} and no answer")


def _far_python(machine: str, text: str) -> str:
    return f"{text or 'python3'} on {machine}"


def _far_answer(machine: str, text: str, within_s: float) -> dict[str, object]:
    source = packed(_LOOK.read_text("utf-8"))
    words = ("exec", "sh", "-c", _FIND, "sh", text or "python3", source)
    python = _far_python(machine, text)
    try:
        done = subprocess.run(
            ssh_words(machine, " ".join(map(shlex.quote, words))),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=within_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _no_python(python, f"it did not answer within {within_s:g} s") from None
    except OSError as error:
        raise no_client(error) from error
    if (answer := _read(done.stdout)) is not None:
        return answer
    if done.returncode == FAILED:
        raise refused(machine, done.stderr.decode(errors="replace"))
    if done.returncode in (_NOT_THERE, _NOT_IN_FOLDER):
        there = "in the folder " if done.returncode == _NOT_IN_FOLDER else ""
        raise InputError(
            f"There is no Python {there}{python}",
            expected=_WANTED,
            remedy="Name it with --python." if not text else "",
        )
    raise _no_python(python, f"it ended with exit code {done.returncode} and no answer")


def _read(said: bytes) -> dict[str, object] | None:
    _, mark, line = said.decode(errors="replace").rpartition(MARK)
    try:
        answer = json.loads(line) if mark else None
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


_NOT_THERE, _NOT_IN_FOLDER = 96, 97
_FIND = (
    'p=$1; case $p in "~") p=$HOME;; "~/"*) p=$HOME/${p#"~/"};; esac; '
    'if [ -d "$p" ]; then for n in bin/python bin/python3 python; do '
    'if [ -x "$p/$n" ]; then exec "$p/$n" -c "$2" far; fi; done; exit 97; fi; '
    'if command -v "$p" >/dev/null; then exec "$p" -c "$2" far; fi; exit 96'
)
"""For a shell: the Python that a text names, as ``python_of`` finds it here."""


def _numbers(version: str) -> tuple[int, ...]:
    match = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(map(int, match[0].split("."))) if match else ()


def _no_python(python: str, why: str) -> InputError:
    return InputError(f"{python} is no Python that can be used ({why})", expected=_EXPECTED)


def _unfit(python: str, why: str) -> InputError:
    return InputError(f"{python} {why}", expected=_EXPECTED)
