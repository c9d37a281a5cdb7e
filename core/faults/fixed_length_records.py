"""A file that is no whole number of records of fixed length."""

from __future__ import annotations

import re

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import Raised
from core.faults.words import full, path

_MULTIPLE = re.compile(
    r'input file "(?P<file>[^"]+)" has body length (?P<body>\d+) bytes, which is not an exact '
    r"multiple of the record length \((?P<record>\d+) bytes\)"
)


def rule(raised: Raised, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    found = _MULTIPLE.search(raised.text)
    if found is None:
        return None
    body, record = int(found["body"]), int(found["record"])
    return Explanation(
        f"{path(found['file'])} is cut off or holds records of another length: its {body:,} bytes "
        f"are {body // record:,} records of {record:,} bytes and {body % record:,} bytes more",
        f"whole records of {record:,} bytes",
        "Put a whole file in its place, or mend record_bytes, header_bytes and footer_bytes.",
        full(found["file"]),
    )
