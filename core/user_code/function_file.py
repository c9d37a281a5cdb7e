"""Loads a person's Python file, and finds functions in it."""

from __future__ import annotations

import ast
import contextlib
import functools
import hashlib
import importlib
import importlib.machinery
import importlib.util
import inspect
import linecache
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from core.lazy import keras
from core.model.errors import InputError
from core.model.paths import check_text
from core.model.user_code_files import content
from core.user_code.discovery import statements
from core.user_code.errors import theirs
from core.user_code.process_state import (
    beside,
    forget_neighbours,
    global_seed,
    is_below,
    neighbours,
    put_back,
    seeded,
)
from core.user_code.training import LOOKS_S, Training, TrainingReached, watched


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


def hashes_beside(file: Path) -> dict[str, str]:
    """Of the modules in its folder that a loaded file has imported so far."""
    return {str(path): content_hash(path) for path in neighbours(file) if path.is_file()}


@dataclass(frozen=True)
class _Loaded:
    module: ModuleType
    stamp: str
    beside: Mapping[str, str]
    precision: Any
    folder: str
    seed: int | None


_loaded: dict[Path, _Loaded] = {}


def load(file: Path, *, stops: bool = False) -> ModuleType:
    """The file as a module; run once for each content, as ``import`` would run it.

    Its folder is searched for what it imports, as when Python runs it as a script. What it
    imports from there is loaded anew together with it, when any of it has changed.

    Args:
        file: The file.
        stops: Where it trains, the module is as far as it came until then.

    Raises:
        InputError: It cannot be read, or it trains while it is imported.
        RunError: It raised; with its own traceback.
    """
    stamp = content_hash(file)
    known = _loaded.get(file)
    if known is not None and known.stamp == stamp and known.beside == hashes_beside(file):
        return known.module
    with put_back(), seeded(None):
        return load_anew(file, stops=stops)


def load_anew(file: Path, *, stops: bool = False) -> ModuleType:
    """The same, run whatever is known; what it sets for the whole process holds on."""
    stamp = content_hash(file)
    forget_neighbours(file)
    linecache.checkcache()
    importlib.invalidate_caches()
    folder = os.getcwd()
    module = _run(file, stops=stops)
    precision, now, seed = keras.config.dtype_policy(), os.getcwd(), global_seed()
    went = "" if now == folder else now
    _loaded[file] = _Loaded(module, stamp, hashes_beside(file), precision, went, seed)
    return module


def restore_settings(file: Path) -> None:
    """Set again what a file set for the whole process when it was loaded."""
    known = _loaded.get(file)
    if known is None:
        return
    if known.precision != keras.config.dtype_policy():
        keras.config.set_dtype_policy(known.precision)
    if known.folder:
        os.chdir(known.folder)


def seed_of(file: Path) -> int | None:
    """TensorFlow's seed for the whole process as a file set it when it was loaded; else None."""
    known = _loaded.get(file)
    return None if known is None else known.seed


def _run(file: Path, *, stops: bool) -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("", str(file))
    with theirs(file):
        # Not from a file in __pycache__, which is not looked at again within a second.
        code = loader.source_to_code(file.read_bytes(), str(file))
    root, name = _place(file)
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None:
        raise InputError(f"{file} cannot be loaded", expected="a Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        with beside(file, *([root] if root else [])), _while_imported(file, stops), theirs(file):
            if root:
                importlib.import_module(name.rpartition(".")[0])
            sys.modules[name] = module
            _sent_by_value(module)
            exec(code, vars(module))
    except BaseException:
        sys.modules.pop(name, None)
        forget_neighbours(file)
        raise
    return module


def _sent_by_value(module: ModuleType) -> None:
    """Have processes that the code itself starts get its functions: by name they find no such file.

    As where Python runs the file as a script.
    """
    with contextlib.suppress(ImportError):
        cloudpickle: Any = importlib.import_module("cloudpickle")
        cloudpickle.register_pickle_by_value(module)


@contextlib.contextmanager
def _while_imported(file: Path, stops: bool) -> Iterator[None]:
    """End code that trains: to import a file is to want what it defines."""
    training = Training(file, _run.__code__, looks_s=LOOKS_S)
    try:
        with watched(training):
            yield
    except TrainingReached as reached:
        if stops:
            return
        if reached.fit is None:
            script = "Open the dataset itself (FILE.py:NAME), or put"
        else:
            script = f"`python main.py run-script {file.name}` measures that training. Or put"
        raise InputError(
            f"{file.name} trains while it is imported: {reached.what}",
            expected="a file that only defines its functions when it is imported",
            remedy=f'{script} it below `if __name__ == "__main__":`.',
        ) from None


def _place(file: Path) -> tuple[Path | None, str]:
    """The folder that its package is in, where it needs one, and the name to load it under."""
    plain = f"own_{hashlib.sha256(str(file).encode()).hexdigest()[:12]}"
    folder, names = file.parent, [file.stem]
    while (folder / "__init__.py").is_file() and folder != folder.parent:
        names.insert(0, folder.name)
        folder = folder.parent
    taken = sys.modules.get(names[0])
    if len(names) == 1 or (taken is not None and not is_below(taken, folder)):
        return None, plain
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        return None, plain
    relative = any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree))
    return (folder, ".".join(names)) if relative else (None, plain)


