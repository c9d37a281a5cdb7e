"""Puts calls behind what a function returns, where the call that made it cannot take them."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from core.export.patch.chain_edits import is_primary
from core.export.patch.edits import CannotEditError, Edit
from core.export.patch.source import SourceFile


def returned(
    source: SourceFile, outer: cst.Call | None, made_by: cst.Call | None, *, pair: bool | None
) -> cst.BaseExpression:
    """The expression of the dataset that a function returns.

    Args:
        source: The file of the function.
        outer: A call in the function's own body.
        made_by: The call that made the dataset, where it is in this file.
        pair: See ``patch``.

    Raises:
        CannotEditError: It cannot be told which expression that is.
    """
    function = None if outer is None else source.around(outer, cst.FunctionDef, cst.Lambda)
    if not isinstance(function, cst.FunctionDef):
        raise CannotEditError("there is no function around it whose return could take the call")
    name = function.name.value
    nodes = [
        statement
        for statement in source.nodes
        if isinstance(statement, cst.Return)
        and source.around(statement, cst.FunctionDef, cst.Lambda) is function
    ]
    if len(nodes) != 1 or nodes[0].value is None:
        raise CannotEditError(f"{name} has {len(nodes)} return statements that give something")
    value = nodes[0].value
    for node in _parts(value):
        if _is_made_by(source, node, made_by):
            return node
    if isinstance(value, cst.Tuple) and len(_parts(value)) == 2 and pair:
        return value.elements[0].value
    if pair is False and is_primary(value) and not _is_tuple(source, value):
        return value
    raise CannotEditError(f"which part of what {name} returns is the dataset cannot be told")


def _parts(value: cst.BaseExpression) -> list[cst.BaseExpression]:
    """What a function returns, one by one."""
    if isinstance(value, (cst.Tuple, cst.List)):
        return [node.value for node in value.elements if isinstance(node, cst.Element)]
    if isinstance(value, cst.Dict):
        return [node.value for node in value.elements if isinstance(node, cst.DictElement)]
    return [value]


def _is_tuple(source: SourceFile, value: cst.BaseExpression) -> bool:
    """Whether an expression is a name that is given several values at once somewhere."""
    scope = source.scopes.get(value)
    if not isinstance(value, cst.Name) or scope is None:
        return isinstance(value, (cst.Tuple, cst.List, cst.Dict))
    around = (source.parents.get(node.node) for node in scope[value.value] if hasattr(node, "node"))
    assigned = (source.parents.get(node) for node in around if isinstance(node, cst.AssignTarget))
    return any(
        isinstance(node, cst.Assign) and isinstance(node.value, (cst.Tuple, cst.List, cst.Dict))
        for node in assigned
    )


def behind(source: SourceFile, value: cst.BaseExpression, texts: Sequence[bytes]) -> list[Edit]:
    """Edits that call methods on an expression."""
    start, end = source.whole(value)
    calls = b"".join(b"." + text for text in texts)
    if is_primary(value):
        return [Edit(end, end, calls)]
    return [Edit(start, start, b"("), Edit(end, end, b")" + calls)]


def _is_made_by(source: SourceFile, value: cst.BaseExpression, call: cst.Call | None) -> bool:
    """Whether a returned name is the one that a call's dataset was given."""
    around = None if call is None else source.parents.get(call)
    return (
        isinstance(value, cst.Name)
        and isinstance(around, cst.Assign)
        and any(
            isinstance(target.target, cst.Name) and target.target.value == value.value
            for target in around.targets
        )
    )
