"""What a function is made of: the values that it uses, by the names that its code has for them."""

from __future__ import annotations

import functools
import inspect
from types import ModuleType
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
        used = inspect.getclosurevars(value)
        parts = {**used.globals, **used.nonlocals}
    elif isinstance(value, dict):
        parts = {str(name): part for name, part in value.items()}
    elif isinstance(value, (list, tuple, set)):
        parts = {f"element {n}": part for n, part in enumerate(value)}
    elif isinstance(value, (type, ModuleType)):
        parts = {}
    else:
        parts = {f"self.{name}": part for name, part in getattr(value, "__dict__", {}).items()}
    return {name: part for name, part in parts.items() if not isinstance(part, ModuleType)}
