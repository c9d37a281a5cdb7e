"""Takes calls out of chains of methods and puts others behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import libcst as cst

from core.export.patch.edits import CannotEditError, Edit
from core.export.patch.source import SourceFile


@dataclass
class ChainEdits:
    """Calls of one file that go, and what is put behind which call.

    Attributes:
        source: The file.
        off: Calls that go; True for those that take their dataset as an argument.
        behind: What is put behind a call, each as ``name(arguments)``: first a cache, ...
        moved_behind: ... then calls that move there, ...
        at_end: ... then a prefetch.
        in_front: The same in front of a call.
        statements: Statements that go with them, found by ``edits``.
    """

    source: SourceFile
    off: dict[cst.Call, bool] = field(default_factory=dict)
    behind: dict[cst.Call, list[bytes]] = field(default_factory=dict)
    moved_behind: dict[cst.Call, list[bytes]] = field(default_factory=dict)
    at_end: dict[cst.Call, list[bytes]] = field(default_factory=dict)
    in_front: dict[cst.Call, list[bytes]] = field(default_factory=dict)
    statements: list[cst.BaseSmallStatement] = field(default_factory=list)

    def edits(self) -> list[Edit]:
        """All edits but those of whole statements.

        Raises:
            CannotEditError: A call that goes is made on nothing.
        """
        edits: list[Edit] = []
        for node, texts in self.in_front.items():
            dataset = _inner(node)
            if isinstance(dataset, cst.Call):
                self.moved_behind.setdefault(dataset, []).extend(texts)
            elif dataset is not None:
                edits += self._in_front(dataset, texts)
        for more in (self.moved_behind, self.at_end):
            for node, texts in more.items():
                self.behind[node] = [*self.behind.get(node, ()), *texts]
        for node in self.off:
            if not self._goes_with_next(node):
                edits += self._off(node)
        for node, texts in self.behind.items():
            if node not in self.off:
                edits.append(self._behind(node, texts))
        return edits

    def _goes_with_next(self, node: cst.Call) -> bool:
        """Whether the call behind it in the chain goes too, and both go as one."""
        following = _next(self.source, node)
        return following is not None and self.off.get(following) is False and not node.rpar

    def _off(self, last: cst.Call) -> list[Edit]:
        source = self.source
        if self.off[last]:
            return self._unwrapped(last)
        first, texts = last, list(self.behind.get(last, ()))
        while isinstance(inner := _inner(first), cst.Call) and self.off.get(inner) is False:
            if inner.rpar:
                break
            first = inner
            texts = [*self.behind.get(first, ()), *texts]
        kept = _inner(first)
        if kept is None or not isinstance(first.func, cst.Attribute):
            raise CannotEditError("it is not called on a dataset there")
        start, end = source.whole(kept)[1], source.end(last)
        dot = source.end(first.func.dot.whitespace_before)
        if texts:
            return [Edit(dot, end, self._joined(texts, source.text[start:dot]))]
        statement = _assigns_itself(source, last, kept)
        if statement is not None:
            self.statements.append(statement)
            return []
        if source.indent(dot) is None:
            return [Edit(start, end)]
        gap = source.text[start:dot]
        if source.ends_line(end):
            if b"\\" in gap:  # the last line of a statement: that before it is then
                return [Edit(start, end)]
            return [Edit(source.line_start(dot), source.next_line(end))]
        if source.text[end : source.line_end(end)].strip() == b"\\":
            return [Edit(source.line_start(dot), source.next_line(end))]
        # Something stands behind it in its line: a comment before it has to keep a line of its own.
        return [Edit(dot if b"#" in gap else start, end)]

    def _unwrapped(self, node: cst.Call) -> list[Edit]:
        """``tf.data.Dataset.prefetch(ds, 2)`` as ``ds``; what changes in ``ds`` stays apart."""
        dataset = node.args[0].value
        texts = self.behind.get(node, ())
        statement = None if texts else _assigns_itself(self.source, node, dataset)
        if statement is not None:
            self.statements.append(statement)
            return []
        left, right = (b"", b"") if is_primary(dataset) else (b"(", b")")
        start, end = self.source.whole(dataset)
        right += b"".join(b"." + text for text in texts)
        return [
            Edit(self.source.start(node), start, left),
            Edit(end, self.source.end(node), right),
        ]

    def _in_front(self, dataset: cst.BaseExpression, texts: Sequence[bytes]) -> list[Edit]:
        """Put calls between a dataset and the first call on it."""
        start, end = self.source.whole(dataset)
        text = b"".join(b"." + each for each in texts)
        if is_primary(dataset):
            return [Edit(end, end, text)]
        return [Edit(start, start, b"("), Edit(end, end, b")" + text)]

    def _behind(self, node: cst.Call, texts: Sequence[bytes]) -> Edit:
        source, end = self.source, self.source.end(node)
        style = self._style(node)
        following = source.text[end : source.line_end(end)].strip()
        if style is None or following.startswith(b"."):
            return Edit(end, end, b"".join(b"." + text for text in texts))
        if b"\\" not in style and source.ends_line(end):
            end = source.line_end(end)
        return Edit(end, end, b"".join(style + b"." + text for text in texts))

    def _style(self, node: cst.Call) -> bytes | None:
        """What stands between two calls where each has a line of its own; else None."""
        for call in (node, _next(self.source, node)):
            inner = None if call is None else _inner(call)
            if call is None or inner is None or not isinstance(call.func, cst.Attribute):
                continue
            start = self.source.whole(inner)[1]
            dot = self.source.end(call.func.dot.whitespace_before)
            indent = self.source.indent(dot)
            if indent is not None:
                gap = self.source.text[start:dot]
                return gap if b"\\" in gap and b"#" not in gap else self.source.newline + indent
        return None

    def _joined(self, texts: Sequence[bytes], gap: bytes) -> bytes:
        """Texts in a call's place; ``gap`` is what stands before its dot."""
        between = b"" if b"\n" not in gap and b"\r" not in gap else (
            gap if b"#" not in gap else self.source.newline + gap.rpartition(b"\n")[2]
        )  # fmt: skip
        return (between + b".").join((b"." + texts[0], *texts[1:]))


