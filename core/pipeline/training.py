"""What a training follows from, as far as settings decide it."""

from __future__ import annotations

from core.model.kinds import Value
from core.model.settings import Settings
from core.model.training_change import ChangeKind, TrainingChange

Aspects = dict[TrainingChange, list[tuple[str, Value]]]
"""Stages and values by what other values would make of the training."""


def training_aspects(settings: Settings) -> Aspects:
    """What the training follows from under some settings."""
    aspects: Aspects = {}
    for stage in settings.chain.stages:
        for effect, value in stage.training(settings):
            aspects.setdefault(effect, []).append((stage.key, value))
    return aspects


def lost_order(settings: Settings) -> tuple[str, ...]:
    """Why the order of the examples is another in every run; empty where it is the same."""
    reasons = (stage.loses_order(settings) for stage in settings.chain.stages)
    return tuple(reason for reason in reasons if reason)


def training_changes(before: Settings, after: Settings) -> tuple[TrainingChange, ...]:
    """What other settings make of the training; empty where it stays the same."""
    first, second = training_aspects(before), training_aspects(after)
    unlike = [key for key in dict.fromkeys((*first, *second)) if first.get(key) != second.get(key)]
    more = [reason for reason in lost_order(after) if reason not in lost_order(before)]
    return (
        *unlike,
        *(
            TrainingChange(f"{reason}: the order is another in every run", ChangeKind.ORDER)
            for reason in more
        ),
    )
