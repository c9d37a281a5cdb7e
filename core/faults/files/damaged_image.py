"""An image that cannot be decoded: a JPEG, PNG, GIF, BMP or WebP, also one in a record."""

from __future__ import annotations

import re
from pathlib import Path

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.files.damaged_tfrecord import may_be_tfrecord
from core.faults.raised import ErrorInfo
from core.faults.words import path
from core.file_checks.image import SUFFIXES

_SAID = re.compile(
    r"jpeg::Uncompress failed|Unknown image file format|^Input is empty|Invalid (?:PNG|GIF|BMP)"
    r"|Expected image|UnidentifiedImageError|cannot identify image|image file is truncated"
    r"|[Ii]ncomplete bmp|Trying to decode|Invalid JPEG data"
)


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    if not _SAID.search(raised.text):
        return None
    suspects = context.suspects(raised, _may_hold_images)
    within = f" in {path(suspects.file)}" if suspects.file else ""
    return Explanation(
        f"An image{within} cannot be decoded: {raised.said}{context.at(raised)}",
        "images that can be decoded to their end",
        suspects.remedy(),
        suspects.more,
    )


def _may_hold_images(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES or may_be_tfrecord(file)
