"""How knob values become tf.data arguments, at run time and as written code."""

from __future__ import annotations

from typing import Any

from core.lazy import tf
from core.model.kinds import AUTOTUNE, Value


def argument(value: Value) -> Any:
    """The value that tf.data takes: ``tf.data.AUTOTUNE`` for ``autotune``."""
    return tf.data.AUTOTUNE if value == AUTOTUNE else value


def written(value: Value) -> str:
    """The same as Python source."""
    return "tf.data.AUTOTUNE" if value == AUTOTUNE else repr(value)
