"""A TFRecord file that is damaged, cut off, or compressed otherwise than its reader is told."""

from __future__ import annotations

import re
from pathlib import Path

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.faults.words import path
from core.file_checks import image, numpy_file, table
from core.file_checks.tfrecord import compression_of

_SAID = re.compile(r"(?:corrupted|truncated) record at \d+|inflate\(\) failed|a TFRecord file")
_OTHERS = (*numpy_file.SUFFIXES, *image.SUFFIXES, *table.SUFFIXES, ".txt", ".json")


def may_be_tfrecord(file: Path) -> bool:
    """Whether a file may hold records, by its name."""
    return file.suffix.lower() not in _OTHERS


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    if not raised.is_a("DataLossError") or not _SAID.search(raised.text):
        return None
    suspects = context.suspects(raised, may_be_tfrecord)
    compression = compression_of(suspects.file) if suspects.file else ""
    if suspects.file and compression and "Is this even a TFRecord file" in raised.text:
        return Explanation(
            f"{path(suspects.file)} is compressed ({compression}), and its reader takes it as it "
            f"is: {raised.said}",
            "files compressed as compression_type says",
            f"Read it with compression_type={compression!r}.",
            suspects.more,
        )
    if suspects.file and not compression and "inflate() failed" in raised.text:
        return Explanation(
            f"{path(suspects.file)} is not compressed, and its reader unpacks it: {raised.said}",
            "files compressed as compression_type says",
            "Leave compression_type out, or name the compression that the files have.",
            suspects.more,
        )
    return Explanation(
        f"{suspects.name('A TFRecord file')} is damaged: {raised.said}{context.at(raised)}",
        "records that match their checksums, compressed as compression_type says",
        suspects.remedy(),
        suspects.more,
    )
