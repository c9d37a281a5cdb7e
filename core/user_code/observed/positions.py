"""Which call in its file an instruction makes, also where Python's code knows lines alone."""

from __future__ import annotations

import ast
import itertools
import linecache
import sys
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType, FrameType

_BEHIND_CALLS = 1 << 20
"""Lines of what belongs to no call begin here."""

Position = tuple[int, int, int, int]
"""Line, last line, column and column behind the end, as Python counts."""


def position(frame: FrameType) -> Position | None:
    """Where the call that a frame is making stands; None where that is not known."""
    code = frame.f_code
    if sys.version_info < (3, 11):  # noqa: UP036 - what trains is sent to older Pythons
        return position_by_text(frame)
    spot = next(itertools.islice(code.co_positions(), frame.f_lasti // 2, None), (None,))
    line, end_line, column, end_column = spot if len(spot) == 4 else (None,) * 4
    if line is None or end_line is None or column is None or end_column is None:
        return None
    return line, end_line, column, end_column


def position_by_text(frame: FrameType) -> Position | None:
    """The same, found by compiling the file's text with each call on a line of its own.

    Line numbers change no instruction, so what that line is of is what the frame is making.
    """
    code, text = frame.f_code, "".join(linecache.getlines(frame.f_code.co_filename))
    positions, compiled = _numbered(text)
    fitting = set()
    for other in compiled:
        if other.co_name == code.co_name and other.co_code == code.co_code:
            number = _line_of(other, frame.f_lasti)
            # Two functions of a file may be made of the same instructions.
            if 0 < number <= len(positions):
                spot = positions[number - 1]
                if spot[0] <= frame.f_lineno <= spot[1]:
                    fitting.add(spot)
    return fitting.pop() if len(fitting) == 1 else None


@lru_cache(maxsize=16)
def _numbered(text: str) -> tuple[tuple[Position, ...], tuple[CodeType, ...]]:
    """Positions of a text's calls, and its code, where the n-th of them is on line n."""
    try:
        tree = ast.parse(text)
        positions: list[Position] = []
        _number(tree, 0, positions)
        return tuple(positions), tuple(_inside(compile(tree, "", "exec", dont_inherit=True)))
    except (SyntaxError, ValueError, RecursionError):
        return (), ()


def _number(node: ast.AST, number: int, positions: list[Position]) -> None:
    if isinstance(node, ast.Call):
        positions.append(_of_call(node))
        number = len(positions)
    if isinstance(node, (ast.expr, ast.stmt, ast.excepthandler, ast.arg, ast.keyword, ast.alias)):
        node.lineno = node.end_lineno = number or _BEHIND_CALLS + node.lineno
        node.col_offset = node.end_col_offset = 0
    for child in ast.iter_child_nodes(node):
        _number(child, number, positions)


def _of_call(call: ast.Call) -> Position:
    line, column, called = call.lineno, call.col_offset, call.func
    plain = not any(isinstance(argument, ast.Starred) for argument in call.args) and all(
        keyword.arg is not None for keyword in call.keywords
    )
    if plain and isinstance(called, ast.Attribute) and called.lineno != called.end_lineno:
        # As Python 3.11 has it: a call in a chain over several lines begins with its method.
        line = called.end_lineno or line
        column = (called.end_col_offset or 0) - len(called.attr)
    return line, call.end_lineno or line, column, call.end_col_offset or -1


def _inside(code: CodeType) -> Iterator[CodeType]:
    yield code
    for value in code.co_consts:
        if isinstance(value, CodeType):
            yield from _inside(value)


def _line_of(code: CodeType, instruction: int) -> int:
    return next(
        (line or 0 for begin, end, line in code.co_lines() if begin <= instruction < end), 0
    )
