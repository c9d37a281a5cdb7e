"""A cache file that is not as ``Dataset.cache(filename)`` wrote it."""

from __future__ import annotations

import re

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.faults.words import full, path

_BUNDLE = re.compile(r"TensorBundle at (?P<file>.+?)(?= shard \d|: |$)", re.MULTILINE)
"""A name may have spaces: it ends where TensorFlow goes on."""
_DAMAGED = re.compile(r"an sstable|FileCache|TensorBundle at|[Cc]hecksum does not match|table file")
_MAGIC = bytes.fromhex("57fb808b247547db")
"""How the index of a cache file ends: the footer of a LevelDB table."""


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    if not raised.is_a("DataLossError", "InternalError") or not _DAMAGED.search(raised.whole):
        return None
    match = _BUNDLE.search(raised.text)
    prefix = match["file"] if match else _suspect(context)
    if not prefix:
        return Explanation(
            f"A cache file is damaged: {raised.said}",
            "a file as Dataset.cache(filename) wrote it",
            "Delete the files whose names begin like that of the cache, and run again.",
        )
    why = _why(prefix, raised)
    return Explanation(
        f"The cache file {path(prefix)} is damaged: {why}",
        "a file as Dataset.cache(filename) wrote it",
        f"Delete {path(prefix)}.index and {path(prefix)}.data-* and run again: it is filled anew.",
        full(prefix),
    )


def _suspect(context: FailureContext) -> str:
    """The cache of the pipeline that is damaged: by its index, else the only one, else none."""
    caches = context.read.caches
    wrong = [cache for cache in caches if not has_index(cache)]
    return next(iter(wrong or (caches if len(caches) == 1 else ())), "")


def has_index(prefix: str) -> bool:
    """Whether a cache file is complete: TensorFlow writes its index once a pass has ended."""
    try:
        with open(f"{prefix}.index", "rb") as stream:
            return stream.read().endswith(_MAGIC)
    except OSError:
        return False


def _why(prefix: str, raised: ErrorInfo) -> str:
    if not has_index(prefix):
        return "its index is not one that TensorFlow wrote"
    if "Read less bytes" in raised.whole:
        return "its data are cut off"
    return "its data do not match their checksum" if "hecksum" in raised.whole else raised.said
