"""A file of Python as a concrete syntax tree, with the offset of every node in its text."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path

import libcst as cst
from libcst import metadata

from core.export.patch.edits import CannotEditError
from core.model.user_code_files import content

_NEWLINE = re.compile(rb"\r\n|\n|\r")
_BLANK = re.compile(rb"[ \t\f]*(?:#[^\r\n]*)?")
_BOM = "\ufeff"


class SourceFile:
    """A file that was read.

    Attributes:
        file: Where it is.
        raw: What it holds.
        encoding: Of the file; ``utf-8`` also where a byte order mark says so.
        text: The same decoded and as UTF-8, without a byte order mark: what columns count in.
    """

    def __init__(self, file: Path, raw: bytes) -> None:
        """Read a text.

        Raises:
            CannotEditError: It is no Python that can be read.
        """
        self.file, self.raw = file, raw
        try:
            self.encoding = tokenize.detect_encoding(io.BytesIO(raw).readline)[0]
            if self.encoding == "utf-8-sig":
                self.encoding = "utf-8"
            decoded = raw.decode(self.encoding)
            self._mark = _BOM if decoded.startswith(_BOM) else ""
            plain = decoded.removeprefix(_BOM)
            self._module = cst.parse_module(plain)
        except (SyntaxError, UnicodeError, cst.ParserSyntaxError) as error:
            raise CannotEditError(f"{file.name} cannot be read as Python") from error
        if self._module.code != plain:
            raise CannotEditError(
                f"{file.name} has line ends or form feeds that would not stay as they are"
            )
        self.text = plain.encode()

    # -- the whole -------------------------------------------------------------------------------

    def decoded(self, raw: bytes) -> str:
        """Bytes of the file as text, a byte order mark included."""
        return raw.decode(self.encoding)

    def encoded(self, text: bytes) -> bytes:
        """A text as UTF-8, as bytes of the file."""
        return (self._mark + text.decode()).encode(self.encoding)

    @property
    def newline(self) -> bytes:
        """How its lines end."""
        return self._module.default_newline.encode()

    # -- nodes -----------------------------------------------------------------------------------

    @cached_property
    def _wrapper(self) -> metadata.MetadataWrapper:
        return metadata.MetadataWrapper(self._module, unsafe_skip_copy=True)

    @cached_property
    def _spans(self) -> Mapping[cst.CSTNode, metadata.CodeSpan]:
        return self._wrapper.resolve(metadata.ByteSpanPositionProvider)

    @cached_property
    def parents(self) -> Mapping[cst.CSTNode, cst.CSTNode]:
        """The node around each."""
        return self._wrapper.resolve(metadata.ParentNodeProvider)

    @cached_property
    def scopes(self) -> Mapping[cst.CSTNode, metadata.Scope | None]:
        """Which names each node sees."""
        return self._wrapper.resolve(metadata.ScopeProvider)

    @cached_property
    def nodes(self) -> tuple[cst.CSTNode, ...]:
        """All that have a place in the text."""
        return tuple(self._spans)

    @cached_property
    def calls(self) -> Mapping[int, cst.Call]:
        """Every call by the offset behind it: no two end at one place."""
        return {self.end(node): node for node in self.nodes if isinstance(node, cst.Call)}

    def start(self, node: cst.CSTNode) -> int:
        """Offset of a node without parentheses around it."""
        return self._spans[node].start

    def end(self, node: cst.CSTNode) -> int:
        """Offset behind a node without parentheses around it."""
        span = self._spans[node]
        return span.start + span.length

    def whole(self, node: cst.BaseExpression) -> tuple[int, int]:
        """Offsets of an expression with the parentheses that are around it."""
        start = self.start(node.lpar[0]) if node.lpar else self.start(node)
        return start, self.end(node.rpar[-1]) if node.rpar else self.end(node)

    def code(self, node: cst.CSTNode) -> bytes:
        """A node as it is written, with parentheses around it."""
        if isinstance(node, cst.BaseExpression):
            start, end = self.whole(node)
            return self.text[start:end]
        return self.text[self.start(node) : self.end(node)]

    def around(self, node: cst.CSTNode, *kinds: type[object]) -> cst.CSTNode | None:
        """The closest node of some kinds around another; None where there is none."""
        around = self.parents.get(node)
        while around is not None and not isinstance(around, kinds):
            around = self.parents.get(around)
        return around

    # -- lines -----------------------------------------------------------------------------------

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in _NEWLINE.finditer(self.text))]

    def offset(self, line: int, column: int) -> int:
        """Where a line (from 1) and a column (in bytes from 0) are; -1 where there is no such."""
        return self._lines[line - 1] + column if 0 < line <= len(self._lines) else -1

    def line(self, offset: int) -> int:
        """The line, from 1, in which an offset lies."""
        return sum(start <= offset for start in self._lines)

    def line_start(self, offset: int) -> int:
        """Offset of the line in which an offset lies."""
        return self._lines[self.line(offset) - 1]

    def line_end(self, offset: int) -> int:
        """Offset behind the line in which an offset lies, before what ends it."""
        match = _NEWLINE.search(self.text, offset)
        return match.start() if match else len(self.text)

    def next_line(self, offset: int) -> int:
        """Offset of the line behind that in which an offset lies."""
        match = _NEWLINE.search(self.text, offset)
        return match.end() if match else len(self.text)

    def indent(self, offset: int) -> bytes | None:
        """What stands before an offset in its line, where that is white space; else None."""
        before = self.text[self.line_start(offset) : offset]
        return None if before.strip() else before

    def ends_line(self, offset: int) -> bool:
        """Whether nothing but white space and a comment follow in the line."""
        match = _BLANK.match(self.text, offset)
        return match is not None and match.end() == self.line_end(offset)


def read(file: Path, texts: Mapping[str, bytes] | None = None) -> SourceFile:
    """Read a file.

    Args:
        file: Which one.
        texts: Texts of another machine, which has it; None for this one.

    Raises:
        CannotEditError: It cannot be read, or is no Python.
    """
    if texts is not None:
        if str(file) not in texts:
            raise CannotEditError(f"the text of {file} is on another machine; open it there first")
        return _source(file, texts[str(file)])
    try:
        raw = content(file)
    except OSError as error:
        raise CannotEditError(f"{file} cannot be read ({error.strerror})") from error
    return _source(file, raw)


@lru_cache(maxsize=16)
def _source(file: Path, raw: bytes) -> SourceFile:
    """A patch is made anew with every change of a setting; the file stays the same."""
    return SourceFile(file, raw)


__all__ = ["SourceFile", "read"]
