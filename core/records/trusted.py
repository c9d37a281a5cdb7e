"""Dataclasses from what ``encode`` wrote, with the standard library alone and unchecked.

For the process that trains, which is told by the program alone; ``core.records.decode`` reads
what may come from anywhere.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from core.model.chain import recorded
from core.model.settings import Settings


def made(hint: Any, value: Any) -> Any:
    """A value of a type from plain values.

    Args:
        hint: A dataclass, or what the field of a dataclass is declared as; not an array.
        value: The JSON of it.
    """
    if value is None:
        return None
    if hint is Settings:
        return recorded(value)
    origin, arguments = get_origin(hint), get_args(hint)
    if isinstance(hint, type) and is_dataclass(hint):
        hints = _hints(hint)
        values = {name: made(hints[name], item) for name, item in value.items() if name in hints}
        return hint(**values)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if origin is tuple:
        each = arguments[:1] * len(value) if arguments[-1] is ... else arguments
        return tuple(made(*pair) for pair in zip(each, value, strict=True))
    if origin is Mapping:
        return {key: made(arguments[1], item) for key, item in value.items()}
    if origin in (Union, types.UnionType) and types.NoneType in arguments:
        return made(arguments[0], value)
    return value


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
