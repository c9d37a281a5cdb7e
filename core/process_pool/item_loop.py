"""Separates the loop of a generator from the code that makes one item.

The items of ``for path in paths: yield load(path)`` can be made by worker processes: the body of
the loop becomes a function of ``path``. It must not use values of an earlier iteration; what it
changes elsewhere stays in the workers.
"""

from __future__ import annotations
import __future__

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, MethodType
from typing import Any

from core.model.errors import InputError

IN_ORDER = "items_in_processes"
"""What the rewritten generator calls: with the function, the values and, in a file, a number."""


def item_loop(generator: ast.FunctionDef) -> ast.For:
    """The loop that makes the items of a generator, one a round.

    Raises:
        InputError: It makes them in another way; says which.
    """
    yields = [node for node in _own(generator) if isinstance(node, (ast.Yield, ast.YieldFrom))]
    if len(yields) != 1 or not isinstance(yields[0], ast.Yield) or yields[0].value is None:
        raise _refusal(generator, "it does not yield its items in one place")
    loops = [node for node in _own(generator) if isinstance(node, ast.For) and _gives(node)]
    if len(loops) != 1:
        raise _refusal(generator, "its yield does not end a for loop")
    (loop,) = loops
    if loop.orelse or any(isinstance(node, _LEAVE) for node in _leaving(loop)):
        raise _refusal(generator, "its loop can be left, or a round passed over")
    names = list(_uses(loop.body))
    stored = {name for name, store in names if store} | _targets(loop)
    present = set(_targets(loop))
    for name, store in names:
        if store:
            present.add(name)
        elif name in stored and name not in present:
            raise _refusal(generator, f"{name} is taken over from one round to the next")
    inside = {id(node) for part in (*loop.body, loop.target) for node in ast.walk(part)}
    for node in ast.walk(generator):
        if isinstance(node, ast.Name) and node.id in stored and id(node) not in inside:
            raise _refusal(generator, f"{node.id} is used outside of the loop too")
    return loop


def loop_of(generator: Callable[..., Any]) -> tuple[ast.FunctionDef, ast.For]:
    """A generator's own text and the loop in it that makes its items.

    Raises:
        InputError: There is none.
    """
    plain = generator.__func__ if isinstance(generator, MethodType) else generator
    if not isinstance(plain, FunctionType) or not inspect.isgeneratorfunction(plain):
        raise InputError("It is no function that yields")
    try:
        text = textwrap.dedent(inspect.getsource(plain))
        (function,) = ast.parse(text).body
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f"The text of {plain.__name__} cannot be read") from error
    if not isinstance(function, ast.FunctionDef) or function.decorator_list:
        raise InputError(f"{plain.__name__} is decorated, or no plain function")
    ast.increment_lineno(function, plain.__code__.co_firstlineno - 1)
    return function, item_loop(function)


def in_processes(
    generator: Callable[..., Any], in_order: Callable[[Callable[..., Any], Any], Iterator[Any]]
) -> Callable[..., Any]:
    """The same generator, whose items another function makes.

    Args:
        generator: A function, or a bound method, that yields.
        in_order: Is given the function that makes an item and the values that the loop goes
            through; yields the items in their order.

    Raises:
        InputError: It does not make its items in a loop.
    """
    function, loop = loop_of(generator)
    plain = generator.__func__ if isinstance(generator, MethodType) else generator
    assert isinstance(plain, FunctionType)
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    name = next(name for name in ("item", "item_", "item__", "_item_") if name not in names)
    for node in ast.walk(function):
        for field, value in ast.iter_fields(node):
            if isinstance(value, list) and loop in value:
                at = value.index(loop)
                getattr(node, field)[at : at + 1] = _rewritten(loop, name)
                break
    free = plain.__code__.co_freevars
    outer = ast.parse(f"def outer({', '.join((*free, IN_ORDER))}):\n    pass\n")
    assert isinstance(outer.body[0], ast.FunctionDef)
    outer.body[0].body = [function]
    # So the names of the outer function are captured ones in it.
    ast.fix_missing_locations(outer)
    # With the future statement of the generator's file, not with this one's.
    flags = plain.__code__.co_flags & __future__.annotations.compiler_flag
    compiled = compile(outer, plain.__code__.co_filename, "exec", flags, dont_inherit=True)
    code = _inner(_inner(compiled, "outer"), function.name)
    cells = dict(zip(free, plain.__closure__ or (), strict=True))
    cells[IN_ORDER] = _cell(in_order)
    closure = tuple(cells[each] for each in code.co_freevars)
    built = FunctionType(code, plain.__globals__, plain.__name__, plain.__defaults__, closure)
    built.__kwdefaults__ = plain.__kwdefaults__
    return MethodType(built, generator.__self__) if isinstance(generator, MethodType) else built


