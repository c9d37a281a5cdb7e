"""Plain values of the JSON that a plan keeps of user code, checked one by one.

The process that trains reads that JSON too, and does without the decoder of ``core.records``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields as fields_of
from functools import cache
from typing import Any, TypeVar, get_type_hints

from core.model.kinds import Value

Made = TypeVar("Made")

MOST_CHARACTERS = 2**20
"""Of one text: a long traceback has a hundredth of that."""
MOST_ITEMS = 10_000
"""Of a list or an object, unless said otherwise."""
MOST_VALUE_CHARACTERS = 100_000
"""Of a setting or a word on the machine."""
MOST_KEY_CHARACTERS = 500
_LARGEST = 1e18
_LONE = re.compile("[\ud800-\udfff]")

# All of these raise ValueError.


def text(found: object, most: int = MOST_CHARACTERS) -> str:
    """A text that any file can hold."""
    if type(found) is str and len(found) <= most and found.isascii():
        return found  # nearly all are: there may be a hundred thousand of them in a run
    if not isinstance(found, str):
        raise ValueError(f"a text was expected, not {type(found).__name__}")
    if len(found) > most:
        raise ValueError(f"a text of {len(found)} characters is too long")
    # Half of a pair, which JSON can spell, is no character: nothing could write it.
    return _LONE.sub("\N{REPLACEMENT CHARACTER}", found)


def whole(found: object, least: int = -(2**63), most: int = 2**63 - 1) -> int:
    """A whole number."""
    if type(found) is int and least <= found <= most:
        return found
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    if not isinstance(found, int) or isinstance(found, bool):
        raise ValueError(f"a whole number was expected, not {type(found).__name__}")
    if not least <= found <= most:
        raise ValueError(f"a whole number from {least} to {most} was expected")
    return found


def number(found: object) -> float:
    """A finite number of a size that something can be measured with."""
    if type(found) is float and -_LARGEST <= found <= _LARGEST:
        return found
    if not isinstance(found, (int, float)) or isinstance(found, bool):
        raise ValueError(f"a number was expected, not {type(found).__name__}")
    if not -_LARGEST <= found <= _LARGEST:
        raise ValueError("a finite number was expected")
    return float(found)


def flag(found: object) -> bool:
    """Yes or no."""
    if not isinstance(found, bool):
        raise ValueError(f"yes or no was expected, not {type(found).__name__}")
    return found


def items(found: object, most: int = MOST_ITEMS) -> list[Any]:
    """A list that is not too long."""
    if not isinstance(found, (list, tuple)):
        raise ValueError(f"a list was expected, not {type(found).__name__}")
    if len(found) > most:
        raise ValueError(f"a list of {len(found)} is too long")
    return list(found)


def texts(found: object) -> tuple[str, ...]:
    """Several texts."""
    return tuple(text(one, MOST_VALUE_CHARACTERS) for one in items(found))


def value(found: object) -> Value:
    """What a knob can be set to."""
    if isinstance(found, bool):
        return found
    if isinstance(found, str):
        return text(found, MOST_VALUE_CHARACTERS)
    if isinstance(found, int):
        return whole(found)
    if isinstance(found, float):
        return number(found)
    raise ValueError(f"a value is neither number nor text but {type(found).__name__}")


def made(kind: type[Made], found: object) -> Made:
    """A dataclass of plain fields; what a newer version added is left out.

    Raises:
        ValueError: A field is missing or is not what the class declares.
    """
    if not isinstance(found, Mapping):
        raise ValueError(f"an object was expected, not {type(found).__name__}")
    checks: Mapping[str, Callable[[object], object]] = _checks(kind)  # type: ignore[arg-type]
    try:
        return kind(**{name: checks[name](found[name]) for name in checks.keys() & found.keys()})
    except TypeError as error:
        raise ValueError(f"it lacks something ({error})") from error


@cache
def _checks(kind: type[Any]) -> dict[str, Callable[[object], object]]:
    hints = get_type_hints(kind)
    return {one.name: _BY_HINT[hints[one.name]] for one in fields_of(kind)}


def _whole_or_none(found: object) -> int | None:
    return None if found is None else whole(found)


_BY_HINT: Mapping[Any, Callable[[object], object]] = {
    str: text,
    int: whole,
    bool: flag,
    int | None: _whole_or_none,
    tuple[str, ...]: texts,
}
