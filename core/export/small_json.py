"""Small files of the application's own: read with care, written whole, kept aside where damaged."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from core.export.files import write_text
from core.model.sizes import size_words

MOST_BYTES = 4_000_000
"""A larger one was not written by us, and is not even read."""


def read_object(path: Path, most_bytes: int = MOST_BYTES) -> dict[str, Any] | None:
    """The JSON object in a file; None where there is no file.

    Raises:
        ValueError: It cannot be read, or holds something else; says why in a few words.
    """
    try:
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(error.strerror or str(error)) from error
    if len(content) > most_bytes:
        raise ValueError(f"larger than {size_words(most_bytes)}")
    try:
        document = json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError("no text") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno} is no JSON") from error
    except RecursionError as error:
        raise ValueError("no JSON of ours: nested too deep") from error
    if not isinstance(document, dict):
        raise ValueError("no JSON object")
    return document


def write_object(path: Path, values: Mapping[str, Any]) -> None:
    """Write an object so that the file is always whole.

    Raises:
        ExplorerError: It cannot be written; the file that was there stays as it was.
    """
    write_text(path, json.dumps(values, indent=1, ensure_ascii=False) + "\n")


def keep_aside(path: Path, word: str = "damaged") -> Path | None:
    """Give a file, or what is in its place, another name; delete nothing.

    Args:
        path: The file.
        word: What it is, for its new name: ``window.json.damaged-20260102-030405``.

    Returns:
        Its new path; None where it cannot be renamed.
    """
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    names = (f"{path.name}.{word}-{stamp}{more}" for more in ("", *(f"-{n}" for n in range(2, 99))))
    kept = next(
        (candidate for name in names if not os.path.lexists(candidate := path.with_name(name))),
        None,
    )
    if kept is not None:
        with contextlib.suppress(OSError):
            path.rename(kept)
            return kept
    return None
