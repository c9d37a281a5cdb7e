"""Finds the call of a stage in the text of its file, and makes sure that it is that call."""

from __future__ import annotations

import libcst as cst

from core.export.patch.edits import CannotEditError
from core.export.patch.names import dotted, full_name
from core.export.patch.source import SourceFile
from core.model.recorded_call import RecordedCall, Site
from core.pipeline.methods import method_of
from core.pipeline.workers.py_dataset import KIND


def call_node(source: SourceFile, call: RecordedCall) -> cst.Call:
    """The node of a recorded call.

    Raises:
        CannotEditError: There is none, or it cannot be told which.
    """
    if call.site.end_column < 0:
        return _in_line(source, call)
    node = call_at(source, call.site)
    if node is None:
        raise CannotEditError(
            f"no call ends there any more: {source.file.name} has changed since it was opened"
        )
    if not _is_of(source, node, call.method):
        raise CannotEditError(
            f"{call.method} is not called by its name there (but through functools.partial, "
            "getattr, another function or another name)"
        )
    if not _takes(node, call):
        raise CannotEditError(
            f"what {call.method} is given there is not what it was given when it was opened"
        )
    return node


def call_at(source: SourceFile, site: Site) -> cst.Call | None:
    """The call whose end is that of a site: its beginning is none that Python keeps to."""
    return source.calls.get(source.offset(site.end_line, site.end_column))


def is_unbound(node: cst.Call, call: RecordedCall) -> bool:
    """Whether the dataset is the first argument: ``tf.data.Dataset.map(ds, f)``."""
    method = method_of(call.method)
    if method.is_class or not isinstance(node.func, cst.Attribute) or not node.args:
        return False
    if any(arg.star for arg in node.args) or not method.arguments:
        # The classes of tf.data are named so, and few variables.
        return (dotted(node.func.value) or "").rpartition(".")[2].startswith("Dataset")
    return len(node.args) == len(call.given) + 1


def _is_of(source: SourceFile, node: cst.Call, method: str) -> bool:
    """Whether a method is called by its name, and on something."""
    if isinstance(node.func, cst.Attribute):
        return node.func.attr.value == method
    if not isinstance(node.func, cst.Name) or not method_of(method).is_class:
        return False
    # A class may have been imported under another name.
    name = node.func.value
    return method in (name, full_name(source, node, name).rpartition(".")[2])


def _takes(node: cst.Call, call: RecordedCall) -> bool:
    """Whether the arguments can be those that were recorded."""
    method = method_of(call.method)
    if not method.arguments or any(arg.star for arg in node.args):
        return True
    keywords = {arg.keyword.value for arg in node.args if arg.keyword}
    more = len(node.args) - len(call.given)
    return keywords <= set(call.given) and more in ((0,) if method.is_class else (0, 1))


def _in_line(source: SourceFile, call: RecordedCall) -> cst.Call:
    """The call of which only the line is known, as where TensorFlow rewrote the function.

    Its line is that of its statement, or of the lambda that it is in.
    """
    if call.method == KIND:
        raise CannotEditError(
            "no call of tf.data sets them: give them to super().__init__(...) of the class, or set "
            "them on the object that fit gets"
        )
    function = call.site.function.partition(":")[0]
    nodes = [
        node
        for node in source.calls.values()
        if _is_of(source, node, call.method)
        and _takes(node, call)
        and call.site.line in _lines(source, node)
        and _stands_in(source, node, function)
    ]
    if not nodes:
        raise CannotEditError(
            f"only the line is known, and no call of {call.method} is found there: it may be given "
            "as a function, called by another name, or the file has changed since it was opened"
        )
    if len(nodes) > 1:
        raise CannotEditError(
            f"only the line is known, and {len(nodes)} calls of {call.method} belong to it"
        )
    return nodes[0]


def _lines(source: SourceFile, node: cst.Call) -> set[int]:
    """Lines that a call may go by: its name's, its statement's, its lambda's."""
    name = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    lines = {source.line(source.start(name))}
    unit = source.around(node, cst.Lambda, cst.BaseSmallStatement, cst.BaseCompoundStatement)
    if unit is not None:
        lines.add(source.line(source.start(unit)))
    if isinstance(unit, cst.Lambda):
        lines.add(source.line(source.whole(unit.body)[0]))
    return lines


def _stands_in(source: SourceFile, node: cst.Call, function: str) -> bool:
    around = source.around(node, cst.Lambda, cst.FunctionDef)
    if isinstance(around, cst.FunctionDef):
        return not function or function.rpartition(".")[2] == around.name.value
    return function in ("", "<lambda>") or function.endswith(".<lambda>")
