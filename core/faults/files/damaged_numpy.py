"""A ``.npz`` or ``.npy`` file that is damaged or cut off."""

from __future__ import annotations

import re

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.file_checks.numpy_file import SUFFIXES

_SAID = re.compile(
    r"BadZipFile|not a zip file|Bad CRC-32|pickled data|Object arrays cannot be loaded"
    r"|No data left in file"
    r"|[Ff]ailed to read all data for array|EOF: reading|magic string is not correct|zlib\.error"
)
_SHORT = re.compile(
    r"out of range for string|Input to DecodeRaw has length|Input to reshape is a tensor"
    r"|Incompatible shapes at component|not an exact multiple of the record length"
    r"|cannot reshape array of size"
)
"""What reading bytes at their places says of a file that is shorter than it should be."""


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    suspects = context.suspects(raised, lambda file: file.suffix.lower() in SUFFIXES)
    if _SAID.search(raised.text):
        what = f"{suspects.name('A NumPy file')} is damaged or of another kind: {raised.said}"
    elif suspects.files and _SHORT.search(raised.text) and raised.in_pipeline:
        what = f"{suspects.name('A NumPy file')} may be cut off: {raised.said}"
    else:
        return None
    return Explanation(
        f"{what}{context.at(raised)}",
        "a .npz or .npy file that can be read to its end, without pickled objects",
        suspects.remedy(),
        suspects.more,
    )
