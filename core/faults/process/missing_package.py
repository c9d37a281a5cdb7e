"""A package that the Python in use does not have."""

from __future__ import annotations

import re

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.user_code.errors import MISSING_PACKAGE

_NAMED = re.compile(r"No module named '(?P<name>[^']+)'")


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    match = _NAMED.search(raised.whole)
    missing = raised.is_a("ModuleNotFoundError") or "ModuleNotFoundError" in raised.whole
    if match is None or not missing:
        return None
    return Explanation(
        f"The Python in use has no module {match['name']}{context.at(raised)}",
        "a Python that finds all that the code imports",
        MISSING_PACKAGE,
    )
