"""What a function is made of: the values that it uses, by the names that its code has for them."""

from __future__ import annotations

import contextlib
import dis
import functools
import inspect
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any


def parts_of(value: Any) -> dict[str, Any]:
    """The values that a value holds; empty for one that holds none, such as an array.

    Of a function the globals and captured values that it uses, of an object its attributes, of a
    ``functools.partial`` and of a collection what is in them. Modules are left out.
    """
    if isinstance(value, functools.partial):
        arguments = {f"argument {n}": part for n, part in enumerate(value.args, 1)}
        return {"the function": value.func, **arguments, **value.keywords}
    if inspect.ismethod(value):
        return {"self": value.__self__, **parts_of(value.__func__)}
    if inspect.isfunction(value):
        parts = {**globals_of(value), **_captured(value)}
    elif isinstance(value, dict):
        parts = {str(name): part for name, part in value.items()}
    elif isinstance(value, (list, tuple, set)):
        parts = {f"element {n}": part for n, part in enumerate(value)}
    elif isinstance(value, (type, ModuleType)):
        parts = {}
    else:
        parts = {f"self.{name}": part for name, part in getattr(value, "__dict__", {}).items()}
    return {name: part for name, part in parts.items() if not isinstance(part, ModuleType)}


def globals_of(function: FunctionType) -> dict[str, Any]:
    """The globals that a function uses, also in a lambda or a function within it.

    Not those that are named as an attribute that it uses: ``tf.image.resize`` is no ``resize``.
    """
    codes, known = list(codes_in(function.__code__)), function.__globals__
    loads = (each for code in codes for each in dis.get_instructions(code))
    names = dict.fromkeys(each.argval for each in loads if "GLOBAL" in each.opname)
    return {name: known[name] for name in names if name in known}


def codes_in(code: CodeType) -> Iterator[CodeType]:
    """Code, and that of all functions and comprehensions within it."""
    yield code
    for value in code.co_consts:
        if isinstance(value, CodeType):
            yield from codes_in(value)


def _captured(function: FunctionType) -> dict[str, Any]:
    parts = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        with contextlib.suppress(ValueError):  # not filled yet
            parts[name] = cell.cell_contents
    return parts
