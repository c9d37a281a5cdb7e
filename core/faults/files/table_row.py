"""A row of a table that does not have the fields that its reader takes."""

from __future__ import annotations

import re
from pathlib import Path

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.file_checks.table import SUFFIXES

_FIELDS = re.compile(r"Expect \d+ fields but have \d+ in record")
_FIELD = re.compile(r"Field \d+ (?:in record )?is (?:not a valid|required but missing)")


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    is_short = _FIELDS.search(raised.text)
    if not is_short and not _FIELD.search(raised.text):
        return None
    suspects = context.suspects(raised, _may_be_table)
    find = f"Which row it is: `{suspects.command()}`. " if is_short else ""
    return Explanation(
        f"{suspects.name('A table')}: {raised.said}{context.at(raised)}",
        "rows that all have the fields that record_defaults names, of these types",
        f"{find}Mend that row, or give record_defaults, header and field_delim as the file has "
        "them.",
        suspects.more,
    )


def _may_be_table(file: Path) -> bool:
    return file.suffix.lower() in (*SUFFIXES, ".txt", "")
