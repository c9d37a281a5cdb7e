"""Which calls of libraries give a dataset, and what ``fit`` is given."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from core.export.patch.names import dotted, full_name
from core.export.patch.source import SourceFile

_FROM_KERAS = re.compile(r"_dataset_from_(directory|array)$")


def gives_dataset(source: SourceFile, node: cst.Call) -> bool:
    """Whether what a call gives is a dataset, and no pair of datasets or an object around one.

    True of Keras's functions that say so, and of what goes to ``fit`` as it is.
    """
    name = dotted(node.func) or ""
    if _FROM_KERAS.search(full_name(source, node, name) or name):
        subset = next((arg.value for arg in node.args if _keyword(arg) == "subset"), None)
        return subset is None or (
            isinstance(subset, cst.SimpleString) and subset.evaluated_value != "both"
        )
    around = source.parents.get(node)
    targets = [target.target for target in around.targets] if isinstance(around, cst.Assign) else []
    names = {target.value for target in targets if isinstance(target, cst.Name)}
    for given in given_to_fit(source):
        if given is node:
            return True
        if isinstance(given, cst.Name) and len(targets) == 1 and given.value in names:
            return True
    return False


def given_to_fit(source: SourceFile) -> Iterator[cst.BaseExpression]:
    """What each call of ``fit`` in a file is given as its data."""
    for call in source.calls.values():
        if not isinstance(call.func, cst.Attribute) or call.func.attr.value != "fit":
            continue
        first = [arg for arg in call.args if _keyword(arg) in ("", "x") and not arg.star][:1]
        yield from (arg.value for arg in first)


def _keyword(arg: cst.Arg) -> str:
    return arg.keyword.value if arg.keyword else ""
