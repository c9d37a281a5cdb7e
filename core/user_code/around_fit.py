"""What a script does around its call of ``fit``: a loop, a model that runs eagerly."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.model.recorded_call import RecordedCall, Site


def loop_around(way: Sequence[Site], calls: Sequence[RecordedCall]) -> tuple[int, bool]:
    """The loop around a call of ``fit``.

    Args:
        way: The call sites on the way to ``fit``, from the outermost inwards.
        calls: Those that its dataset comes from.

    Returns:
        Line of the innermost loop, 0 for none, and whether the dataset is made in it too.
    """
    for site in reversed(way):
        if site.library:
            continue
        loop = max(_loops(site), key=lambda each: each.start, default=None)
        if loop is not None:
            made = (each for call in calls for each in call.path if each.file == site.file)
            return loop.start, any(each.line in loop for each in made)
    return 0, False


def eager_line(file: Path) -> int:
    """The first line of a script that says ``run_eagerly``; 0 for none."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return 0
    said = (
        node.value.lineno if isinstance(node, ast.keyword) else getattr(node, "lineno", 0)
        for node in ast.walk(tree)
        if "run_eagerly" in (getattr(node, "arg", ""), getattr(node, "attr", ""))
    )
    return min(said, default=0)


def _loops(site: Site) -> Iterator[range]:
    """Lines of each loop around a call, of the function that it stands in."""
    try:
        tree = ast.parse(Path(site.file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    around = [node for node in ast.walk(tree) if site.line in _lines(node)]
    inside = max((_lines(node).start for node in around if isinstance(node, functions)), default=0)
    for node in around:
        if isinstance(node, (ast.For, ast.While)) and node.lineno > inside:
            yield _lines(node)


def _lines(node: ast.AST) -> range:
    return range(getattr(node, "lineno", 0), (getattr(node, "end_lineno", None) or -1) + 1)
