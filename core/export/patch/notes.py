"""Says where the code uses a changed call for more than the pipeline that was looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst

from core.export.patch.call_changes import CallChange, serves_apart
from core.export.patch.call_nodes import call_at
from core.export.patch.edit_sites import EditSite
from core.export.patch.names import dotted
from core.export.patch.source import SourceFile


def also_called_at(
    sources: Iterable[SourceFile], sites: Iterable[EditSite], asked: Sequence[CallChange]
) -> list[str]:
    """Sentences on other calls of the functions in which something changes.

    A helper that makes the validation data too changes those as well.
    """
    sources = tuple(sources)
    calls = [call_change.call for call_change in asked]
    known = {
        (source, node)
        for call_change in asked
        for site in call_change.call.path
        for source in sources
        if str(source.file) == site.file and (node := call_at(source, site)) is not None
    }
    notes: list[str] = []
    for edit_site in sites:
        function, name = _function(edit_site)
        if function is None or not name:
            continue
        count = max(call_change.call.count for call_change in edit_site.stages)
        if any(serves_apart(calls, call_change.call) for call_change in edit_site.stages):
            notes.append(
                f"{name}() is called {count} times on the way to "
                f"{edit_site.stages[0].where}: what it makes each time changes."
            )
        elif edit_site.returned:
            notes.append(f"{name}() is called for other data too: what it makes each time changes.")
        owner = edit_site.source.around(function, cst.ClassDef)
        method = isinstance(owner, cst.ClassDef)
        called = ""
        if isinstance(owner, cst.ClassDef) and name == "__call__":
            called = owner.name.value
            name = f"{called}.__call__"
        for source in sources:
            aliases = _instances(source, called) if called else _aliases(source, name)
            lines = [
                source.line(source.end(node))
                for node in source.calls.values()
                if (source, node) not in known
                and (
                    _calls(node, {name}, by_attribute=method or source is not edit_site.source)
                    or _calls(node, aliases, by_attribute=True)
                    or (called and _makes(node.func, called))
                )
            ]
            if lines:
                where = ", ".join(str(line) for line in sorted(set(lines)))
                notes.append(
                    f"{name}() is called in line {where} of {source.file.name} too: what it makes "
                    "there changes as well."
                )
    return notes


def _function(edit_site: EditSite) -> tuple[cst.CSTNode | None, str]:
    """The helper that a site is in and its name; None for the function that was opened itself."""
    source = edit_site.source
    function = source.around(edit_site.node, cst.FunctionDef, cst.Lambda)
    first = edit_site.change.call.path[0]
    if function is None:
        return None, ""
    if str(source.file) == first.file:
        outermost = call_at(source, first)
        if outermost is not None and source.around(outermost, cst.FunctionDef) is function:
            return None, ""
    if isinstance(function, cst.FunctionDef):
        opened = str(source.file) == first.file and function.name.value == first.function
        return (None, "") if opened else (function, function.name.value)
    around = source.parents.get(function)
    target = around.targets[0].target if isinstance(around, cst.Assign) else None
    return function, target.value if isinstance(target, cst.Name) else ""


def _aliases(source: SourceFile, name: str) -> set[str]:
    """Names that a function has in a file beside its own: imported as, or assigned to."""
    names = {name}
    for node in source.nodes:
        if isinstance(node, cst.ImportAlias) and node.asname is not None:
            if (dotted(node.name) or "").rpartition(".")[2] == name:
                names.add(dotted(node.asname.name) or name)
        elif isinstance(node, cst.Assign) and len(node.targets) == 1:
            value: cst.BaseExpression = node.value
            if isinstance(value, cst.Call) and (dotted(value.func) or "").endswith("partial"):
                value = value.args[0].value if value.args else value
            target = dotted(node.targets[0].target)
            if target and (dotted(value) or "").rpartition(".")[2] in names:
                names.add(target.rpartition(".")[2])
    return names - {name}


def _instances(source: SourceFile, called: str) -> set[str]:
    """Names that objects of a class are assigned to in a file."""
    return {
        target.rpartition(".")[2]
        for node in source.nodes
        if isinstance(node, cst.Assign) and _makes(node.value, called)
        for assigned in node.targets
        if (target := dotted(assigned.target))
    }


def _makes(node: cst.BaseExpression, called: str) -> bool:
    """Whether it is a call of that class."""
    return isinstance(node, cst.Call) and (dotted(node.func) or "").rpartition(".")[2] == called


def _calls(node: cst.Call, names: set[str], *, by_attribute: bool) -> bool:
    if isinstance(node.func, cst.Name):
        return node.func.value in names
    last = (dotted(node.func) or "").rpartition(".")
    return bool(last[0]) and last[2] in names and by_attribute