def statements_removed(source: SourceFile, removed: Sequence[cst.BaseSmallStatement]) -> list[Edit]:
    """Edits that take whole statements away; ``pass`` where a block would be left empty."""
    edits: list[Edit] = []
    by_line: dict[cst.CSTNode, list[cst.BaseSmallStatement]] = {}
    for statement in removed:
        by_line.setdefault(source.parents[statement], []).append(statement)
    whole = {line for line, gone in by_line.items() if len(gone) == len(_body(line))}
    for line, gone in by_line.items():
        if line not in whole:
            edits += [_small(source, _body(line), statement) for statement in gone]
            continue
        first, last = gone[0], gone[-1]
        start, end = source.start(first), source.end(last)
        block = source.parents[line]
        rest = [node for node in _body(block) if node not in whole]
        needed = isinstance(line, cst.SimpleStatementSuite) or (
            isinstance(block, cst.IndentedBlock) and not rest and _body(block)[0] is line
        )
        if needed:
            edits.append(Edit(start, end, b"pass"))
        else:
            edits.append(Edit(source.line_start(start), source.next_line(end)))
    return edits


def is_primary(node: cst.BaseExpression) -> bool:
    """Whether a dot can follow an expression without parentheses around it."""
    return isinstance(node, (cst.Name, cst.Attribute, cst.Call, cst.Subscript)) or bool(node.lpar)


def _body(node: cst.CSTNode) -> Sequence[cst.CSTNode]:
    body = getattr(node, "body", ())
    return body if isinstance(body, (list, tuple)) else ()


def _small(
    source: SourceFile, body: Sequence[cst.CSTNode], statement: cst.BaseSmallStatement
) -> Edit:
    """Takes one of several statements of a line away."""
    index = list(body).index(statement)
    if index + 1 < len(body):
        return Edit(source.start(statement), source.start(body[index + 1]))
    return Edit(source.end(body[index - 1]), source.end(statement))


def _inner(node: cst.Call) -> cst.BaseExpression | None:
    """What a method is called on."""
    return node.func.value if isinstance(node.func, cst.Attribute) else None


def _next(source: SourceFile, node: cst.Call) -> cst.Call | None:
    """The call of a method on what a call gives; None where there is none."""
    attribute = source.parents.get(node)
    call = source.parents.get(attribute) if isinstance(attribute, cst.Attribute) else None
    return call if isinstance(call, cst.Call) and call.func is attribute else None


def _assigns_itself(
    source: SourceFile, node: cst.Call, kept: cst.BaseExpression
) -> cst.BaseSmallStatement | None:
    """The statement ``ds = ds.prefetch(2)`` around a call; None for any other."""
    around = source.parents.get(node)
    if not isinstance(around, cst.Assign) or len(around.targets) != 1:
        return None
    target = around.targets[0].target
    same = isinstance(kept, (cst.Name, cst.Attribute)) and source.code(target) == source.code(kept)
    return around if same else None


__all__ = ["ChainEdits", "is_primary", "statements_removed"]
