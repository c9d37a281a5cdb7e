"""Names a function in a person's file, or a dataset at its top; runs nothing."""

from __future__ import annotations

import ast
import functools
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from core.model.errors import InputError
from core.model.paths import check_text
from core.model.user_code_files import content
from core.user_code.discovery import statements


@dataclass(frozen=True)
class UserFunction:
    """A function in a file: ``FILE.py:make_dataset``; or a dataset at its top.

    Attributes:
        file: The file, absolute.
        name: The function's name, or ``Class.method``; a class is then made without arguments. Or
            the name that a dataset has at the top of the file.
    """

    file: Path
    name: str

    @property
    def at_top(self) -> bool:
        """Whether it is a value that the top of the file binds, such as a dataset: no function."""
        return self.name in names_bound(self.file)

    @property
    def id(self) -> str:
        """What the command line takes."""
        return f"{self.file}:{self.name}"

    @staticmethod
    def parse(text: str) -> UserFunction:
        """Read ``FILE.py:make_dataset``.

        Raises:
            InputError: It is not of that form, or there is no such file.
        """
        file, sign, name = text.rpartition(":")
        named = all(part.isidentifier() for part in name.split("."))
        if not sign or not file.endswith(".py") or not named:
            raise InputError(
                f"Cannot read {text!r}",
                expected="FILE.py:FUNCTION, such as train.py:make_dataset",
            )
        return UserFunction(python_file(file), name)


def python_file(text: str) -> Path:
    """The file that a text names, absolute.

    Raises:
        InputError: There is none, or its name is no text.
    """
    try:
        path = Path(text).expanduser().absolute()
    except RuntimeError as error:  # "~name" where no such user is known
        raise InputError(f"There is no file {text}", expected="a Python file") from error
    # Of a name that no file can have, this says no too.
    if not os.path.isfile(path):
        raise InputError(f"There is no file {path}", expected="a Python file")
    check_text(path, "file")
    return path


def content_hash(file: Path) -> str:
    """SHA-256 of what a file holds.

    Raises:
        InputError: It cannot be read.
    """
    try:
        return hashlib.sha256(content(file)).hexdigest()
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror})") from error


@functools.lru_cache(maxsize=16)
def _bound_in(content: bytes) -> frozenset[str]:
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return frozenset()
    values, others = set(), set()
    for node in statements(tree.body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            others.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            others |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and not isinstance(
            node.value, ast.Lambda
        ):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named = [name_node for target in targets for name_node in ast.walk(target)]
            values |= {name_node.id for name_node in named if isinstance(name_node, ast.Name)}
    return frozenset(values - others)


def names_bound(file: Path) -> frozenset[str]:
    """Names that the top of a file binds to values, not to functions or classes; runs nothing."""
    try:
        return _bound_in(content(file))
    except OSError:
        return frozenset()
