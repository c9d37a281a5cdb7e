"""Which configurations a sweep runs: axes, and how they are put together."""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Sequence

from core.model.chain import Chain
from core.model.errors import InputError
from core.model.experiment import SweptKnob
from core.model.kinds import Value
from core.model.settings import Settings

SENSIBLE = "sensible"
_MOST_VALUES = 256
_RANGE = re.compile(r"^(-?\d+)\.\.(-?\d+)(?:\*(\d+))?$")
_EXPECTED = (
    "STAGE.KNOB=V1,V2,... (a list), =A..B (every whole number), =A..B*2 (doublings), or "
    f"={SENSIBLE} (what the knob suggests)"
)


def axis(text: str, chain: Chain) -> SweptKnob:
    """Read an axis as a person types it: ``prefetch.buffer_size=off,1..8*2``.

    Raises:
        InputError: No such knob, or a value that it does not take.
    """
    key, sign, words = (part.strip() for part in text.partition("="))
    if not sign or not words:
        raise InputError(f"Cannot read the axis {text!r}", expected=_EXPECTED)
    knob = chain.knob(key)
    values: list[Value] = []
    for word in words.split(","):
        try:
            values += [knob.kind.check(value) for value in _spread(word.strip(), knob.kind)]
        except ValueError as error:
            raise InputError(f"{key} cannot be {word!r}", expected=str(error)) from None
    return SweptKnob(key, tuple(dict.fromkeys(values)))


def grid(base: Settings, axes: Sequence[SweptKnob]) -> tuple[Settings, ...]:
    """Every combination; the last axis changes quickest."""
    combinations = itertools.product(*(axis.values for axis in axes))
    return _alike_once(_set(base, axes, values) for values in combinations)


def one_at_a_time(base: Settings, axes: Sequence[SweptKnob]) -> tuple[Settings, ...]:
    """The settings as they are, then each axis changed by itself."""
    changed = (base.with_values({axis.key: value}) for axis in axes for value in axis.values)
    return _alike_once((base, *changed))


def at_random(
    base: Settings, axes: Sequence[SweptKnob], count: int, seed: int = 1
) -> tuple[Settings, ...]:
    """So many combinations drawn from the grid, none twice; all of it where it has no more."""
    every = math.prod(len(axis.values) for axis in axes)
    if count >= every:
        return grid(base, axes)
    # By its number in the grid: a grid of millions is never made for the few that are drawn.
    drawn = random.Random(seed).sample(range(every), count)
    return tuple(_set(base, axes, _combination(axes, number)) for number in drawn)


def designed(text: str, base: Settings, axes: Sequence[SweptKnob]) -> tuple[Settings, ...]:
    """The configurations of a design as a person names it: ``grid``, ``random:20``, ...

    Raises:
        InputError: There is no such design, or no axis.
    """
    name, count = _read(text, axes)
    if name == "random":
        return at_random(base, axes, count)
    return grid(base, axes) if name == "grid" else one_at_a_time(base, axes)


def size(text: str, base: Settings, axes: Sequence[SweptKnob]) -> int:
    """How many configurations ``designed`` would give; makes none of them.

    Raises:
        InputError: There is no such design, or no axis.
    """
    name, count = _read(text, axes)
    if name == "one-at-a-time":
        return 1 + sum(value != base[axis.key] for axis in axes for value in axis.values)
    every = math.prod(len(axis.values) for axis in axes)
    return min(count, every) if name == "random" else every


def _read(text: str, axes: Sequence[SweptKnob]) -> tuple[str, int]:
    """The name of a design and how many it draws, 0 where it draws none."""
    keys = [axis.key for axis in axes]
    if not axes or len(set(keys)) != len(keys):
        raise InputError(
            "A sweep needs axes" if not axes else "An axis is named twice",
            expected="--vary STAGE.KNOB=V1,V2,... for each knob that is to be varied, once",
        )
    name, _, count = text.partition(":")
    if name in ("grid", "one-at-a-time") and not count:
        return name, 0
    if name == "random" and count.isdecimal() and int(count) > 0:
        return name, int(count)
    raise InputError(
        f"There is no design {text!r}",
        expected="grid, one-at-a-time or random:N, such as random:20",
    )


def _spread(word: str, kind: object) -> Sequence[object]:
    if word == SENSIBLE:
        suggestions: Sequence[object] = kind.suggestions()  # type: ignore[attr-defined]
        return suggestions
    match = _RANGE.match(word)
    if not match:
        return (word,)
    low, high, factor = int(match[1]), int(match[2]), int(match[3] or 0)
    if low > high or (match[3] and (factor < 2 or low < 1)):
        raise ValueError("a range from low to high, such as 1..8 or 1..8*2")
    if not factor:
        if high - low >= _MOST_VALUES:
            raise ValueError(
                f"a range of at most {_MOST_VALUES} numbers, or doublings: {low}..{high}*2"
            )
        return range(low, high + 1)
    numbers = []
    while low <= high:
        numbers.append(low)
        low *= factor
    return numbers


def _set(base: Settings, axes: Sequence[SweptKnob], values: Sequence[Value]) -> Settings:
    changes = {axis.key: value for axis, value in zip(axes, values, strict=True)}
    return base.with_values(changes)


def _combination(axes: Sequence[SweptKnob], number: int) -> tuple[Value, ...]:
    """The combination of that number, as ``grid`` counts them: the last axis changes quickest."""
    values: list[Value] = []
    for axis in reversed(axes):
        number, at = divmod(number, len(axis.values))
        values.append(axis.values[at])
    return tuple(reversed(values))


def _alike_once(settings: object) -> tuple[Settings, ...]:
    return tuple(dict.fromkeys(settings))  # type: ignore[call-overload]
