"""What names in a file stand for, and which of them can be seen from a place in it."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from libcst import metadata

from core.export.patch.source import SourceFile


def dotted(node: cst.CSTNode) -> str | None:
    """``a.b.c`` as text; None for any other expression."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        before = dotted(node.value)
        return None if before is None else f"{before}.{node.attr.value}"
    return None


def full_name(source: SourceFile, node: cst.CSTNode, name: str) -> str:
    """What a dotted name stands for at a node, by the file's imports; itself where by none.

    Empty where it is not known there, or may be one of several things.
    """
    root, _, rest = name.partition(".")
    scope = source.scopes.get(node)
    if scope is None:
        return name
    assigned = list(scope[root])
    if len(assigned) != 1 or not _is_before(source, assigned[0], node, scope):
        return ""
    if not isinstance(assigned[0], metadata.ImportAssignment):
        return name
    full_names = {qualified.name for qualified in scope.get_qualified_names_for(root)}
    return ".".join(filter(None, (full_names.pop(), rest))) if len(full_names) == 1 else ""


def constants(source: SourceFile, node: cst.CSTNode) -> Iterator[tuple[str, cst.BaseExpression]]:
    """Names that are given a value once and for all and can be seen at a node, with the value.

    Once for all: at the top of the file or of a function, under no condition and in no loop.
    """
    scope = source.scopes.get(node)
    for statement in source.nodes:
        if not isinstance(statement, cst.Assign) or scope is None or len(statement.targets) != 1:
            continue
        target = statement.targets[0].target
        line = source.parents[statement]
        block = source.parents[line]
        in_function = isinstance(block, cst.IndentedBlock) and isinstance(
            source.parents[block], cst.FunctionDef
        )
        if not isinstance(target, cst.Name) or not (isinstance(block, cst.Module) or in_function):
            continue
        assigned = list(scope[target.value])
        if [
            assignment.node
            for assignment in assigned
            if isinstance(assignment, metadata.Assignment)
        ] == [target] and _is_before(source, assigned[0], node, scope):
            yield target.value, statement.value


def _is_before(
    source: SourceFile,
    assigned: metadata.BaseAssignment,
    node: cst.CSTNode,
    scope: metadata.Scope,
) -> bool:
    """Whether a name has its value when a node is come to: a function runs later than its file."""
    if not isinstance(assigned, metadata.Assignment) or assigned.scope is not scope:
        return True
    return source.start(assigned.node) < source.start(node)


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all that is in it, from the outside inwards."""
    yield node
    for child in node.children:
        yield from walk(child)


def names_in(node: cst.CSTNode) -> set[str]:
    """All names that code uses."""
    return {part.value for part in walk(node) if isinstance(part, cst.Name)}


def names_bound(node: cst.CSTNode) -> set[str]:
    """Names that a statement gives a value; empty for anything else."""
    if isinstance(node, cst.Assign):
        return {name for target in node.targets for name in names_in(target.target)}
    if isinstance(node, (cst.AnnAssign, cst.AugAssign, cst.For, cst.NamedExpr)):
        return names_in(node.target)
    if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
        return {node.name.value}
    return set()
