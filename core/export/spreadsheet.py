"""Tables as CSV that spreadsheets can open without carrying out what a person typed."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence

from core.metrics.metric import Metric
from core.model.quantity import significant

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}",
            "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV, lines ended as RFC 4180 has them."""
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows([guarded(value) for value in row] for row in rows)
    return lines.getvalue()


def guarded(value: object) -> object:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers.

    Texts that begin like a formula (``=``, ``+``, ``-``, ``@``) get an apostrophe in front, which
    makes a text of them (OWASP, "CSV Injection"). Texts that are a number are none.
    """
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        return value
    suspect = value.startswith(_FORMULA) or value.lstrip().startswith(_FORMULA)
    return f"'{value}" if suspect else value


def heading(metric: Metric) -> str:
    """The name of a metric with its unit: ``throughput (examples/s)``."""
    return f"{metric.label} ({metric.unit})" if metric.unit else metric.label


def figure(value: float | None) -> object:
    """A number as it is, ``NaN`` where it came out as that; an empty cell for what is none."""
    if value is None:
        return ""
    return value if math.isfinite(value) else significant(value)
