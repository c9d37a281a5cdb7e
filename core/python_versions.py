"""Parts of Python 3.11 that what trains uses, for Python 3.10: environments of people have that."""

from __future__ import annotations

import hashlib
import sys
from types import CodeType
from typing import IO

if sys.version_info >= (3, 11):  # noqa: UP036 - what trains is sent to older Pythons
    from datetime import UTC
    from enum import StrEnum
else:
    from datetime import timezone
    from enum import Enum

    UTC = timezone.utc  # noqa: UP017

    class StrEnum(str, Enum):  # noqa: UP042
        """Members that are their text."""

        __str__ = str.__str__
        __format__ = str.__format__

        @staticmethod
        def _generate_next_value_(name, start, count, last_values):
            return name.lower()


__all__ = ["UTC", "StrEnum", "qualified_name", "sha256_of"]


def sha256_of(file: IO[bytes]) -> str:
    """SHA-256 of what is left in a file, in hexadecimal."""
    digest = hashlib.sha256()
    while part := file.read(1 << 20):
        digest.update(part)
    return digest.hexdigest()


def qualified_name(code: CodeType) -> str:
    """Name of a function with that of its class; before Python 3.11 its name alone."""
    return str(getattr(code, "co_qualname", code.co_name))
