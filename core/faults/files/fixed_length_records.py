"""A file that is no whole number of records of fixed length."""

from __future__ import annotations

import re

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.faults.words import full, path

_MULTIPLE = re.compile(
    r'input file "(?P<file>[^"]+)" has body length (?P<body>\d+) bytes, which is not an exact '
    r"multiple of the record length \((?P<record>\d+) bytes\)"
)


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    match = _MULTIPLE.search(raised.text)
    if match is None:
        return None
    body, record = int(match["body"]), int(match["record"])
    return Explanation(
        f"{path(match['file'])} is cut off or holds records of another length: its {body:,} bytes "
        f"are {body // record:,} records of {record:,} bytes and {body % record:,} bytes more",
        f"whole records of {record:,} bytes",
        "Put a whole file in its place, or mend record_bytes, header_bytes and footer_bytes.",
        full(match["file"]),
    )