def function(user_function: UserFunction) -> Any:
    """The function itself, its file loaded: to be called without arguments.

    Raises:
        InputError: There is none of that name, or it cannot be called like that.
        RunError: The file raised; with its own traceback.
    """
    if user_function.at_top:
        return lambda: _bound(user_function)
    module = load(user_function.file)
    owner: Any = None
    value: Any = module
    for part in user_function.name.split("."):
        owner, value = value, getattr(value, part, None)
    if not callable(value):
        names = functions_in(module)
        raise InputError(
            f"{user_function.file.name} has no function {user_function.name!r}",
            expected=f"one of {', '.join(names)}" if names else "a function in it",
        )
    last = user_function.name.rpartition(".")[2]
    if inspect.isclass(owner) and inspect.isfunction(inspect.getattr_static(owner, last)):
        _without_arguments(owner, f"{user_function.file.name}: {owner.__name__}")
        return lambda: _checked(getattr(owner(), last), user_function)()
    return _checked(value, user_function)


def _bound(user_function: UserFunction) -> Any:
    """A value of the top of the file, which is run for it up to where it would train."""
    module = load_anew(user_function.file, stops=True)
    if user_function.name not in vars(module):
        raise InputError(
            f"{user_function.file.name} gives {user_function.name} no value before it trains",
            expected="a name that has its dataset before the training begins",
        )
    value = vars(module)[user_function.name]
    # functools.partial(...), or a function that another one gave.
    calls = callable(value) and not isinstance(value, keras.layers.Layer)
    return _checked(value, user_function)() if calls else value


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


def functions_in(module: ModuleType) -> list[str]:
    """Names of the functions that a file itself defines."""
    return sorted(
        name
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", "") == module.__name__
    )


def takes_no_arguments(call: Any) -> bool:
    """Whether it can be called with none."""
    return not _required(call)


def _required(call: Any) -> list[str]:
    try:
        parameters = inspect.signature(call).parameters.values()
    except (TypeError, ValueError):
        return []
    optional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [
        parameter.name
        for parameter in parameters
        if parameter.default is parameter.empty and parameter.kind not in optional
    ]


def _without_arguments(call: Any, name: str) -> None:
    missing = _required(call)
    if missing:
        raise InputError(
            f"{name} wants arguments ({', '.join(missing)})",
            expected="a function that can be called without any",
            remedy="Write one beside it that calls it with what you want to measure.",
        )


def _checked(call: Any, user_function: UserFunction) -> Any:
    name = f"{user_function.name} in {user_function.file.name}"
    _without_arguments(call, name)
    inner = call
    while isinstance(inner, functools.partial):
        inner = inner.func
    if inspect.isgeneratorfunction(inner) or inspect.iscoroutinefunction(inner):
        kind = "generator" if inspect.isgeneratorfunction(inner) else "coroutine"
        raise InputError(
            f"{name} is a {kind}, no function that returns a dataset",
            expected="a function that returns a tf.data.Dataset",
            remedy="Wrap a generator in tf.data.Dataset.from_generator(..., output_signature=...)."
            if kind == "generator"
            else "Make it a plain function.",
        )
    return call
