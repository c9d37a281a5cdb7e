"""Whether a function can be sent to another process: its bytes, or which name is in the way."""

from __future__ import annotations

import dis
import functools
import inspect
import io
import os
from collections.abc import Callable
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NamedTuple

from core import installed
from core.model.errors import InputError
from core.process_pool.parts import codes_in, parts_of

_HERE = f"{Path(__file__).parents[1]}{os.sep}"
"""This application's core, which workers import as it is."""
_KINDS = {"lock": "a lock", "RLock": "a lock", "Condition": "a lock", "Event": "a lock"}
_DEEP = 8


class Obstacle(NamedTuple):
    """What cannot be sent.

    Attributes:
        name: What the code calls it.
        value: It.
        code: The code that uses it; None where that is not known.
    """

    name: str
    value: Any
    code: CodeType | None


def packed(function: Callable[..., Any]) -> bytes:
    """A function as bytes, with a copy of everything that it uses.

    The person's own functions and classes are sent by their code, not by the name of their file:
    a worker runs nothing of the file, and so loads TensorFlow only where the function uses it.

    Raises:
        InputError: It uses what cannot be copied; says what, and in which line.
    """
    # Not before a function is sent: every start of the program would wait for it.
    from core.process_pool.pickling import dumped

    try:
        return dumped(function, _is_theirs)
    except Exception as error:
        raise _refusal(function, error) from error


def _is_theirs(name: str, module: ModuleType) -> bool:
    file = str(getattr(module, "__file__", None) or "")
    named = getattr(module, "__name__", "") == name
    return bool(file) and named and not file.startswith((_HERE, *installed.folders()))


def _refusal(function: Callable[..., Any], error: Exception) -> InputError:
    plain = _plain(function)
    code = getattr(plain, "__code__", None)
    name = getattr(plain, "__name__", type(plain).__name__).replace("<lambda>", "lambda")
    obstacle = _obstacle(function, None, set(), 0)
    where = f"{name}{_at(code, getattr(code, 'co_firstlineno', 0))}"
    if obstacle is None:
        why = f": {error}"
    else:
        line = _line(obstacle)
        uses = f"it uses {obstacle.name}, which is {_kind(obstacle.value)}"
        why = f": {uses}{_at(obstacle.code, line) if obstacle.code is not None else ''}"
    return InputError(
        f"{where} cannot be sent to another process{why}",
        expected="a Python function whose globals and captured values can be copied: no lock, open "
        "file, socket, thread or TensorFlow object",
        remedy="Make it inside of the function, or leave processes off for it.",
    )


def _plain(function: Any) -> Any:
    while isinstance(function, functools.partial):
        function = function.func
    return inspect.unwrap(getattr(function, "__func__", function))


def _obstacle(value: Any, code: CodeType | None, seen: set[int], depth: int) -> Obstacle | None:
    """The innermost name whose value cannot be sent; None where no name can be blamed."""
    if id(value) in seen or depth > _DEEP:
        return None
    seen.add(id(value))
    from core.process_pool.pickling import dumped

    user = getattr(_plain(value), "__code__", code)
    for name, part in parts_of(value).items():
        try:
            dumped(part, _is_theirs)
        except Exception:
            return _obstacle(part, user, seen, depth + 1) or Obstacle(name, part, user)
    return None


def _line(obstacle: Obstacle) -> int:
    """The line that uses it, as far as the code says."""
    if obstacle.code is None:
        return 0
    name = obstacle.name.removeprefix("self.")
    is_attribute = name != obstacle.name
    for code in codes_in(obstacle.code):
        lines = list(code.co_lines())
        for instruction in dis.get_instructions(code):
            attribute = instruction.opname.startswith(("LOAD_ATTR", "LOAD_METHOD"))
            if instruction.argval == name and attribute == is_attribute:
                for start, end, line in lines:
                    if line is not None and start <= instruction.offset < end:
                        return line
    return obstacle.code.co_firstlineno


def _kind(value: Any) -> str:
    kind = type(value)
    module = kind.__module__.partition(".")[0]
    if kind.__name__ in _KINDS:
        return _KINDS[kind.__name__]
    if isinstance(value, io.IOBase):
        return f"an open file ({getattr(value, 'name', kind.__name__)})"
    if module in ("tensorflow", "keras"):
        return f"a TensorFlow object ({kind.__name__})"
    return f"a {kind.__name__}"


def _at(code: CodeType | None, line: int) -> str:
    return f" ({Path(code.co_filename).name}, line {line})" if code is not None and line else ""
