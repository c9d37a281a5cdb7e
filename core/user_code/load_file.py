"""Loads a person's Python file as a module."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import importlib
import importlib.machinery
import importlib.util
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
from core.user_code.user_function import content_hash


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
