"""Puts worker processes into a person's code, where Python is called."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from libcst import metadata

from core.export.patch.edits import CannotEditError, Edit
from core.export.patch.names import dotted, walk
from core.export.patch.source import SourceFile
from core.model.errors import InputError
from core.model.recorded_call import FunctionSeen
from core.pipeline.workers.in_processes import CALLS, GENERATOR, helper_arguments
from core.process_pool.item_loop import item_loop

_CALLED = ("numpy_function", "py_function", "py_func")
_DEEP = 3


def python_calls(source: SourceFile, function: FunctionSeen) -> list[cst.Call]:
    """The calls of ``tf.numpy_function`` in a function that is mapped, and in those it calls.

    Args:
        source: The file that the function is in.
        function: The function.

    Raises:
        CannotEditError: There is none that can be read.
    """
    starts = [
        node
        for node in source.nodes
        if isinstance(node, (cst.FunctionDef, cst.Lambda)) and _begins(source, node, function)
    ]
    calls = [call for start in starts for call in _calls_in(source, start, _DEEP)]
    if not calls:
        raise CannotEditError(
            f"no call of tf.numpy_function is found in {function.name}, in line {function.line} of "
            f"{source.file.name}"
        )
    return list(dict.fromkeys(calls))


def wrapped(source: SourceFile, call: cst.Call, processes: int, chunk: int) -> list[Edit]:
    """Edits that have processes call the function that a call of ``numpy_function`` is given.

    Raises:
        CannotEditError: It is not written there.
    """
    for arg in call.args:
        if not arg.star and (arg.keyword is None or arg.keyword.value == "func"):
            start, end = source.whole(arg.value)
            behind = f", {helper_arguments(processes, chunk)})".encode()
            return [
                Edit(start, start, f"{CALLS.name}(".encode()),
                Edit(end, end, behind, late=True),
            ]
    raise CannotEditError("the function that tf.numpy_function calls is not written there")


def made_by(source: SourceFile, loop: cst.For, processes: int) -> list[Edit]:
    """Edits that have processes make the items of a generator: the loop's body is a function."""
    target, last = loop.target, _yield_of(loop)
    name, names = "item", {node.value for node in source.nodes if isinstance(node, cst.Name)}
    while name in names:
        name += "_"
    plain = isinstance(target, cst.Name)
    given = source.code(target) if plain else b"value_"
    start, end = source.start(loop), source.end(loop.iter)
    edits = [Edit(start, end, f"def {name}(".encode() + given + b")")]
    if not plain:
        first = loop.body.body[0]
        between = b"; " if isinstance(loop.body, cst.SimpleStatementSuite) else None
        at = source.start(first)
        between = between or source.newline + source.text[source.line_start(at) : at]
        edits.append(Edit(at, at, source.code(target) + b" = value_" + between))
    begin = source.start(last)
    edits.append(Edit(begin, begin + len(b"yield"), b"return"))
    values = source.code(loop.iter)
    if isinstance(loop.iter, cst.Tuple) and not loop.iter.lpar:
        values = b"(" + values + b")"
    indent = source.text[source.line_start(start) : start]
    call = b"yield from " + GENERATOR.name.encode() + b"("
    call += name.encode() + b", " + values + f", {processes})".encode()
    behind = source.next_line(source.end(loop))
    ended = source.text[:behind].endswith((b"\n", b"\r"))
    line = indent + call + source.newline if ended else source.newline + indent + call
    edits.append(Edit(behind, behind, line))
    return edits


def item_loops(source: SourceFile, function: FunctionSeen) -> list[cst.For]:
    """The loop of a generator that makes its items.

    Raises:
        CannotEditError: It is not found, or does not make each of them by itself.
    """
    trees = ast.walk(ast.parse(source.text))
    made = [
        node
        for node in trees
        if isinstance(node, ast.FunctionDef)
        and (node.name, node.lineno) == (function.name, function.line)
    ]
    try:
        lines = {item_loop(node).lineno for node in made}
    except InputError as error:
        raise CannotEditError(error.what) from error
    loops = [
        node
        for node in source.nodes
        if isinstance(node, cst.For) and source.line(source.start(node)) in lines
    ]
    if len(loops) != 1:
        raise CannotEditError(f"the loop of {function.name} is not found")
    return loops


def _yield_of(loop: cst.For) -> cst.Yield:
    return [node for node in walk(loop.body) if isinstance(node, cst.Yield)][-1]


def _begins(source: SourceFile, node: cst.FunctionDef | cst.Lambda, function: FunctionSeen) -> bool:
    if isinstance(node, cst.Lambda):
        return function.name == "lambda" and source.line(source.start(node)) == function.line
    lines = {source.line(source.start(node)), source.line(source.start(node.name))}
    return node.name.value == function.name and function.line in lines


def _calls_in(source: SourceFile, function: cst.CSTNode, deep: int) -> Iterator[cst.Call]:
    called: set[tuple[str, bool]] = set()
    for node in walk(function):
        if isinstance(node, cst.Call):
            name = dotted(node.func) or ""
            last = name.rpartition(".")[2]
            if last in _CALLED:
                yield node
            elif not _is_imported(source, node, name):
                called.add((last, "." in name))
    if deep:
        for node in source.nodes:
            if isinstance(node, cst.FunctionDef):
                around = source.around(node, cst.FunctionDef, cst.ClassDef)
                if (node.name.value, isinstance(around, cst.ClassDef)) in called:
                    yield from _calls_in(source, node, deep - 1)


def _is_imported(source: SourceFile, node: cst.CSTNode, name: str) -> bool:
    """Whether a dotted name is of another file, such as ``tf.image.resize``."""
    scope, root = source.scopes.get(node), name.partition(".")[0]
    known = scope[root] if scope is not None else ()
    return any(isinstance(each, metadata.ImportAssignment) for each in known)