_LEAVE = (ast.Break, ast.Continue, ast.Return, ast.Global, ast.Nonlocal, ast.Delete, ast.Await)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _rewritten(loop: ast.For, name: str) -> list[ast.stmt]:
    """The loop as a function of its value, and the call that goes through the values."""
    last = loop.body[-1]
    assert isinstance(last, ast.Expr)
    assert isinstance(last.value, ast.Yield)
    statements = ast.parse(f"def {name}(value_): pass\nyield from {IN_ORDER}({name}, None)").body
    function, passes_on = statements
    assert isinstance(function, ast.FunctionDef)
    takes = ast.parse("target = value_").body[0]
    assert isinstance(takes, ast.Assign)
    takes.targets = [loop.target]
    result = ast.copy_location(ast.Return(last.value.value), last)
    function.body = [ast.copy_location(takes, loop), *loop.body[:-1], result]
    call = passes_on.value.value  # type: ignore[attr-defined]
    call.args[1] = loop.iter
    return [ast.copy_location(statement, loop) for statement in statements]


def _gives(loop: ast.For) -> bool:
    last = loop.body[-1]
    return isinstance(last, ast.Expr) and isinstance(last.value, ast.Yield)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function, not in one within it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, _SCOPES):
            yield from _own(child)


def _leaving(loop: ast.For) -> Iterator[ast.AST]:
    """What may leave a loop or a round of it: not of a loop within it."""

    def inside(node: ast.AST, within: bool) -> Iterator[ast.AST]:
        if isinstance(node, _SCOPES):
            return
        if not (within and isinstance(node, (ast.Break, ast.Continue))):
            yield node
        # A break in the else of a loop is one of the loop around it.
        own = node.body if isinstance(node, (ast.For, ast.While)) else []
        for child in ast.iter_child_nodes(node):
            yield from inside(child, within or child in own)

    for statement in loop.body:
        yield from inside(statement, False)


def _targets(loop: ast.For) -> set[str]:
    return {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}


def _uses(body: list[ast.stmt]) -> Iterator[tuple[str, bool]]:
    """The names that statements use, in the order of their evaluation, and whether they are set."""

    def uses(node: ast.AST) -> Iterator[tuple[str, bool]]:
        if isinstance(node, ast.Name):
            yield node.id, isinstance(node.ctx, ast.Store)
        elif isinstance(node, ast.AugAssign):
            if isinstance(node.target, ast.Name):
                yield node.target.id, False
            yield from (use for part in (node.value, node.target) for use in uses(part))
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            parts = [*([node.value] if node.value is not None else []), *targets]
            yield from (use for part in parts for use in uses(part))
        elif isinstance(node, (ast.For, ast.comprehension)):
            yield from uses(node.iter)
            yield from uses(node.target)
            for child in ast.iter_child_nodes(node):
                if child not in (node.iter, node.target):
                    yield from uses(child)
        elif isinstance(node, _COMPREHENSIONS):
            own = {
                part.id
                for each in node.generators
                for part in ast.walk(each.target)
                if isinstance(part, ast.Name)
            }
            parts = [
                *node.generators,
                *(p for p in ast.iter_child_nodes(node) if p not in node.generators),
            ]
            yield from (use for part in parts for use in uses(part) if use[0] not in own)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield from (
                use for child in ast.iter_child_nodes(node) for use in uses(child) if not use[1]
            )
            yield node.name, True
        else:
            for child in ast.iter_child_nodes(node):
                yield from uses(child)

    for statement in body:
        yield from uses(statement)


def _inner(code: CodeType, name: str) -> CodeType:
    return next(
        each for each in code.co_consts if isinstance(each, CodeType) and each.co_name == name
    )


def _cell(value: Any) -> Any:
    return (lambda: value).__closure__[0]  # type: ignore[index]


def _refusal(generator: ast.FunctionDef, why: str) -> InputError:
    return InputError(f"The items of {generator.name} cannot be made one by one: {why}")
