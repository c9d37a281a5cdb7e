"""All that changes in one file: its edits, its new text, and what has to be said of them."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections import Counter
from dataclasses import replace

import libcst as cst

from core.export.patch.arguments import edited_arguments, found_argument
from core.export.patch.autotune import BY_VALUE, means_autotune, written_autotune
from core.export.patch.call_changes import CallChange
from core.export.patch.call_nodes import is_unbound
from core.export.patch.chain_edits import ChainEdits, statements_removed
from core.export.patch.edit_sites import EditSite
from core.export.patch.edits import CannotEditError, Edit, applied
from core.export.patch.helpers import OptionsHelper, options_helper, tensorflow_in, with_helper
from core.export.patch.names import walk
from core.export.patch.processes import made_by, wrapped
from core.export.patch.returns import behind
from core.export.patch.source import SourceFile
from core.model.kinds import AUTOTUNE, DEFAULT, OFF, Value
from core.pipeline.workers.in_processes import CALLS, GENERATOR

_COMMENT = b"  # -1 is tf.data.AUTOTUNE"
_CLOSERS = b" \t)]},:"


class FileEdits:
    """Gathers what changes in a file."""

    def __init__(self, source: SourceFile) -> None:
        """Begin with none."""
        self._source = source
        self._edits: list[Edit] = []
        self._links = ChainEdits(source)
        self._notes: list[str] = []
        self._text = source.text
        self._in_processes: dict[cst.Call | cst.For, tuple[int, int]] = {}
        self._changed: list[cst.Call] = []
        self._options: OptionsHelper | None = None
        self._ends: list[cst.CSTNode] = []

    def add(self, site: EditSite) -> list[str]:
        """Have a site changed.

        Returns:
            Sentences on what of it cannot be.
        """
        change, node = site.change, site.node
        if isinstance(node, cst.For) or (site.calls_python and isinstance(node, cst.Call)):
            return self._call_in_processes(change, node)
        problems: list[str] = []
        try:
            texts = self._put_behind(change, node, problems)
        except CannotEditError as error:
            return [f"{change.where}: {error}."]
        if site.target is not None and isinstance(node, cst.Call):
            return problems + self._move(change, node, site.target, texts)
        if site.returned or not isinstance(node, cst.Call):
            self._edits += behind(self._source, node, texts)
            return problems
        try:
            unbound = is_unbound(node, change.call)
            if change.off:
                self._leave_out(node, unbound=unbound)
            elif change.changed:
                self._changed.append(node)
                self._give(change, node, unbound=unbound)
        except CannotEditError as error:
            problems.append(f"{change.where}: {error}.")
        self._put(change, node, texts)
        return problems

    def text(self) -> bytes:
        """The file with all changes in it.

        Raises:
            CannotEditError: They cannot all be made.
        """
        edits = [*self._edits, *self._links.edits()]
        for helper, kind in ((CALLS, cst.Call), (GENERATOR, cst.For)):
            if any(isinstance(node, kind) for node in self._in_processes):
                before = [*self._in_processes, *self._changed]
                edits += with_helper(self._source, helper, before)
        if self._options is not None:
            edits += with_helper(self._source, self._options, self._ends)
        edits += statements_removed(self._source, self._links.statements)
        self._text = applied(self._source.text, edits)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                ast.parse(self._text.decode())
            except SyntaxError as error:
                raise CannotEditError("the result would be no Python") from error
        return self._text

    def notes(self) -> list[str]:
        """What the changes entail beyond themselves."""
        gone = _comments(self._source.text) - _comments(self._text)
        name = self._source.file.name
        lost = [f"In {name} the comment {text!r} goes with its line." for text in gone]
        return [*self._notes, *lost]

    def _put_behind(
        self, change: CallChange, node: cst.BaseExpression, problems: list[str]
    ) -> list[bytes]:
        """What is added behind a call: a service, a cache, and at the end of the pipeline more."""
        texts = []
        if change.service is not None:
            texts.append(change.service(tensorflow_in(self._source, node)).encode())
        if change.cache:
            texts.append(b"cache()")
        if change.prefetch is not None:
            size = self._written("buffer_size", change.prefetch, node) or b"None"
            texts.append(b"prefetch(" + size + b")")
        if change.options:
            try:
                self._options = self._options or options_helper(self._source, change.options)
                self._ends.append(node)
                texts.append(self._options.call)
            except CannotEditError as error:
                problems.append(f"The options behind {change.where} cannot be added: {error}.")
        return texts

    def _move(
        self, change: CallChange, node: cst.Call, target: cst.Call, texts: list[bytes]
    ) -> list[str]:
        """Take a call out and write it at another, with its new arguments."""
        source, before = self._source, len(self._edits)
        if change.off or not isinstance(node.func, cst.Attribute):
            return [f"{change.where} does not move: it is left out."]
        if change.changed:
            self._give(change, node, unbound=False)
        inside = [
            replace(edit, start=edit.start - start, end=edit.end - start)
            for start in (source.start(node.func.attr),)
            for edit in self._edits[before:]
        ]
        del self._edits[before:]
        start, end = source.start(node.func.attr), source.end(node)
        text = applied(source.text[start:end], inside)
        if change.before:
            self._links.in_front.setdefault(target, []).append(text)
            self._put(change, node, texts)
        else:
            # What is behind it goes with it.
            self._links.moved_behind.setdefault(target, []).extend([text, *texts])
        self._links.off[node] = False
        return []

    def _put(self, change: CallChange, node: cst.Call, texts: list[bytes]) -> None:
        first = (change.service is not None) + change.cache
        if first:
            self._links.behind[node] = texts[:first]
        if change.ends:
            self._links.at_end[node] = texts[first:]

    def _call_in_processes(self, change: CallChange, node: cst.Call | cst.For) -> list[str]:
        chosen = (change.processes or 1, change.chunk)
        before = self._in_processes.setdefault(node, chosen)
        if before != chosen:
            return [f"{change.where}: another stage calls its Python function by other processes."]
        if isinstance(node, cst.For):
            self._edits += made_by(self._source, node, chosen[0])
        else:
            self._edits += wrapped(self._source, node, *chosen)
        return []

    def _leave_out(self, node: cst.Call, *, unbound: bool) -> None:
        if not isinstance(node.func, cst.Attribute) or (unbound and node.args[0].star):
            raise CannotEditError("it is not called on a dataset that is written there")
        self._links.off[node] = unbound
        for arg in node.args[unbound:]:
            self._note_names(arg, node, "the call goes")

    def _give(self, change: CallChange, node: cst.Call, *, unbound: bool) -> None:
        changes = {
            name: self._written(name, value, node)
            for name, value in change.values.items()
            if name in change.changed
        }
        self._edits += edited_arguments(
            self._source, node, change.call, changes, unbound=unbound
        )  # fmt: skip
        for name, value in changes.items():
            arg = found_argument(node, change.call, name, unbound=unbound)
            if arg is not None:
                now = f"is {value.decode()}" if value else "is not given"
                self._note_names(arg, node, f"{name} {now} there")

    def _written(self, name: str, value: Value, node: cst.BaseExpression) -> bytes | None:
        """A knob's value as Python; None for what TensorFlow takes by itself."""
        if name == "deterministic":
            return {"on": b"True", "off": b"False"}.get(str(value))
        if value in (OFF, DEFAULT):
            return None
        if value != AUTOTUNE:
            return repr(value).encode()
        text = written_autotune(self._source, node)
        if text == BY_VALUE:
            self._explain(node)
        return text

    def _explain(self, node: cst.BaseExpression) -> None:
        """Say what -1 is: in a comment where there is room for one, in a note in any case."""
        source = self._source
        line = source.line(source.end(node))
        self._notes.append(
            f"AUTOTUNE is written as -1, its value, in line {line} of {source.file.name}: the file "
            "does not import TensorFlow there."
        )
        end = source.line_end(source.end(node))
        if not source.text[source.end(node) : end].strip(_CLOSERS):
            self._edits.append(Edit(end, end, _COMMENT, late=True))

    def _note_names(self, arg: cst.Arg, node: cst.Call, what: str) -> None:
        """Say which names the code no longer uses at a call."""
        if means_autotune(self._source, arg.value):
            return
        if any(_is_of_theirs(part) for part in walk(arg.value)):
            text = self._source.code(arg.value).decode()
            line = self._source.line(self._source.end(node))
            self._notes.append(
                f"{text} is no longer used in line {line} of {self._source.file.name}: {what}."
            )


def _is_of_theirs(node: cst.CSTNode) -> bool:
    """Whether something the code works out elsewhere is used."""
    if isinstance(node, cst.Name):
        return node.value not in ("True", "False", "None")
    return isinstance(node, cst.Call)


def _comments(text: bytes) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text.decode(), newline="").readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)
