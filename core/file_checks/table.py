"""Checks that each row of a table has as many fields as its first row."""

from __future__ import annotations

import csv
from pathlib import Path

from core.text.plural import plural

SUFFIXES = (".csv", ".tsv")


def check(file: Path) -> tuple[str, list[str]]:
    """What a table holds, and its rows with too few or too many fields, by their lines."""
    damages = []
    fields = count = 0
    with file.open(encoding="utf-8", errors="replace", newline="") as stream:
        rows = csv.reader(stream, delimiter="\t" if file.suffix.lower() == ".tsv" else ",")
        try:
            for row in rows:
                fields = fields or len(row)
                count += 1
                if row and len(row) != fields:
                    damages.append(
                        f"line {rows.line_num:,}: {plural(len(row), 'field')}, and the first row "
                        f"has {fields:,}"
                    )
        except csv.Error as error:
            damages.append(f"line {rows.line_num:,}: {error}")
    return plural(count, "row"), damages
