"""Knobs among runs: which of them vary, in which order their values stand, what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from core.model.kinds import AUTOTUNE, OFF, Real, Value, Whole
from core.model.knob import Knob
from core.model.settings import Settings


def in_order(values: Iterable[Value], knob: Knob) -> tuple[Value, ...]:
    """Values as they stand on an axis: off, numbers, words, autotune."""
    suggested = list(knob.kind.suggestions())

    def place(value: Value) -> tuple[int, float, str]:
        if value == OFF or value is False:
            return 0, 0.0, ""
        if value == AUTOTUNE:
            return 3, 0.0, ""
        if isinstance(value, (int, float)):
            return 1, float(value), ""
        head, _, number = value.partition(":")
        if number.replace(".", "", 1).isdecimal():
            return 2, float(number), head
        known = suggested.index(value) - len(suggested) if value in suggested else 0
        return 2, float(known), value

    return tuple(sorted(set(values), key=place))


def joinable(value: Value, knob: Knob) -> bool:
    """Whether a line may lead through a value to the next one: off and numbers follow each other.

    What AUTOTUNE does lies nowhere between two numbers, and words have no order.
    """
    if not isinstance(knob.kind, (Whole, Real)):
        return False
    return value == OFF or not isinstance(value, str)


def varied(settings: Iterable[Mapping[str, Value]]) -> dict[str, int]:
    """How many values each knob has; only knobs that have more than one, in the given order."""
    values_of: dict[str, set[Value]] = {}
    for setting in settings:
        for key, value in setting.items():
            values_of.setdefault(key, set()).add(value)
    return {key: len(values) for key, values in values_of.items() if len(values) > 1}


def knob_name(key: str, knob: Knob | None) -> str:
    """What the window and charts call a knob: ``prefetch``, ``map parallel calls``.

    Its full id where it is unknown.
    """
    return key if knob is None else knob.title(key.rpartition(".")[0])


def with_names(text: str, knobs: Mapping[str, Knob]) -> str:
    """A text that names knobs by their ids, as the command line does, with their names instead."""
    ids = "|".join(map(re.escape, sorted(knobs, key=len, reverse=True)))
    if not ids:
        return text
    return re.sub(
        rf"(?<![\w.])(?<!--set )(?:{ids})(?![\w(])",
        lambda match: knob_name(match.group(), knobs[match.group()]),
        text,
    )


def assigned(settings: Settings, keys: Iterable[str]) -> str:
    """Some knobs with their values: ``prefetch=2 batches, map parallel calls=4 calls``.

    Knobs that these settings lack are passed over.
    """
    knobs = settings.chain.knobs
    return ", ".join(
        f"{knob_name(key, knobs[key])}={settings.format(key)}" for key in keys if key in knobs
    )


def in_short(values: Mapping[str, Value], keys: Iterable[str], knobs: Mapping[str, Knob]) -> str:
    """Settings in the words of plots: ``prefetch=2, map parallel calls=4``."""
    return ", ".join(
        f"{knob_name(key, knobs[key])}={knobs[key].kind.format(values[key])}" for key in keys
    )
