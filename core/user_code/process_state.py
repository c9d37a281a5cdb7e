"""The process as a person's code expects it while it runs, and as it was afterwards."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from core.lazy import keras, quiet, tf
from core.user_code.observed.generated import is_generated

_neighbours: dict[Path, dict[str, ModuleType]] = {}
"""Modules that were imported from a folder: two folders may each have a ``utils``."""
_at_hand: list[Path] = []
"""The folder whose modules ``import`` finds at present, if any."""


@contextlib.contextmanager
def beside(file: Path, *more: Path) -> Iterator[None]:
    """Search the file's folder for modules before all others, as when Python runs a script.

    ``sys.argv`` holds the file alone: it is given no arguments.

    Args:
        file: The file.
        more: Folders that are searched too.
    """
    folder = file.parent
    _bring(folder)
    searched = [str(path) for path in (folder, *more)]
    before, writes, arguments = set(sys.modules), sys.dont_write_bytecode, sys.argv
    sys.path[:0] = searched
    # No __pycache__ in a folder that is theirs.
    sys.dont_write_bytecode, sys.argv = True, [str(file)]
    try:
        yield
    finally:
        sys.dont_write_bytecode, sys.argv = writes, arguments
        for entry in searched:
            with contextlib.suppress(ValueError):
                sys.path.remove(entry)
        own = _neighbours.setdefault(folder, {})
        for name in set(sys.modules) - before:
            module = sys.modules[name]
            if any(is_below(module, path) for path in (folder, *more)):
                own[name] = module


def is_below(module: ModuleType, folder: Path) -> bool:
    """Whether a module's file is in a folder, and neither a package's nor AutoGraph's."""
    path = str(getattr(module, "__file__", None) or "")
    if not path or is_generated(path) or "site-packages" in path:
        return False
    return Path(path).is_relative_to(folder)


def neighbours(file: Path) -> list[Path]:
    """Files of the modules that were imported from a file's folder."""
    modules = _neighbours.get(file.parent, {}).values()
    return sorted({Path(str(module.__file__)) for module in modules})


def forget_neighbours(file: Path) -> None:
    """Have them loaded anew: their text may have changed."""
    for name, module in _neighbours.pop(file.parent, {}).items():
        if sys.modules.get(name) is module:
            del sys.modules[name]


def _bring(folder: Path) -> None:
    """Only one folder's modules are to be found at a time."""
    if _at_hand == [folder]:
        return
    for before in _at_hand:
        for name, module in _neighbours.get(before, {}).items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
    _at_hand[:] = [folder]
    for name, module in _neighbours.get(folder, {}).items():
        sys.modules.setdefault(name, module)


@contextlib.contextmanager
def put_back() -> Iterator[None]:
    """Afterwards, what code sets for a whole process is as before.

    The working directory, whether functions run eagerly, and Keras's precision.
    """
    folder = os.getcwd()
    eagerly, precision = tf.config.functions_run_eagerly(), keras.config.dtype_policy()
    try:
        yield
    finally:
        os.chdir(folder)
        if tf.config.functions_run_eagerly() != eagerly:
            tf.config.run_functions_eagerly(eagerly)
        if keras.config.dtype_policy() != precision:
            keras.config.set_dtype_policy(precision)


def global_seed() -> int | None:
    """TensorFlow's seed for the whole process; None where nobody set one."""
    quiet()
    # TensorFlow sets this seed in public and lets nobody read it.
    seed: int | None = importlib.import_module("tensorflow.python.eager.context").global_seed()
    return seed


@contextlib.contextmanager
def seeded(seed: int | None) -> Iterator[None]:
    """TensorFlow's seed for the whole process meanwhile, None for none; afterwards as before.

    Keras and NumPy have their own and are left alone.
    """
    before = global_seed()
    tf.random.set_seed(seed)
    try:
        yield
    finally:
        tf.random.set_seed(before)
