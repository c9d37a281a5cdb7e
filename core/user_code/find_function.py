"""Finds the function that was named in a file, and makes sure that it can be called."""

from __future__ import annotations

import functools
import inspect
from types import ModuleType
from typing import Any

from core.lazy import keras
from core.model.errors import InputError
from core.user_code.load_file import load, load_anew
from core.user_code.user_function import UserFunction


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
            f"{name} needs arguments ({', '.join(missing)})",
            expected="a function that can be called without arguments",
            remedy="Add a function without parameters that calls it with your arguments.",
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
            f"{name} is a {kind} function and does not return a dataset",
            expected="a function that returns a tf.data.Dataset",
            remedy="Wrap a generator in tf.data.Dataset.from_generator(..., output_signature=...)."
            if kind == "generator"
            else "Make it a plain function.",
        )
    return call
