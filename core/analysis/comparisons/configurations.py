"""What configurations that are compared are called and in what they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.model.run import Run
from core.model.settings import Settings

AS_THE_OTHERS = "as the others"
"""What tells a configuration from others that are like it."""


@dataclass(frozen=True)
class Configuration:
    """One of the configurations: what it is called, and its repeats in order; None: not there."""

    name: str
    repeats: tuple[Run | None, ...]


def differing_keys(configurations: Sequence[Settings]) -> tuple[str, ...]:
    """Knobs that do not have the same value in all that have them, in the order of the chains.

    Of those that the first one lacks, what is set to another value than the default.
    """
    chains = {id(settings.chain): settings for settings in configurations}
    keys = dict.fromkeys(key for settings in chains.values() for key in settings)
    return tuple(key for key in keys if _differs(key, configurations))


def _differs(key: str, configurations: Sequence[Settings]) -> bool:
    values = {settings[key] for settings in configurations if key in settings}
    if key not in configurations[0]:
        values |= {s.chain.knobs[key].default for s in configurations if key in s}
    return len(values) > 1


def described(configurations: Sequence[Settings]) -> tuple[str, ...]:
    """Each in one line: ``prefetch.buffer_size=2 batches``; "as the others" where none differs."""
    keys = differing_keys(configurations)
    return tuple(
        ", ".join(f"{key}={settings.format(key)}" for key in keys if key in settings)
        or AS_THE_OTHERS
        for settings in configurations
    )
