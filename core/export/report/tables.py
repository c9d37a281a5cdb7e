"""Tables of the report: they scroll by themselves where the page is narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.export.report.markup import Child, Markup, element


@dataclass(frozen=True)
class TableCell:
    """A cell.

    Attributes:
        content: What is in it.
        kind: ``number``, ``short`` (never wrapped), ``long``, ``none`` or empty.
        rows: How many rows it takes.
        head: It names its row.
    """

    content: Child
    kind: str = ""
    rows: int = 1
    head: bool = False


Row = Sequence[Child | TableCell]


def table(label: str, head: Row, rows: Sequence[Row]) -> Markup:
    """A table with headings.

    Args:
        label: What it is, for those who cannot see it.
        head: The headings.
        rows: A cell for each heading, but for those that reach down from above.
    """
    return element(
        "div",
        element(
            "table",
            element("thead", element("tr", [_heading(heading) for heading in head])),
            element("tbody", [element("tr", [_cell(cell) for cell in row]) for row in rows]),
        ),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=label,
    )


def number(text: str, *, measured: bool = True) -> TableCell:
    """A cell with a figure; what was not measured stands in grey and may wrap."""
    return TableCell(text, "number") if measured else TableCell(text, "none")


def _heading(content: Child | TableCell) -> Markup:
    table_cell = content if isinstance(content, TableCell) else TableCell(content)
    return element("th", table_cell.content, scope="col", class_=table_cell.kind or None)


def _cell(content: Child | TableCell) -> Markup:
    table_cell = content if isinstance(content, TableCell) else TableCell(content)
    return element(
        "th" if table_cell.head else "td",
        table_cell.content,
        scope="row" if table_cell.head else None,
        class_=table_cell.kind or None,
        rowspan=table_cell.rows if table_cell.rows > 1 else None,
    )
