"""What other values of some knobs make of the training, said before anything is run."""

from __future__ import annotations

from collections.abc import Iterable

from core.analysis.comparisons.knob_values import knob_name
from core.model.chain import Chain


def training_changes(keys: Iterable[str], chain: Chain) -> tuple[str, ...]:
    """A sentence for each knob whose value changes what the model learns."""
    return tuple(
        f"{knob_name(key, knob)} changes the training, so speed alone does not decide: "
        f"{change.words}."
        for key in keys
        if (change := (knob := chain.knob(key)).changes_training) is not None
    )
