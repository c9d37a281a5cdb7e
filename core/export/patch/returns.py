"""Puts calls behind what a function returns, where the call that made it cannot take them."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from core.export.patch.edits import CannotEditError, Edit
from core.export.patch.links import is_primary
from core.export.patch.source import Source


def returned(
    source: Source, outer: cst.Call | None, made_by: cst.Call | None, *, pair: bool | None
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
    found = [
        one
        for one in source.nodes
        if isinstance(one, cst.Return)
        and source.around(one, cst.FunctionDef, cst.Lambda) is function
    ]
    if len(found) != 1 or found[0].value is None:
        raise CannotEditError(f"{name} has {len(found)} return statements that give something")
    value = found[0].value
    for one in _parts(value):
        if _is_made_by(source, one, made_by):
            return one
    if isinstance(value, cst.Tuple) and len(_parts(value)) == 2 and pair:
        return value.elements[0].value
    if pair is False and is_primary(value) and not _is_tuple(source, value):
        return value
    raise CannotEditError(f"which part of what {name} returns is the dataset cannot be told")


def _parts(value: cst.BaseExpression) -> list[cst.BaseExpression]:
    """What a function returns, one by one."""
    if isinstance(value, (cst.Tuple, cst.List)):
        return [one.value for one in value.elements if isinstance(one, cst.Element)]
    if isinstance(value, cst.Dict):
        return [one.value for one in value.elements if isinstance(one, cst.DictElement)]
    return [value]


def _is_tuple(source: Source, value: cst.BaseExpression) -> bool:
    """Whether an expression is a name that is given several values at once somewhere."""
    scope = source.scopes.get(value)
    if not isinstance(value, cst.Name) or scope is None:
        return isinstance(value, (cst.Tuple, cst.List, cst.Dict))
    around = (source.parents.get(one.node) for one in scope[value.value] if hasattr(one, "node"))
    assigned = (source.parents.get(one) for one in around if isinstance(one, cst.AssignTarget))
    return any(
        isinstance(one, cst.Assign) and isinstance(one.value, (cst.Tuple, cst.List, cst.Dict))
        for one in assigned
    )


def behind(source: Source, value: cst.BaseExpression, texts: Sequence[bytes]) -> list[Edit]:
    """Edits that call methods on an expression."""
    start, end = source.whole(value)
    calls = b"".join(b"." + text for text in texts)
    if is_primary(value):
        return [Edit(end, end, calls)]
    return [Edit(start, start, b"("), Edit(end, end, b")" + calls)]


def _is_made_by(source: Source, value: cst.BaseExpression, call: cst.Call | None) -> bool:
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
