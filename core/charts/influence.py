"""Which knob mattered most for a metric, if that can be said."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from core.analysis.by_setting.run_groups import RunGroups
from core.analysis.comparisons.knob_values import knob_name, with_names
from core.analysis.numbers.variance import Influence, influence_sentence, main_effects
from core.charts.chart import ACCENT, MUTED, Axis, Bar, Chart, Row, Target, Tick
from core.charts.words import number
from core.model.knob import Knob

INTERPLAY = "several together"
NO_GRID = (
    "These runs are no grid: not every combination of their settings was run, so what one knob "
    "explains cannot be told from what another does. Sweep… runs a grid."
)
NOTHING_VARIES = "No setting differs between these runs. Change one and run again, or Sweep…"
NO_FIGURE = "None of these runs has this figure."
_RIGHT, _LEAST_ROWS = 165.0, 3
"""Percent at the right edge: room for words behind the longest bar."""


def knob_influence(groups: RunGroups, swept: Sequence[str] = ()) -> Chart:
    """A bar for each knob: the share of the differences that it explains by itself.

    Args:
        groups: The metric of the runs.
        swept: The knobs that a sweep varied on purpose; empty for runs of any kind, of which it
            can only be said if they are a whole grid.
    """
    configurations = groups.groups
    keys = tuple(swept) or groups.varied_keys
    if groups.metric.caution:
        return _empty(groups.metric.caution, groups)
    if not configurations or not keys:
        return _empty(NOTHING_VARIES if configurations else NO_FIGURE, groups)
    levels = math.prod(len({group.values[key] for group in configurations}) for key in keys)
    whole = levels == len(configurations)
    if not whole and not swept:
        return _empty(NO_GRID, groups)
    scaled = [groups.scaled(group) for group in configurations]
    shares = main_effects(
        keys,
        [group.values for group in configurations],
        [sum(values) / len(values) for values in scaled],
        [len(values) for values in scaled],
        groups.scatter,
    )
    figures = [groups.mean((group,)).value for group in configurations]
    over = "what was swept" if swept else "these runs"
    sentence = influence_sentence(groups.metric, shares, figures, over, whole=whole)
    if not shares:
        return _empty(with_names(sentence, groups.knobs), groups)
    notes = []
    if not whole:
        notes.append(
            f"{len(configurations)} of the {levels} combinations have a figure: over less than a "
            "whole grid, what one knob explains overlaps with what others do."
        )
    scale = f"the logarithm of {groups.metric.label}" if groups.logs else "the metric"
    notes.append(
        f"Share: sum of squares between a knob's values over that of all configurations, of "
        f"{scale}. Measurable: F test against how repeats differ, 5\N{NO-BREAK SPACE}% "
        "over all knobs."
    )
    interplay = max(0.0, 1.0 - sum(influence.share for influence in shares)) if whole else None
    return influence_chart(
        shares,
        interplay,
        groups.knobs,
        what=groups.metric.label,
        sentence=sentence,
        notes=(*notes, *groups.notes()),
        source=groups.source,
    )


def influence_chart(
    shares: Sequence[Influence],
    interplay: float | None,
    knobs: Mapping[str, Knob],
    *,
    what: str,
    sentence: str = "",
    notes: Sequence[str] = (),
    source: str = "",
) -> Chart:
    """Bars from 0 to 100 %.

    Args:
        shares: How much each knob explains, the greatest first.
        interplay: What only several knobs together explain; None if that is not known.
        knobs: The knobs of the workload by id.
        what: Of what differences they are shares, such as "throughput".
        sentence: The result in words.
        notes: What must be known to read it.
        source: Where the figures come from.
    """
    bars: list[Bar] = []
    ticks: list[Tick] = []
    table: list[Row] = [("setting", "share of the differences (%)", "verdict")]
    for row, influence in enumerate(shares):
        percent, verdict = 100 * influence.share, influence.verdict
        name = knob_name(influence.key, knobs.get(influence.key))
        target = Target(
            percent,
            -row,
            ((name, f"{percent:.0f} %"), ("beside how repeats differ", verdict)),
            key=influence.key,
        )
        text = f"{percent:.0f} %  {verdict}"
        bars.append(Bar(-row, 0, percent, ACCENT, not influence.told_from_noise, text, target))
        ticks.append(Tick(-row, name, f"{name}: {percent:.0f} %, {verdict}"))
        table.append((influence.key, number(percent), verdict))
    if interplay is not None:
        percent = 100 * interplay
        table.append((INTERPLAY, number(percent), ""))
        if len(bars) > 1:
            row = len(bars)
            bars.append(Bar(-row, 0, percent, MUTED, True, f"{percent:.0f} %"))
            ticks.append(Tick(-row, INTERPLAY, f"{INTERPLAY}: {percent:.0f} %"))
    return Chart(
        name="influence",
        title=f"Which knob mattered for {what}",
        description=" ".join(f"{tick.more}." for tick in ticks),
        x=Axis(
            "share of the differences (%)",
            0.0,
            _RIGHT,
            tuple(Tick(at, str(at)) for at in (0, 25, 50, 75, 100)),
        ),
        y=Axis("", 0.5 - max(len(ticks), _LEAST_ROWS), 0.5, tuple(ticks)),
        marks=tuple(bars),
        sentence=with_names(sentence, knobs),
        notes=tuple(notes),
        source=source,
        table=tuple(table),
    )


def _empty(why: str, groups: RunGroups) -> Chart:
    return Chart(sentence=why, why_empty=why, notes=groups.notes())
