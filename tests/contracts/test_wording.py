"""What holds for every text in the program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from core.text.plural import plural

ROOT = Path(__file__).parents[2]


BRACKETS, ENDINGS = re.compile(r"\w\((?:e?s|ies)\)"), re.compile(r"""["']e?s["']""")


def nodes() -> Iterator[tuple[str, ast.AST]]:
    """Of the files that can hold what is looked for: to parse them all takes seconds."""
    for folder in ("core", "gui"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            text = file.read_text(encoding="utf-8")
            if not BRACKETS.search(text) and not ENDINGS.search(text):
                continue
            for node in ast.walk(ast.parse(text)):
                yield f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", node


def test_plurals_are_made_by_one_helper() -> None:
    """Neither ``run(s)`` nor an *s* that each text puts on by itself."""
    bad = []
    for place, node in nodes():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if BRACKETS.search(node.value):
                bad.append(f"{place}: {node.value!r}")
        elif isinstance(node, ast.IfExp):
            ends = {one.value for one in (node.body, node.orelse) if isinstance(one, ast.Constant)}
            if ends in ({"", "s"}, {"", "es"}):
                bad.append(f"{place}: {ast.unparse(node)}")
    assert not bad, "\n".join(bad)


def test_counts_are_written_as_people_do() -> None:
    assert [plural(count, "run") for count in (0, 1, 2, 1000)] == [
        "0 runs",
        "1 run",
        "2 runs",
        "1,000 runs",
    ]
    assert plural(2, "batch") == "2 batches"
    assert plural(2, "comparison or sweep", "comparisons or sweeps") == "2 comparisons or sweeps"
