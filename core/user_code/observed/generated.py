"""From code that AutoGraph generated back to the call in the person's file that it stands for."""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import FrameType
from typing import Any

from core.model.recorded_call import Site
from core.user_code.observed.positions import position

_PREFIX = "tf__"
_LAMBDA = "lam"
_CONVERTED = "converted_call"

_Calls = list[tuple[str, ast.Call]]


def is_generated(file: str) -> bool:
    """Whether AutoGraph generated a file."""
    return "__autograph_generated_file" in file


def origin(frame: FrameType) -> Site | None:
    """Where the call that a generated frame is making stands in the file it was made from.

    AutoGraph itself keeps the line alone. It keeps the order of calls, though: the third call of
    ``map`` in the generated function is the third one in the original.

    Returns:
        The call; only its line where it cannot be told from others; None where not even that.
    """
    file, line = frame.f_code.co_filename, frame.f_lineno
    place = origin_of_line(file, line, frame.f_globals)
    if place is None:
        return None
    original, original_line, function = place
    name, calls = _generated_calls(file, line)
    spot = position(frame)
    made = next((pair for pair in calls if _spot(pair[1]) == spot), None)
    if made is not None:
        call = _counterpart(made, calls, _candidates(original, original_line, name))
        if call is not None:
            return Site(
                original,
                call.lineno,
                call.col_offset,
                call.end_lineno or -1,
                call.end_col_offset or -1,
                function,
            )
    return Site(original, original_line, function=function)


def _counterpart(
    made: tuple[str, ast.Call], calls: _Calls, candidates: Sequence[ast.AST]
) -> ast.Call | None:
    """The call of the original function that is as many calls of that name in as in the generated.

    None where no original function, or more than one, has the same calls of that name.
    """
    label = made[0]
    alike = [call for name, call in calls if name == label]
    # One pass per candidate: several lambdas may stand in one line.
    fitting = [
        nodes
        for candidate in candidates
        if len(nodes := [c for name, c in _calls_in(candidate) if name == label]) == len(alike)
    ]
    if len(fitting) != 1:
        return None
    return fitting[0][alike.index(made[1])]


def _candidates(file: str, line: int, name: str) -> list[ast.AST]:
    """The functions of a file that a generated one of some name may come from."""
    tree = _parsed("".join(linecache.getlines(file)))
    if tree is None:
        return []
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    matching = [
        node
        for node in ast.walk(tree)
        if isinstance(node, kinds)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
        and (name == _LAMBDA if isinstance(node, ast.Lambda) else node.name == name)
    ]
    if name == _LAMBDA:
        return list(matching)
    # A function inside one of the same name: the inner one.
    return list(matching[-1:])


def _generated_calls(file: str, line: int) -> tuple[str, _Calls]:
    """Name of the function that was converted, and the calls in the generated one."""
    tree = _parsed("".join(linecache.getlines(file)))
    if tree is None:
        return "", []
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.Assign)):
            continue
        if not node.lineno <= line <= (node.end_lineno or 0):
            continue
        if isinstance(node, ast.FunctionDef) and node.name.startswith(_PREFIX):
            return node.name.removeprefix(_PREFIX), _converted_in(node)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            return _LAMBDA, _converted_in(node.value)
    return "", []


def _calls_in(tree: ast.AST) -> _Calls:
    """All calls in a function, each with the name that is called, outer calls first."""
    return [(_name(node.func), node) for node in _deep(tree) if isinstance(node, ast.Call)]


def _converted_in(tree: ast.AST) -> _Calls:
    return [
        (_name(node.args[0]), node)
        for node in _deep(tree)
        if isinstance(node, ast.Call) and _name(node.func) == _CONVERTED and node.args
    ]


def _deep(tree: ast.AST) -> Any:
    """All nodes, each before those in it, in the order of the text."""
    yield tree
    for node in ast.iter_child_nodes(tree):
        yield from _deep(node)


def _name(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    if isinstance(called, ast.Call) and _name(called.func) == "ld" and called.args:
        return _name(called.args[0])
    return called.id if isinstance(called, ast.Name) else ""


def _spot(node: ast.Call) -> tuple[int, int | None, int, int | None]:
    """As ``code.co_positions`` gives it."""
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset


@lru_cache(maxsize=64)
def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return None


_lines: dict[tuple[str, int], tuple[str, int, str]] = {}
"""Found before; each generated file has a name of its own."""


def origin_of_line(file: str, line: int, names: Mapping[str, Any]) -> tuple[str, int, str] | None:
    """File, line and function that a line of generated code comes from; None where not known.

    Args:
        file: The generated file.
        line: A line of it.
        names: The globals of the code that runs: AutoGraph converts code once that is the same in
            two files, such as copies, and they say from which of them it is.
    """
    if (file, line) not in _lines:
        for source_map in _source_maps():
            for generated, origin in source_map.items():
                if generated.filename == file:
                    loc, name = origin.loc, str(origin.function_name or "")
                    _lines[file, generated.lineno] = str(loc.filename), int(loc.lineno), name
    place = _lines.get((file, line))
    own = names.get("__file__")
    return (own, *place[1:]) if place and isinstance(own, str) and own.endswith(".py") else place


def _source_maps() -> list[Any]:
    """Of all that AutoGraph converted so far; it keeps them where no public name reaches."""
    api = sys.modules.get("tensorflow.python.autograph.impl.api")
    try:
        by_code = api._TRANSPILER._cache._cache  # type: ignore[union-attr]
        return [
            factory.source_map
            for by_options in list(by_code.values())
            for factory in list(by_options.values())
            if factory.source_map
        ]
    except AttributeError:
        return []
