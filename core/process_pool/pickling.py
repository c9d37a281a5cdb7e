"""Functions as bytes, by cloudpickle: with their code where a worker could not import them."""

from __future__ import annotations

import contextlib
import importlib
import io
import sys
import threading
from collections import ChainMap
from collections.abc import Callable, Iterator
from types import CodeType, ModuleType
from typing import Any, ClassVar

import cloudpickle

_NO_FILE = "<dynamic-code>"
_LOCK = threading.RLock()
"""cloudpickle keeps the modules by value for all threads: generators of an ``interleave`` are sent
at the same time."""

Theirs = Callable[[str, ModuleType], bool]
"""Whether the functions of a module are sent with their code."""


def dumped(value: Any, theirs: Theirs) -> bytes:
    """A value as bytes.

    Args:
        value: A function, or what a function uses.
        theirs: Which modules are not imported by a worker.

    Raises:
        Exception: It cannot be copied; of any kind.
    """
    file = io.BytesIO()
    with _LOCK, _by_value(theirs):
        _Pickler(file).dump(value)
    return file.getvalue()


def _with_its_file(code: CodeType) -> tuple[Any, ...]:
    """Code with the name of its file, which cloudpickle leaves out: a traceback shows it."""
    make, arguments = cloudpickle.Pickler.dispatch_table[CodeType](code)[:2]
    named = (code.co_filename if value == _NO_FILE else value for value in arguments)
    return make, tuple(named)


def _module(module: ModuleType) -> tuple[Any, ...]:
    """A module by its name; what AutoGraph gives to functions as ``ag__`` has that of another.

    A function that stands in one that TensorFlow has traced is AutoGraph's, and calls that module.
    """
    own_name = sys.modules.get(module.__name__) is module
    if not own_name and hasattr(module, "converted_call"):
        return autograph, ()
    reduced: tuple[Any, ...] = cloudpickle.Pickler.dispatch_table[ModuleType](module)
    return reduced


def autograph() -> Any:
    """What AutoGraph gives to functions as ``ag__``: no module that can be imported."""
    api: Any = importlib.import_module("tensorflow.python.autograph.impl.api")
    return api.PyToTF().get_extra_locals()["ag__"]


class _Pickler(cloudpickle.Pickler):
    dispatch_table: ClassVar[Any] = ChainMap(
        {CodeType: _with_its_file, ModuleType: _module}, cloudpickle.Pickler.dispatch_table
    )


@contextlib.contextmanager
def _by_value(theirs: Theirs) -> Iterator[None]:
    """Meanwhile, functions of these modules are sent with their code."""
    known = {"__main__", *cloudpickle.list_registry_pickle_by_value()}
    modules = [
        module
        for name, module in sys.modules.copy().items()
        if name not in known and theirs(name, module)
    ]
    for module in modules:
        cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        for module in modules:
            cloudpickle.unregister_pickle_by_value(module)
