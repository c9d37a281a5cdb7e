"""The loop of a generator becomes a function that processes call."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.export.patch.edits import applied
from core.export.patch.processes import item_loops, made_by
from core.export.patch.source import SourceFile
from core.model.recorded_call import FunctionSeen


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n# the end\n"])
@pytest.mark.parametrize(
    ("loop", "function"),
    [
        (
            "for n in range(9):\n        y = n * 2\n        yield y",
            "def item(n):\n        y = n * 2\n        return y",
        ),
        ("for n in range(9): yield n * 2", "def item(n): return n * 2"),
    ],
)
def test_the_call_stands_behind_the_function_also_at_the_end_of_the_file(
    loop: str, function: str, end: str
) -> None:
    newline = "\r\n" if end == "\r\n" else "\n"
    text = f"def items():\n    {loop}{end}".replace("\r\n", "\n").replace("\n", newline)
    source = SourceFile(Path("data.py"), text.encode())
    (found,) = item_loops(source, FunctionSeen("items", "data.py", 1, items=True))
    call = "yield from items_in_processes(item, range(9), 2)"
    changed = f"def items():\n    {function}\n    {call}{end}".replace("\r\n", "\n")
    new = applied(source.text, made_by(source, found, 2)).decode()
    assert new == changed.replace("\n", newline)
