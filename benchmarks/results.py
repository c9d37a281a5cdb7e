"""Writes what benchmarks found into ``RESULTS.md``, each into a place of its own."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import PySide6

from core.measure.environment import environment

RESULTS = Path(__file__).with_name("RESULTS.md")


def circumstances() -> str:
    """Date, cores and versions, in a line: a figure without them says nothing."""
    seen = environment()
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {seen['cores']} cores, "
        f"Python {platform.python_version()}, TensorFlow {seen['tensorflow']}, "
        f"Keras {seen['keras']}, PySide6 {PySide6.__version__}"
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def put(key: str, text: str, path: Path = RESULTS) -> None:
    """Put a text between the marks of a benchmark, in place of what was there.

    Args:
        key: Name of the benchmark; the marks are comments that name it.
        text: Markdown.
        path: The file.

    Raises:
        ValueError: The file has no such marks.
    """
    begin, end = f"<!-- {key} -->", f"<!-- end of {key} -->"
    before, found, rest = path.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{path} has no place between {begin} and {end}")
    path.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
