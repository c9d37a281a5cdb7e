"""What could be opened in a person's Python file, found by reading it: nothing of it is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.model.errors import InputError

_DATASETS = frozenset({"Dataset", "data", "AUTOTUNE"})
_MAKERS = ("_dataset_from_directory", "_dataset_from_array")
_MAKES = re.compile(r"(make|get|build|create|load)_.*dataset", re.IGNORECASE)
_USUAL, _MODEL = "make_dataset", "make_model"
WORKLOAD = "WORKLOAD"


@dataclass(frozen=True)
class Offer:
    """Something in a file that could be opened.

    Attributes:
        name: A function, ``Class.method``, or ``WORKLOAD``.
        line: Where it is defined.
        about: The first line of its docstring; empty where it has none.
        likely: It looks as if it gave a dataset.
    """

    name: str
    line: int
    about: str = ""
    likely: bool = False

    @property
    def is_workload(self) -> bool:
        """It is a whole workload, not a function that makes a dataset."""
        return self.name == WORKLOAD


@dataclass(frozen=True)
class Offers:
    """What is in a file.

    Attributes:
        file: The file, absolute.
        found: The likeliest first.
        trains: It calls ``fit`` somewhere: it may be a training script.
    """

    file: Path
    found: tuple[Offer, ...]
    trains: bool

    def text(self, offer: Offer) -> str:
        """What ``open_own`` takes for one of them."""
        return str(self.file) if offer.is_workload else f"{self.file}:{offer.name}"


def offers(file: Path) -> Offers:
    """Read a file and list what could be opened in it.

    Raises:
        InputError: It cannot be read, or is no Python; says at which line.
    """
    try:
        tree = ast.parse(file.read_bytes(), str(file))
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror})") from error
    except SyntaxError as error:
        raise InputError(
            f"{file}, line {error.lineno}: {error.msg}",
            expected="a Python file",
            remedy="Mend it there and open the file again.",
        ) from error
    except ValueError as error:
        raise InputError(f"{file} is no Python ({error})", expected="a Python file") from error
    found = sorted(_found(tree), key=_rank)
    return Offers(file.absolute(), tuple(found), _calls(tree, "fit"))


def _rank(one: Offer) -> tuple[bool, bool, bool]:
    return not one.is_workload, one.name != _USUAL, not one.likely


def _found(tree: ast.Module) -> Iterator[Offer]:
    for node in _statements(tree.body):
        if isinstance(node, ast.FunctionDef):
            if node.name != _MODEL and not _wants(node, method=False):
                yield _offer(node, node.name)
        elif isinstance(node, ast.ClassDef):
            yield from _methods(node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [one.id for one in targets if isinstance(one, ast.Name)]
            if WORKLOAD in names:
                yield Offer(WORKLOAD, node.lineno, "The workload that this file describes.", True)
            elif isinstance(node.value, (ast.Lambda, ast.Call)):
                # make_dataset = functools.partial(...), or what a function returns.
                makes = [name for name in names if _MAKES.match(name)]
                yield from (Offer(name, node.lineno, likely=True) for name in makes)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Those at the top of the file, also below ``if`` and ``try``."""
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try)):
            yield from _statements([*node.body, *node.orelse])


def _methods(node: ast.ClassDef) -> Iterator[Offer]:
    methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
    if any(_wants(one, method=True) for one in methods if one.name == "__init__"):
        return
    for one in methods:
        static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in one.decorator_list)
        if not one.name.startswith("__") and not _wants(one, method=not static):
            offer = _offer(one, f"{node.name}.{one.name}")
            if offer.likely:
                yield offer


def _wants(node: ast.FunctionDef, *, method: bool) -> bool:
    """Whether it cannot be called without arguments."""
    given = node.args
    positional = len(given.posonlyargs) + len(given.args) - len(given.defaults) - method
    return positional > 0 or any(default is None for default in given.kw_defaults)


def _offer(node: ast.FunctionDef, name: str) -> Offer:
    said = (ast.get_docstring(node) or "").partition("\n")[0].strip()
    return Offer(name, node.lineno, said, _likely(node))


def _likely(node: ast.FunctionDef) -> bool:
    gives = any(isinstance(one, ast.Return) and one.value is not None for one in ast.walk(node))
    annotated = node.returns is not None and "Dataset" in ast.unparse(node.returns)
    named = "dataset" in node.name.lower()
    return gives and (annotated or named or _mentions_data(node))


def _mentions_data(node: ast.AST) -> bool:
    for one in ast.walk(node):
        if isinstance(one, ast.Attribute):
            if one.attr in _DATASETS or one.attr.endswith(("Dataset", *_MAKERS)):
                return True
        elif isinstance(one, ast.Name) and one.id.endswith(("Dataset", *_MAKERS)):
            return True
    return False


def _calls(tree: ast.AST, method: str) -> bool:
    return any(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr == method
        for one in ast.walk(tree)
    )
