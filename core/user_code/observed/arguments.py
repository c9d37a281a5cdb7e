"""Arguments of calls as plain values, and the datasets among them."""

from __future__ import annotations

import functools
import re
from typing import Any

import numpy as np

from core.lazy import tf
from core.model.kinds import AUTOTUNE
from core.model.recorded_call import Argument

_LONGEST = 60
_TUNED = ("num_parallel_calls", "num_parallel_reads", "cycle_length", "buffer_size")
"""Arguments in which -1 is AUTOTUNE; in others, such as a count, it is not."""


def plain(name: str, value: Any) -> Argument:
    """An argument as a plain value: as it is where it is one, else in a few words.

    Args:
        name: The argument's.
        value: What the code gives.
    """
    if isinstance(value, (np.integer, np.floating, np.bool_)):
        value = value.item()
    elif isinstance(value, tf.Tensor) and value.shape.rank == 0 and hasattr(value, "numpy"):
        number = value.numpy()
        value = number.item() if isinstance(number, np.generic) else value.dtype.name
    if isinstance(value, int) and not isinstance(value, bool) and value == -1 and name in _TUNED:
        return AUTOTUNE
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, tf.data.Options):
        return ", ".join(_options(value)) or "defaults"
    if isinstance(value, str) and name == "filename":
        # Whole: two that differ only at their ends are two files.
        return value
    text = value if isinstance(value, str) else _words(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _words(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"array {value.shape} {value.dtype}"
    if isinstance(value, tf.Tensor) and value.shape.rank is not None:
        return f"tensor {tuple(value.shape)} {value.dtype.name}"
    if isinstance(value, functools.partial):
        return _words(value.func)
    if isinstance(value, type) or callable(value):
        return str(getattr(value, "__name__", type(value).__name__))
    if isinstance(value, (list, tuple, dict)):
        if len(value) > 4:
            return f"{type(value).__name__} of {len(value)}"
        # An element may be as large as a data set: its own words are short again.
        if isinstance(value, dict):
            inner = ", ".join(
                f"{key!r}: {_word(inner_value)}" for key, inner_value in value.items()
            )
            return f"{{{inner}}}"
        inner = ", ".join(map(_word, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    if isinstance(value, (tf.data.Dataset, tf.Tensor)) or not _prints_short(value):
        return type(value).__name__
    # Where it lies in memory is another place each time.
    return re.sub(r"\s+", " ", re.sub(r" at 0x[0-9a-fA-F]+", "", repr(value)))


def _word(value: Any) -> str:
    return repr(value[:_LONGEST]) if isinstance(value, str) else str(plain("", value))


def _options(options: Any, group: str = "") -> list[str]:
    """What ``tf.data.Options`` set, one ``name=value`` each: the order first, no defaults."""
    unset = type(options)()
    texts = []
    for name in sorted(options._options, key=lambda option: (option != "deterministic", option)):
        value = getattr(options, name)
        if value == getattr(unset, name):
            continue
        if hasattr(value, "_options"):
            texts += _options(value, f"{group}{name}.")
        else:
            texts.append(f"{group}{name}={value}")
    return texts


def _prints_short(value: Any) -> bool:
    """Its text is made in no time: what holds data (a table, a tensor) may print at length."""
    return not hasattr(value, "shape") or isinstance(value, tf.TypeSpec)


def datasets_in(values: Any) -> list[Any]:
    """Datasets among arguments and in lists, tuples and dicts of them."""
    datasets: list[Any] = []
    for value in values:
        if isinstance(value, tf.data.Dataset):
            datasets.append(value)
        elif isinstance(value, (list, tuple)):
            datasets += datasets_in(value)
        elif isinstance(value, dict):
            datasets += datasets_in(value.values())
    return datasets
