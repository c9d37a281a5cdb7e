"""Whether a function of somebody's leaves all but memory alone, as far as its text can tell.

The files that it writes with ``open`` are no matter: ``core.user_code.scratch_files`` has them
elsewhere, and refuses what this cannot see.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Sequence
from types import FunctionType, MethodType, ModuleType
from typing import Any

from core.user_code.observed.frames import is_library

_FUNCTIONS = """
abs all any bool dict divmod enumerate filter float format frozenset getattr hasattr int isinstance
issubclass iter len list map max min next open pow print range repr reversed round set sorted str
sum super tuple type zip"""
_MODULE_NAMES = """
numpy math time statistics random gc copy collections itertools functools datetime json csv pathlib
posixpath ntpath genericpath string re"""
_MODULES = frozenset(_MODULE_NAMES.split())
"""Their functions are called, but for some that write by themselves or run what they read."""
_NEVER_OF_MODULES = ("savetxt", "memmap", "load", "fromfile")
_OF_SYSTEM = frozenset({"makedirs", "mkdir", "fsync", "fspath", "getpid"})
_TENSORFLOW = """
keras.ops. keras.random. keras.metrics. keras.losses. tensorflow.math.
tensorflow.linalg. tensorflow.random. tensorflow.nn. tensorflow.signal. tensorflow.strings.
tensorflow.image."""
_NEVER_OF_TENSORFLOW = ("load", "py_", "numpy_function", "function", "import")
_TYPES = frozenset({*_MODULES, "builtins", "tensorflow", "keras"})
_NEVER_OF_VALUES = frozenset({"save", "save_weights", "export", "to_hdf", "to_parquet"})
"""Methods that write where nobody is asked; a callback's own model is another matter."""
_MODEL = (["model", "save"], ["model", "save_weights"])
_UNKNOWN = (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.ClassDef, ast.Yield,
            ast.YieldFrom, ast.Await, ast.AsyncFor, ast.AsyncWith)  # fmt: skip


def is_harmless(function: Any, owner: object = None) -> bool:
    """Whether all that a function calls is known to touch no file, no network and no process.

    Files that it opens itself, and those in which it saves the model of a callback, do not count.
    What is not known counts as not: a ``False`` says nothing of what it does.

    Args:
        function: A function or a bound method that a person wrote.
        owner: The object whose method it is; None for a function.
    """
    return _Reader(owner).is_harmless(getattr(function, "__func__", function))


class _Reader:
    """Reads a function and those of the same person that it calls."""

    def __init__(self, owner: object) -> None:
        self._owner = owner
        self._read: set[FunctionType] = set()

    def is_harmless(self, function: Any) -> bool:
        if function in self._read:
            return True
        if not isinstance(function, FunctionType):
            return False
        # What super() needs is the class; of other variables outside it is not known what they are.
        if set(function.__code__.co_freevars) - {"__class__"}:
            return False
        self._read.add(function)
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        except (OSError, SyntaxError, TypeError, ValueError):
            return False
        return all(self._is_known(node, function.__globals__) for node in ast.walk(tree))

    def _is_known(self, node: ast.AST, names: dict[str, Any]) -> bool:
        if isinstance(node, ast.Call):
            return self._call(node.func, names)
        if isinstance(node, ast.Name) and node.id in names:
            return _is_known_value(names[node.id])
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "self":
            # What is opened or made by the callback itself, later on, is not there yet.
            held = getattr(self._owner, node.attr, None)
            if not _is_known_value(held):
                return False
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            # Of a module or of what a module holds it would outlast the callback.
            return isinstance(node.ctx, ast.Store) and _root(node) not in names
        return not isinstance(node, _UNKNOWN)

    def _call(self, called: ast.expr, names: dict[str, Any]) -> bool:
        if isinstance(called, ast.Name):
            found = names.get(called.id)
            if found is None:
                return called.id in _FUNCTIONS.split()
            return self._of_theirs(found) or _is_pure(found, called.id)
        if not isinstance(called, ast.Attribute):
            return False
        if isinstance(called.value, ast.Call):
            # What Keras itself does in a hook of its class.
            own = isinstance(called.value.func, ast.Name) and called.value.func.id == "super"
            return called.attr.startswith("on_") if own else called.attr not in _NEVER_OF_VALUES
        root, *way = reversed(list(_path(called)))
        if root == "self" and len(way) == 1:
            return self._of_theirs(getattr(self._owner, called.attr, None)) or way == ["model"]
        on = self._owner if root == "self" else names.get(root)
        if root == "self" and way in _MODEL:
            return True
        if isinstance(on, ModuleType):
            return _is_pure(_found(on, way), ".".join((root, *way)))
        # What is made on the way is not there yet; what is there has to be a plain value.
        return _is_known_value(_found(on, way[:-1])) and called.attr not in _NEVER_OF_VALUES

    def _of_theirs(self, found: Any) -> bool:
        function = getattr(found, "__func__", found)
        if not isinstance(function, FunctionType) or is_library(function.__code__.co_filename):
            return False
        return self.is_harmless(function)


def _is_known_value(value: object) -> bool:
    """Whether nothing that is done with a value reaches further than memory, but for writing files.

    A file that was opened before, a logger or a connection is none.
    """
    if isinstance(value, ModuleType):
        return value.__name__.partition(".")[0] in {*_TYPES, "os"}
    if isinstance(value, (FunctionType, MethodType)):
        # It is looked into where it is called.
        return True
    of = value if isinstance(value, type) else type(value)
    return of.__module__.partition(".")[0] in _TYPES


def _is_pure(found: Any, path: str) -> bool:
    """Whether something of a library is known to work in memory."""
    if found is None:
        return False
    maker = getattr(found, "__self__", None)
    of = maker if isinstance(maker, type) else type(found)
    module = (getattr(found, "__module__", None) or of.__module__).partition(".")[0]
    # C's part of csv is _csv.
    module, name = module.removeprefix("_"), path.rpartition(".")[2]
    if module in ("tensorflow", "keras"):
        # As it is called, whatever the module is named here: tf.reduce_mean, keras.ops.mean.
        way = path.partition(".")[2]
        operation = "." not in way and not way.startswith(_NEVER_OF_TENSORFLOW)
        return operation or f"{module}.{way}".startswith(tuple(_TENSORFLOW.split()))
    if module in ("os", "posix", "nt"):
        return name in _OF_SYSTEM
    return module in _MODULES and not name.startswith(_NEVER_OF_MODULES)


def _found(found: Any, way: Sequence[str]) -> Any:
    for name in way:
        found = getattr(found, name, None)
    return found


def _path(node: ast.expr) -> Iterator[str]:
    """The names of ``a.b.c``, from the last to the first; something else is no name."""
    while isinstance(node, ast.Attribute):
        yield node.attr
        node = node.value
    yield node.id if isinstance(node, ast.Name) else ""


def _root(node: ast.expr) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
