"""Whether a function of somebody's works in memory alone, as far as its text can tell."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Sequence
from types import FunctionType, ModuleType
from typing import Any

from core.user_code.observed.frames import is_library

_FUNCTIONS = """
abs all any bool dict divmod enumerate float frozenset getattr hasattr int isinstance iter len list
max min next pow print range repr reversed round set sorted str sum super tuple type zip"""
_METHODS = """
add append astype clear copy count discard dot evaluate extend flatten format get get_weights index
item items join keys max mean min norm numpy pop popleft predict predict_on_batch ravel reshape
reset_state result set_weights setdefault sort split std strip sum test_on_batch tolist update
update_state values var"""
"""Of arrays, collections, models and metrics."""
_MODULES = frozenset(
    {"numpy", "math", "time", "statistics", "random", "gc", "copy", "collections", "itertools"}
)
_TYPES = frozenset({*_MODULES, "builtins", "tensorflow", "keras"})
_WRITES = ("save", "tofile", "memmap", "load", "fromfile")
_TENSORFLOW = ("keras.ops.", "tensorflow.math.", "tensorflow.linalg.", "tensorflow.reduce_")
_OPERATIONS = """
abs cast concat constant convert_to_tensor identity norm ones ones_like shape size sqrt square stack
timestamp zeros zeros_like"""
_UNKNOWN = (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.With, ast.ClassDef, ast.Yield,
            ast.YieldFrom, ast.Await, ast.AsyncFor, ast.AsyncWith)  # fmt: skip
_KNOWN_FUNCTIONS, _KNOWN_METHODS, _KNOWN_OPERATIONS = (
    frozenset(names.split()) for names in (_FUNCTIONS, _METHODS, _OPERATIONS)
)


def works_in_memory(function: Any, owner: object = None) -> bool:
    """Whether all that a function calls is known to touch no file, no network and no process.

    What is not known counts as not: a ``False`` says nothing of what it does.

    Args:
        function: A function or a bound method that a person wrote.
        owner: The object whose method it is; None for a function.
    """
    return _Reader(owner).works_in_memory(getattr(function, "__func__", function))


class _Reader:
    """Reads a function and those of the same person that it calls."""

    def __init__(self, owner: object) -> None:
        self._owner = owner
        self._read: set[FunctionType] = set()

    def works_in_memory(self, function: Any) -> bool:
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
            into_file = any(keyword.arg == "file" for keyword in node.keywords)
            return not into_file and self._call(node.func, names)
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            # Of a module or of what a module holds it would outlast the callback.
            return isinstance(node.ctx, ast.Store) and _root(node) not in names
        return not isinstance(node, _UNKNOWN)

    def _call(self, called: ast.expr, names: dict[str, Any]) -> bool:
        if isinstance(called, ast.Name):
            found = names.get(called.id)
            if found is None:
                return called.id in _KNOWN_FUNCTIONS
            return self._of_theirs(found) or _is_pure(found, called.id)
        if not isinstance(called, ast.Attribute):
            return False
        if isinstance(called.value, ast.Call):
            # What Keras itself does in a hook of its class.
            own = isinstance(called.value.func, ast.Name) and called.value.func.id == "super"
            return called.attr.startswith("on_") if own else called.attr in _KNOWN_METHODS
        root, *way = reversed(list(_path(called)))
        if root == "self" and len(way) == 1:
            return self._of_theirs(getattr(self._owner, called.attr, None)) or way == ["model"]
        on = self._owner if root == "self" else names.get(root)
        if isinstance(on, ModuleType):
            return _is_pure(_found(on, way), ".".join((root, *way)))
        # What is made on the way is not there yet; what is there has to be a plain value.
        holder = _found(on, way[:-1])
        plain = holder is None or type(holder).__module__.partition(".")[0] in _TYPES
        return plain and called.attr in _KNOWN_METHODS

    def _of_theirs(self, found: Any) -> bool:
        function = getattr(found, "__func__", found)
        if not isinstance(function, FunctionType) or is_library(function.__code__.co_filename):
            return False
        return self.works_in_memory(function)


def _is_pure(found: Any, path: str) -> bool:
    """Whether something of a library is known to work in memory."""
    if found is None:
        return False
    module = (getattr(found, "__module__", None) or type(found).__module__).partition(".")[0]
    name = path.rpartition(".")[2]
    if module in ("tensorflow", "keras"):
        # As it is called, whatever the module is named here: tf.reduce_mean, keras.ops.mean.
        way = path.partition(".")[2]
        return f"{module}.{way}".startswith(_TENSORFLOW) or way in _KNOWN_OPERATIONS
    return module in _MODULES and not name.startswith(_WRITES)


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
