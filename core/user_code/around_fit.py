"""What a script does around its call of ``fit``: a loop, a model that runs eagerly."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.model.recorded_call import RecordedCall, Site

_WRITERS = frozenset(
    {"TFRecordWriter", "gfile", "write_file", "create_file_writer", "h5py", "HDFStore"}
)
"""Names of what TensorFlow and HDF5 write files with."""


def loop_around(way: Sequence[Site], calls: Sequence[RecordedCall]) -> tuple[int, bool, int]:
    """The loop around a call of ``fit``.

    Args:
        way: The call sites on the way to ``fit``, from the outermost inwards.
        calls: Those that its dataset comes from.

    Returns:
        Line of the innermost loop, 0 for none, whether the dataset is made in it too, and the line
        where it compiles a model, 0 for none.
    """
    for site in reversed(way):
        if site.library:
            continue
        loop = max(_loops(site), key=lambda each: each.start, default=None)
        if loop is not None:
            made = (each for call in calls for each in call.path if each.file == site.file)
            makes_anew = any(each.line in loop for each in made)
            return loop.start, makes_anew, _compiles(Path(site.file), loop)
    return 0, False, 0


def _compiles(file: Path, lines: range) -> int:
    """The first of some lines that calls ``compile`` of something other than ``re``; else 0."""
    calls = (node.func for node in ast.walk(syntax_of(file)) if isinstance(node, ast.Call))
    found = (
        call.lineno
        for call in calls
        if isinstance(call, ast.Attribute) and call.attr == "compile" and call.lineno in lines
        if getattr(call.value, "id", "") != "re"
    )
    return min(found, default=0)


def eager_line(file: Path) -> int:
    """The first line of a script that says ``run_eagerly``; 0 for none."""
    said = (
        node.value.lineno if isinstance(node, ast.keyword) else getattr(node, "lineno", 0)
        for node in ast.walk(syntax_of(file))
        if "run_eagerly" in (getattr(node, "arg", ""), getattr(node, "attr", ""))
    )
    return min(said, default=0)


def writes_by_itself(file: Path) -> bool:
    """Whether a script names what writes files without Python, which nothing could keep away."""
    names = (getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(syntax_of(file)))
    return not _WRITERS.isdisjoint(names)


def _loops(site: Site) -> Iterator[range]:
    """Lines of each loop around a call, of the function that it stands in."""
    tree = syntax_of(Path(site.file))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    around = [node for node in ast.walk(tree) if site.line in _lines(node)]
    inside = max((_lines(node).start for node in around if isinstance(node, functions)), default=0)
    for node in around:
        if isinstance(node, (ast.For, ast.While)) and node.lineno > inside:
            yield _lines(node)


def _lines(node: ast.AST) -> range:
    return range(getattr(node, "lineno", 0), (getattr(node, "end_lineno", None) or -1) + 1)


def syntax_of(file: Path) -> ast.Module:
    """The syntax of a file; empty where it cannot be read."""
    try:
        return ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])
