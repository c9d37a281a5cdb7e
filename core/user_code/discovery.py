"""What could be opened in a person's Python file, found by reading it: nothing of it is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.model.errors import InputError
from core.model.user_code import WORKLOAD

_DATASETS = frozenset({"Dataset", "data", "AUTOTUNE"})
_MAKERS = ("_dataset_from_directory", "_dataset_from_array")
_MAKES = re.compile(r"(make|get|build|create|load)_.*dataset", re.IGNORECASE)
_NAMED = re.compile(r"(^|_)(ds|datasets?)($|_)", re.IGNORECASE)
_USUAL, _MODEL = "make_dataset", "make_model"


@dataclass(frozen=True)
class Offer:
    """Something in a file that could be opened.

    Attributes:
        name: A function, ``Class.method``, or ``WORKLOAD``.
        line: Where it is defined.
        about: The first line of its docstring; empty where it has none.
        likely: It looks as if it gave a dataset.
        at_top: It is a dataset at the top of the file, not a function.
    """

    name: str
    line: int
    about: str = ""
    likely: bool = False
    at_top: bool = False

    @property
    def is_workload(self) -> bool:
        """It is a whole workload, not a function that makes a dataset."""
        return self.name == WORKLOAD


@dataclass(frozen=True)
class Offers:
    """What is in a file.

    Attributes:
        file: The file, absolute.
        offered: The likeliest first.
        fits: Lines that call ``fit``: it may be a training script.
        runs: It does something when it is run: below ``if __name__ == "__main__"``, in a
            function that its top calls, or by calling ``fit`` there.
    """

    file: Path
    offered: tuple[Offer, ...]
    fits: tuple[int, ...] = ()
    runs: bool = False

    @property
    def trains(self) -> bool:
        """Whether it calls ``fit`` somewhere."""
        return bool(self.fits)

    def text(self, offer: Offer) -> str:
        """What ``open_user_code`` takes for one of them."""
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
            remedy="Fix this line and open the file again.",
        ) from error
    except ValueError as error:
        raise InputError(f"{file} is no Python ({error})", expected="a Python file") from error
    offered = sorted(_offered(tree), key=_rank)
    return Offers(file.absolute(), tuple(offered), fits_in(tree), _runs(tree))


def _rank(offer: Offer) -> tuple[bool, bool, bool, bool]:
    return not offer.is_workload, offer.name != _USUAL, offer.at_top, not offer.likely


def _offered(tree: ast.Module) -> Iterator[Offer]:
    datasets: dict[str, Offer] = {}
    for node in statements(tree.body):
        if isinstance(node, ast.FunctionDef):
            if node.name != _MODEL and not _wants(node, method=False):
                yield _offer(node, node.name)
        elif isinstance(node, ast.ClassDef):
            yield from _methods(node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            if WORKLOAD in names:
                yield Offer(WORKLOAD, node.lineno, "The workload that this file describes.", True)
            elif isinstance(node.value, (ast.Lambda, ast.Call)):
                # make_dataset = functools.partial(...), or what a function returns.
                makes = [name for name in names if _MAKES.match(name)]
                yield from (Offer(name, node.lineno, likely=True) for name in makes)
                if not makes and isinstance(node.value, ast.Call):
                    datasets |= _datasets(node.value, targets, datasets)
    yield from datasets.values()


def _datasets(
    value: ast.Call, targets: Sequence[ast.expr], known: Mapping[str, Offer]
) -> dict[str, Offer]:
    """Names that a statement at the top binds to what looks like a dataset."""
    named = [node for target in targets for node in ast.walk(target)]
    names = [node.id for node in named if isinstance(node, ast.Name)]
    chained = any(isinstance(node, ast.Name) and node.id in known for node in ast.walk(value.func))
    if not (chained or _mentions_data(value.func)):
        names = [name for name in names if _NAMED.search(name)]
    about = "a dataset at the top of the file, which runs up to where it trains"
    return {name: Offer(name, value.lineno, about, likely=True, at_top=True) for name in names}


def _methods(node: ast.ClassDef) -> Iterator[Offer]:
    methods = [method for method in node.body if isinstance(method, ast.FunctionDef)]
    if any(_wants(method, method=True) for method in methods if method.name == "__init__"):
        return
    for function in methods:
        static = any(
            isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.decorator_list
        )
        if not function.name.startswith("__") and not _wants(function, method=not static):
            offer = _offer(function, f"{node.name}.{function.name}")
            if offer.likely:
                yield offer


def _wants(node: ast.FunctionDef, *, method: bool) -> bool:
    """Whether it cannot be called without arguments."""
    given = node.args
    positional = len(given.posonlyargs) + len(given.args) - len(given.defaults) - method
    return positional > 0 or any(default is None for default in given.kw_defaults)


def _offer(node: ast.FunctionDef, name: str) -> Offer:
    about = (ast.get_docstring(node) or "").partition("\n")[0].strip()
    return Offer(name, node.lineno, about, _likely(node))


def _likely(node: ast.FunctionDef) -> bool:
    gives = any(
        isinstance(inner, ast.Return) and inner.value is not None for inner in ast.walk(node)
    )
    annotated = node.returns is not None and "Dataset" in ast.unparse(node.returns)
    named = "dataset" in node.name.lower()
    return gives and (annotated or named or _mentions_data(node))


def _mentions_data(node: ast.AST) -> bool:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute):
            if inner.attr in _DATASETS or inner.attr.endswith(("Dataset", *_MAKERS)):
                return True
        elif isinstance(inner, ast.Name) and inner.id.endswith(("Dataset", *_MAKERS)):
            return True
    return False


def fits_in(tree: ast.AST) -> tuple[int, ...]:
    """Lines that call a method ``fit``, from the first to the last."""
    return tuple(
        sorted(
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "fit"
        )
    )


def _runs(tree: ast.Module) -> bool:
    guards = [ast.unparse(node.test) for node in tree.body if isinstance(node, ast.If)]
    # Of set_seed(1) or print(...) at the top nothing follows.
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    calls = [node.value for node in tree.body if isinstance(node, ast.Expr)]
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    at_top = [node for node in tree.body if not isinstance(node, functions)]
    return (
        any("__name__" in guard for guard in guards)
        or any(fits_in(node) for node in at_top)
        or any(
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id in defined
            for call in calls
        )
    )


def statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Those at the top of a file, also below ``if``, ``try`` and ``with``."""
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            yield from statements([*node.body, *getattr(node, "orelse", ())])
