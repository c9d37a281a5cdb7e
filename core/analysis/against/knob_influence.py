"""Which knob mattered most for a metric, where that can be said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.against.gathered import Gathered
from core.analysis.variance import Influence, influence_sentence, main_effects

NO_GRID = (
    "These runs are no grid: not every combination of their settings was run, so what one knob "
    "explains cannot be told from what another does. Sweep… runs a grid."
)
NOTHING_VARIES = "No setting differs between these runs. Change one and run again, or Sweep…"
NO_FIGURE = "None of these runs has this figure."


@dataclass(frozen=True)
class KnobInfluence:
    """What the plot shows.

    Attributes:
        shares: How much each knob matters, the greatest first; empty where that cannot be said.
        interplay: Share of the differences that only several knobs together explain; None where
            it is not known, as the configurations are no whole grid.
        sentence: The same in words, or why it cannot be said.
        notes: What must be known to read it, in sentences.
    """

    shares: tuple[Influence, ...] = ()
    interplay: float | None = None
    sentence: str = ""
    notes: tuple[str, ...] = ()


def knob_influence(gathered: Gathered, swept: Sequence[str] = ()) -> KnobInfluence:
    """How much each knob matters.

    Args:
        gathered: The metric of the runs.
        swept: The knobs that a sweep varied on purpose; empty for runs of any kind, of which it
            can only be said where they are a whole grid.
    """
    configurations = gathered.configurations
    keys = tuple(swept) or gathered.varied_keys
    if gathered.metric.caution:
        return KnobInfluence(sentence=gathered.metric.caution, notes=gathered.notes())
    if not configurations or not keys:
        why = NOTHING_VARIES if configurations else NO_FIGURE
        return KnobInfluence(sentence=why, notes=gathered.notes())
    levels = math.prod(len({one.values[key] for one in configurations}) for key in keys)
    whole = levels == len(configurations)
    if not whole and not swept:
        return KnobInfluence(sentence=NO_GRID, notes=gathered.notes())
    scaled = [gathered.scaled(one) for one in configurations]
    shares = main_effects(
        keys,
        [one.values for one in configurations],
        [sum(values) / len(values) for values in scaled],
        [len(values) for values in scaled],
        gathered.scatter,
    )
    figures = [gathered.mean((one,)).value for one in configurations]
    over = "what was swept" if swept else "these runs"
    notes = []
    if not whole:
        notes.append(
            f"{len(configurations)} of the {levels} combinations have a figure: over less than a "
            "whole grid, what one knob explains overlaps with what others do."
        )
    if shares:
        scale = f"the logarithm of {gathered.metric.label}" if gathered.logs else "the metric"
        notes.append(
            f"Share: sum of squares between a knob's values over that of all configurations, of "
            f"{scale}. Measurable: F test against how repeats differ, 5\N{NO-BREAK SPACE}% "
            "over all knobs."
        )
    return KnobInfluence(
        shares,
        max(0.0, 1.0 - sum(one.share for one in shares)) if whole and shares else None,
        influence_sentence(gathered.metric, shares, figures, over, whole=whole),
        (*notes, *gathered.notes()),
    )
