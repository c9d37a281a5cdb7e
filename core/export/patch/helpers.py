"""Puts functions that changes call into a person's file, each once."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import libcst as cst

from core.export.patch.edits import CannotEditError, Edit
from core.export.patch.names import dotted, full_name, walk
from core.export.patch.source import SourceFile


class Helper(Protocol):
    """A function that is put into a file."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def modules(self) -> Sequence[str]:
        """What its file imports for it."""
        ...

    def text(self, tensorflow: str = "tf") -> str:
        """Its source text.

        Args:
            tensorflow: What the code calls TensorFlow.
        """
        ...


@dataclass(frozen=True)
class OptionsHelper:
    """A function that makes the options of a pipeline.

    Attributes:
        statements: What sets each of them.
        name: Its name.
    """

    modules: ClassVar[tuple[str, ...]] = ()

    statements: tuple[str, ...]
    name: str = "pipeline_options"

    @property
    def call(self) -> bytes:
        """The method that gives a dataset these options."""
        return f"with_options({self.name}())".encode()

    def text(self, tensorflow: str = "tf") -> str:
        """Its source text; see ``Helper``."""
        lines = (f"options = {tensorflow}.data.Options()", *self.statements, "return options")
        return "\n".join((f"def {self.name}():", *(f"    {line}" for line in lines)))


def options_helper(source: SourceFile, statements: Sequence[str]) -> OptionsHelper:
    """The helper of options, under a name that its file does not know.

    Raises:
        CannotEditError: The file does not import TensorFlow at its top.
    """
    tensorflow_in(source)
    known = {node.value for node in source.nodes if isinstance(node, cst.Name)}
    helper, number = OptionsHelper(tuple(statements)), 2
    while helper.name in known:
        helper = OptionsHelper(tuple(statements), f"pipeline_options_{number}")
        number += 1
    return helper


def with_helper(source: SourceFile, helper: Helper, before: Sequence[cst.CSTNode]) -> list[Edit]:
    """The edit that puts a helper and its imports into a file; none where it is there already.

    Args:
        source: The file.
        helper: The helper.
        before: What must stand behind it.

    Raises:
        CannotEditError: A name that the helper needs is another thing in the file.
    """
    module = next(node for node in source.nodes if isinstance(node, cst.Module))
    tensorflow = tensorflow_in(source)
    parsed = _parsed(helper.text(tensorflow))  # the person may have formatted it
    functions = [node for node in module.body if isinstance(node, cst.FunctionDef)]
    named = [node for node in functions if node.name.value == helper.name]
    if any(_parsed(module.code_for_node(node)) == parsed for node in named):
        return []
    bound = set(_bound(module))
    taken = [name for name in (*helper.modules, helper.name) if name in bound]
    if taken:
        raise CannotEditError(
            f"{helper.name} needs the names {', '.join(taken)}, which the file gives to something "
            "else"
        )
    have = set(_imported(module))
    missing = [name for name in helper.modules if name not in have]
    lines = [f"import {', '.join(missing)}"] if missing else []
    place = _behind_imports(source, module, before)
    behind = source.text[place:]
    rest = behind.lstrip(b"\r\n")
    blank = (len(behind) - len(rest)) // len(source.newline)
    # Two blank lines on either side; at the end of the file none.
    after = [""] * (max(2 - blank, 0) * bool(rest) + 1)
    text = "\n".join((*lines, "", "", *helper.text(tensorflow).splitlines(), *after))
    return [Edit(place, place, source.newline.join(text.encode().split(b"\n")))]


def _parsed(text: str) -> str:
    return ast.dump(ast.parse(text))


def tensorflow_in(source: SourceFile, node: cst.CSTNode | None = None) -> str:
    """What a file calls TensorFlow at its top, or else at a node.

    Raises:
        CannotEditError: It does not import it there.
    """
    for statement in source.nodes:
        if isinstance(statement, cst.Import):
            at_top = source.around(statement, cst.FunctionDef, cst.ClassDef) is None
            for alias in statement.names:
                if dotted(alias.name) == "tensorflow":
                    name = dotted(alias.asname.name if alias.asname else alias.name) or ""
                    if at_top or (node and full_name(source, node, name) == "tensorflow"):
                        return name
    place = "at the top of the file" if node is None else "in the file"
    raise CannotEditError(f"`import tensorflow` is not found {place}")


def _imports(module: cst.Module) -> Iterator[cst.Import | cst.ImportFrom]:
    for node in walk(module):
        if isinstance(node, (cst.Import, cst.ImportFrom)):
            yield node


def _imported(module: cst.Module) -> Iterator[str]:
    """Modules that are imported under their own names at the top of a file."""
    for line in module.body:
        for statement in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if isinstance(statement, cst.Import):
                yield from (
                    dotted(alias.name) or "" for alias in statement.names if alias.asname is None
                )


def _bound(module: cst.Module) -> Iterator[str]:
    """Names that a file gives to other things than the modules of these names."""
    for node in walk(module):
        if isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Param)):
            yield node.name.value
        elif isinstance(node, cst.AssignTarget) and isinstance(node.target, cst.Name):
            yield node.target.value
        elif isinstance(node, cst.ImportAlias):
            own = dotted(node.name) or ""
            name = dotted(node.asname.name) if node.asname is not None else own
            if name != own:
                yield name or ""
    for imported in _imports(module):
        if isinstance(imported, cst.ImportFrom) and not isinstance(imported.names, cst.ImportStar):
            for alias in imported.names:
                yield dotted(alias.asname.name if alias.asname else alias.name) or ""


def _behind_imports(source: SourceFile, module: cst.Module, before: Sequence[cst.CSTNode]) -> int:
    """Behind the imports at the top of a file, and in front of all that uses the helper."""
    users = set(before)
    place = 0
    for number, line in enumerate(module.body):
        if isinstance(line, (cst.FunctionDef, cst.ClassDef)) or users & set(walk(line)):
            break
        simple = line.body if isinstance(line, cst.SimpleStatementLine) else ()
        docstring = not number and any(isinstance(part, cst.Expr) for part in simple)
        # An import may stand in a try, or under an if.
        if docstring or any(isinstance(part, (cst.Import, cst.ImportFrom)) for part in walk(line)):
            place = source.next_line(source.end(line))
    return place
