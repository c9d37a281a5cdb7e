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
        pair: The function returns several datasets; None where that is not known.

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
    if isinstance(value, (cst.Tuple, cst.List)) and value.elements:
        first = value.elements[0]
        if isinstance(first, cst.Element):
            return first.value
    elif pair is False or _is_made_by(source, value, made_by):
        return value
    raise CannotEditError(f"what {name} returns may be a dataset or several")


def behind(source: Source, value: cst.BaseExpression, texts: Sequence[bytes]) -> list[Edit]:
    """Edits that call methods on an expression."""
    start, end = source.whole(value)
    calls = b"".join(b"." + text for text in texts)
    if is_primary(value):
        return [Edit(end, end, calls)]
    return [Edit(start, start, b"("), Edit(end, end, b")" + calls)]


def _is_made_by(source: Source, value: cst.BaseExpression, call: cst.Call | None) -> bool:
    """Whether a returned name is the one that a call's dataset was given."""
    if value is call:
        return True
    around = None if call is None else source.parents.get(call)
    return (
        isinstance(value, cst.Name)
        and isinstance(around, cst.Assign)
        and any(
            isinstance(target.target, cst.Name) and target.target.value == value.value
            for target in around.targets
        )
    )
