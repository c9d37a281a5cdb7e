"""What a rule is: it recognises one kind of fault and says what, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.faults.raised import Raised
    from core.faults.scene import Scene


@dataclass(frozen=True)
class Told:
    """What a person is told; each part one line.

    Attributes:
        what: What happened, naming the thing: file, record, stage, line, size.
        expected: What was expected instead.
        remedy: What to do.
        more: What belongs above the technical text: a full path that is too long for a line.
    """

    what: str
    expected: str
    remedy: str
    more: str = ""


@dataclass(frozen=True)
class Rule:
    """One kind of fault.

    Attributes:
        key: A name for it that stays the same.
        tell: Says what it is, or None where the error is of another kind.
    """

    key: str
    tell: Callable[[Raised, Scene], Told | None]
