"""Sets, adds and takes away arguments of a call, the others untouched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from core.export.patch.edits import CannotEditError, Edit
from core.export.patch.source import SourceFile
from core.model.recorded_call import RecordedCall
from core.pipeline.methods import method_of

Changes = Mapping[str, bytes | None]
"""New values by the argument's name, as Python; None for what TensorFlow takes by itself."""


def found_argument(
    node: cst.Call, call: RecordedCall, name: str, *, unbound: bool
) -> cst.Arg | None:
    """The argument of a name in a call; None where it is not given.

    Raises:
        CannotEditError: It comes from ``*args`` or ``**kwargs``, or may.
    """
    for arg in node.args:
        if arg.keyword is not None and arg.keyword.value == name:
            return arg
    index = method_of(call.method).arguments.index(name) + unbound
    for position, arg in enumerate(node.args):
        if arg.star:
            raise CannotEditError(f"{name} may come from *args or **kwargs there")
        if position == index and arg.keyword is None:
            return arg
    return None


def edited_arguments(
    source: SourceFile, node: cst.Call, call: RecordedCall, changes: Changes, *, unbound: bool
) -> list[Edit]:
    """The edits that give a call other values.

    Args:
        source: The file.
        node: The call in it.
        call: The same as it was recorded.
        changes: What is to be given.
        unbound: The dataset is the first argument.

    Raises:
        CannotEditError: An argument may come from ``*args`` or ``**kwargs``.
    """
    edits: list[Edit] = []
    removed: list[cst.Arg] = []
    added: list[bytes] = []
    equal = _equal_sign(source, node)
    for name, value in changes.items():
        arg = found_argument(node, call, name, unbound=unbound)
        if arg is None:
            if value is not None:
                added.append(name.encode() + equal + value)
        elif value is None and _can_go(node, arg):
            removed.append(arg)
        else:
            edits.append(Edit(*value_span(source, arg), value or b"None"))
    if removed and added:
        # What comes takes the place of what goes: nothing around it has to move.
        place = removed.pop(0)
        edits.append(Edit(source.start(place), source.end(place), b", ".join(added)))
    elif added:
        edits += _added(source, node, added)
    return edits + _removed(source, node.args, removed)


def value_span(source: SourceFile, arg: cst.Arg) -> tuple[int, int]:
    """Offsets of an argument's value, parentheses around it included."""
    return source.whole(arg.value)


def _equal_sign(source: SourceFile, node: cst.Call) -> bytes:
    """The sign between name and value as the call has it, with the spaces around it."""
    for arg in node.args:
        if isinstance(arg.equal, cst.AssignEqual):
            start = source.start(arg.equal.whitespace_before)
            return source.text[start : source.end(arg.equal.whitespace_after)]
    return b"="


def _can_go(node: cst.Call, arg: cst.Arg) -> bool:
    """A positional argument holds the place of those behind it."""
    behind = node.args[list(node.args).index(arg) + 1 :]
    return arg.keyword is not None or all(later.keyword for later in behind)


def _comma_end(source: SourceFile, arg: cst.Arg) -> int:
    """Offset behind an argument and the comma behind it, if there is one."""
    if not isinstance(arg.comma, cst.Comma):
        return source.end(arg)
    return source.end(arg.comma.whitespace_before) + 1


def _added(source: SourceFile, node: cst.Call, added: Sequence[bytes]) -> list[Edit]:
    if not node.args:
        return [Edit(source.end(node) - 1, source.end(node) - 1, b", ".join(added))]
    last = node.args[-1]
    end, behind = source.end(last), _comma_end(source, last)
    comma = behind > end
    indent = source.indent(source.start(last))
    if indent is None:  # several arguments in its line: one more
        text = b", ".join(added)
        return [Edit(behind, behind, b" " + text + b",", late=True)
                if comma else Edit(end, end, b", " + text, late=True)]  # fmt: skip
    new = [source.newline + indent + text for text in added]
    if not source.ends_line(behind):  # one argument a line, the bracket behind the last
        return [Edit(end, end, b"".join(b"," + text for text in new), late=True)]
    # One argument a line, the bracket on its own: behind the comment of the last.
    place = source.line_end(behind)
    first = [] if comma else [Edit(end, end, b",", late=True)]
    whole = b",".join(new) + (b"," if comma else b"")
    return [*first, Edit(place, place, whole, late=True)]


def _removed(source: SourceFile, args: Sequence[cst.Arg], removed: Sequence[cst.Arg]) -> list[Edit]:
    """Edits that take arguments away, neighbours in one go."""
    edits: list[Edit] = []
    indices = sorted(list(args).index(arg) for arg in removed)
    while indices:
        run = [indices.pop(0)]
        while indices and indices[0] == run[-1] + 1:
            run.append(indices.pop(0))
        edits += _run(source, args, run[0], run[-1])
    return edits


def _run(source: SourceFile, args: Sequence[cst.Arg], first: int, last: int) -> list[Edit]:
    start, end = source.start(args[first]), source.end(args[last])
    behind = _comma_end(source, args[last])
    before = args[first - 1] if first else None
    if source.indent(start) is not None and source.ends_line(behind):
        whole = Edit(source.line_start(start), source.next_line(behind))
        if behind > end or before is None:
            return [whole]
        # The last argument had no comma: the one before it, now the last, has none either.
        return [Edit(source.end(before), _comma_end(source, before)), whole]
    if last + 1 < len(args):
        return [Edit(start, source.start(args[last + 1]))]
    if before is None:
        return [Edit(start, behind)]
    if b"#" in source.text[source.end(before) : start]:
        return [Edit(start, end)]
    return [Edit(source.end(before), end)]
