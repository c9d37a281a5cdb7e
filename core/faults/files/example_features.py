"""A record that is no ``tf.train.Example``, or lacks a feature."""

from __future__ import annotations

import re

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.files.damaged_tfrecord import may_be_tfrecord
from core.faults.raised import ErrorInfo

_FEATURE = re.compile(
    r"(?:Feature|Key): (?P<name>\S+?)(?: \(data type: (?P<type>\w+)\) is required but could not be "
    r"found|\.\s+(?:Can't parse|Data types don't match|Number of \S+ values))"
)
_PARSE = "Could not parse example input"


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    match = _FEATURE.search(raised.text)
    if match is None and _PARSE not in raised.text:
        return None
    wants = ""
    if match:
        wants = f" with the feature {match['name']!r}"
        wants += f" of type {match['type']}" if match["type"] else ""
    suspects = context.suspects(raised, may_be_tfrecord)
    return Explanation(
        f"A record of {suspects.name('a file')} cannot be parsed: {raised.said}"
        f"{context.at(raised)}",
        f"in every record a tf.train.Example{wants}",
        "Compare the features that are asked for with those that were written; leave such records "
        "out, or give FixedLenFeature a default_value.",
        suspects.more,
    )
