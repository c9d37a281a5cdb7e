"""JSON from outside: within a size, a depth and nothing else than what JSON has."""

from __future__ import annotations

import json
from typing import Any

MOST_JSON_BYTES = 32 * 1024 * 1024
"""Of one document. Python takes up to thirty times as much for it."""


def parsed(text: str | bytes) -> Any:
    """The value of a document; NaN and infinities, which Python writes, are read too.

    Raises:
        ValueError: It is none, is too long or is nested too deeply.
    """
    if not isinstance(text, (str, bytes)):
        raise ValueError("text was expected")
    if len(text) > MOST_JSON_BYTES:
        raise ValueError(f"a text of {len(text)} bytes is too long")
    try:
        return json.loads(text if isinstance(text, str) else text.decode())
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def parsed_object(text: str | bytes) -> dict[str, Any]:
    """The same of an object.

    Raises:
        ValueError: It is none.
    """
    found = parsed(text)
    if not isinstance(found, dict):
        raise ValueError("an object was expected in it")
    return found
