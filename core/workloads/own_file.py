"""Loads a person's Python file, and calls functions in it, so that errors are theirs to read."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import linecache
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from core.model.errors import InputError, RunError

_HERE = str(Path(__file__).parents[2])


@dataclass(frozen=True)
class OwnFunction:
    """A function in a file: ``FILE.py:make_dataset``.

    Attributes:
        file: The file, absolute.
        name: The function's name, or ``Class.method`` for a static or class method.
    """

    file: Path
    name: str

    @property
    def id(self) -> str:
        """What the command line takes."""
        return f"{self.file}:{self.name}"

    @staticmethod
    def parse(text: str) -> OwnFunction:
        """Read ``FILE.py:make_dataset``.

        Raises:
            InputError: It is not of that form, or there is no such file.
        """
        file, sign, name = text.rpartition(":")
        if not sign or not file.endswith(".py") or not name.replace(".", "").isidentifier():
            raise InputError(
                f"Cannot read {text!r}",
                expected="FILE.py:FUNCTION, such as train.py:make_dataset",
            )
        path = Path(file).expanduser().absolute()
        if not path.is_file():
            raise InputError(f"There is no file {path}", expected="a Python file")
        return OwnFunction(path, name)


def content_hash(file: Path) -> str:
    """SHA-256 of what a file holds.

    Raises:
        InputError: It cannot be read.
    """
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror})") from error


_loaded: dict[Path, tuple[str, ModuleType]] = {}


def load(file: Path) -> ModuleType:
    """The file as a module; run once for each content, as ``import`` would run it.

    Its folder is searched for what it imports, as when Python runs it as a script. What it
    imports from there is loaded anew together with it.

    Raises:
        InputError: It cannot be read.
        RunError: It raised; with its own traceback.
    """
    stamp = content_hash(file)
    known = _loaded.get(file)
    if known is not None and known[0] == stamp:
        return known[1]
    _forget_neighbours(file.parent)
    linecache.checkcache()
    name = f"own_{hashlib.sha256(str(file).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise InputError(f"{file} cannot be loaded", expected="a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        with beside(file), theirs(file):
            spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    _loaded[file] = stamp, module
    return module


def function(of: OwnFunction) -> Any:
    """The function itself, its file loaded.

    Raises:
        InputError: There is none of that name.
        RunError: The file raised; with its own traceback.
    """
    found: Any = load(of.file)
    for part in of.name.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        names = sorted(
            name
            for name, value in vars(load(of.file)).items()
            if callable(value) and getattr(value, "__module__", "") == load(of.file).__name__
        )
        raise InputError(
            f"{of.file.name} has no function {of.name!r}",
            expected=f"one of {', '.join(names)}" if names else "a function in it",
        )
    return found


@contextlib.contextmanager
def beside(file: Path) -> Iterator[None]:
    """Search the file's folder for modules, before all others."""
    folder = str(file.parent)
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):
            sys.path.remove(folder)


@contextlib.contextmanager
def theirs(file: Path) -> Iterator[None]:
    """Turn what the person's code raises into an error with their traceback, not ours.

    Raises:
        RunError: What was raised and at which line of theirs.
    """
    try:
        yield
    except (InputError, RunError):
        raise
    except (Exception, SystemExit) as error:
        raise own_error(error, file) from error


def own_error(error: BaseException, file: Path) -> RunError:
    """An error that names the person's line; the details are the traceback from there on."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_theirs(frame)]
    said = traceback.format_exception_only(error)[-1].strip()
    if isinstance(error, SyntaxError) and error.filename:
        where = f"{error.filename}, line {error.lineno}"
    elif frames:
        where = f"{frames[-1].filename}, line {frames[-1].lineno}"
    else:
        where = str(file)
    details = "".join(
        ("Traceback (most recent call last):\n", *traceback.format_list(frames),
         *traceback.format_exception_only(error))
    )  # fmt: skip
    return RunError(
        f"{where}: {said}",
        remedy="Mend it there and open the file again.",
        details=details,
    )


def _is_theirs(frame: traceback.FrameSummary) -> bool:
    return (
        not frame.filename.startswith((_HERE, "<frozen")) and "/tensorflow/" not in frame.filename
    )


def _forget_neighbours(folder: Path) -> None:
    """Modules that were imported from a folder: their text may have changed too."""
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None) or ""
        near = path and Path(path).is_relative_to(folder) and not path.startswith(_HERE)
        if near and "site-packages" not in path and name != "__main__":
            del sys.modules[name]
