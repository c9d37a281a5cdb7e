"""What a row of the table of faults is, and how its exception is had."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.faults import FailureContext
from core.lazy import tf

Made = tuple[BaseException, FailureContext]


@dataclass(frozen=True)
class Fault:
    """One row.

    Attributes:
        name: What it is.
        make: Makes the exception, and what the run knows, in an empty folder.
        names: What the message must contain.
        recorded: The text was recorded: the fault cannot be had in a test.
    """

    name: str
    make: Callable[[Path], Made]
    names: tuple[str, ...]
    recorded: bool = False


def raised(action: Callable[[], Any], context: FailureContext | None = None) -> Made:
    """What an action raises."""
    try:
        action()
    except Exception as error:
        return error, context or FailureContext()
    raise AssertionError("nothing was raised")


def drained(dataset: Any) -> Made:
    """What a dataset raises while it is gone through."""
    return raised(lambda: list(dataset), FailureContext(dataset=dataset))


def of_tensorflow(kind: str, text: str) -> Made:
    """An error with a recorded text."""
    return getattr(tf.errors, kind)(None, None, text), FailureContext()
